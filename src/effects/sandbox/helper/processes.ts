import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as the kernel lists it. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  name: string;
  /** Resident pages, those that are shared included. */
  pages: number;
}

/** All processes that are not zombies. */
export function listAll(): Map<number, ProcessFacts> {
  const all = new Map<number, ProcessFacts>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = read(`/proc/${name}/stat`);
    const close = text.lastIndexOf(')');
    const fields = text.slice(close + 2).split(' ');
    if (close < 0 || fields[0] === 'Z' || fields[0] === 'X') continue;
    const pid = Number(name);
    const facts = { pid, parent: Number(fields[1]), name: text.slice(text.indexOf('(') + 1, close) };
    all.set(pid, { ...facts, pages: Number(fields[21] ?? 0) });
  }
  return all;
}

/** `root` and all below it, parents first. */
export function treeOf(root: number, all: ReadonlyMap<number, ProcessFacts>): ProcessFacts[] {
  const children = new Map<number, ProcessFacts[]>();
  for (const facts of all.values()) {
    const siblings = children.get(facts.parent);
    if (siblings === undefined) children.set(facts.parent, [facts]);
    else siblings.push(facts);
  }
  const first = all.get(root);
  const tree = first === undefined ? [] : [first];
  for (let at = 0; at < tree.length; at += 1) tree.push(...(children.get(tree[at]?.pid ?? -1) ?? []));
  return tree;
}

/** Private memory in bytes: what forks share is counted once for each of them, files are not counted. */
export function privateBytes(pid: number): number {
  const text = read(`/proc/${pid}/status`);
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kilobytes('RssAnon') + kilobytes('RssShmem')) * 1024;
}

/** Bytes that the process and its ended children sent to disks. */
export function writtenBytes(pid: number): number {
  const text = read(`/proc/${pid}/io`);
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return Math.max(0, count('write_bytes') - count('cancelled_write_bytes'));
}

/** The number that we know a bwrap by which a process namespace of its own (`pid:[…]`) knows as `inner`; null where it is gone. */
export function outerNumber(inner: number, namespace: string): number | null {
  for (const { pid, name } of listAll().values()) {
    if (name !== 'bwrap' || namespaceOf(pid) !== namespace) continue;
    const numbers = /^NSpid:\s+(.*)$/m.exec(read(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
    if (Number(numbers.at(-1)) === inner) return pid;
  }
  return null;
}

function namespaceOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
