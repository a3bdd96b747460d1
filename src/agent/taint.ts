import { isAbsolute, join, relative, sep } from 'node:path';
import type { Outcome } from '../effects/outcome.ts';
import type { Taint } from '../gate/taint.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Taints, TaintTrace } from '../ports/taints.ts';
import type { Effect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import { isText, isToolUse } from '../protocol/message.ts';
import type { Suspicion } from '../protocol/suspicion.ts';
import { probe } from '../risk/probe/probe.ts';
import { proseOf, sharesShingles, shinglesOf } from '../risk/probe/shingles.ts';

/** Bounds of one run's trace. */
const maxPaths = 2000;
const maxShingles = 30_000;
/** Characters of earlier results in which the model's words are looked for: what it only repeats is not its own. */
const maxEarlier = 2_000_000;

/** A result on its way to the model, as it may be written down. */
export interface Received {
  text: string;
  /** null where it is no effect's. */
  value: Effect | null;
  outcome: Outcome | null;
  /** Paths that the effect was seen to read, absolute. */
  reads: readonly string[];
}

/**
 * Whether the run has read text that gives orders, and what of it goes on from there: the files that it writes from
 * then on and the words of its model are kept for the runs that come later, and are known again when they are read.
 */
export interface Tainting {
  /** To be called with every event, in order. */
  apply(event: RunEvent): void;
  /** Where the first such text was; null while the run has read none. */
  taint(): Taint | null;
  /** What speaks against a result, and where it is; null for one that nothing does. */
  look(received: Received): Promise<{ source: string; marks: Suspicion[] } | null>;
  /** Keeps what was written since. To be called before it can be read by anybody else. */
  settle(): Promise<void>;
}

export interface TaintingDeps {
  run: string;
  /** The workspace's real path. */
  root: string;
  taints?: Taints;
  snapshots: Pick<Snapshots, 'changes'> | null;
}

export function createTainting(deps: TaintingDeps): Tainting {
  const proposed = new Map<string, Effect>();
  const paths = new Set<string>();
  const shingles = new Set<string>();
  /** What the run was given by others and nothing was found in. */
  const earlier: string[] = [];
  const flagged = new Set<string>();
  let taint: Taint | null = null;
  let everything = false;
  let changed = false;
  /** The words of the traces that were last looked at. */
  let known: { traces: readonly TaintTrace[]; shingles: ReadonlySet<string> } = { traces: [], shingles: new Set() };
  /** Changes of commands whose paths are not looked up yet. */
  let pending: Extract<RunEvent, { kind: 'checkpoint.made' }>[] = [];

  function addPath(path: string): void {
    if (paths.size >= maxPaths) everything = true;
    else paths.add(path);
    changed = true;
  }

  function addWords(texts: readonly string[]): void {
    const candidates = new Set(texts.flatMap(shinglesOf));
    let left = maxEarlier;
    for (const text of earlier.toReversed()) {
      if (candidates.size === 0 || left <= 0) break;
      left -= text.length;
      for (const shingle of shinglesOf(text)) candidates.delete(shingle);
    }
    for (const shingle of candidates) if (shingles.size < maxShingles) shingles.add(shingle);
    changed = true;
  }

  const shown = (path: string): string => relativeTo(deps.root, path);

  /** All their words as one set, made anew only where there is another trace. */
  function wordsKnown(traces: readonly TaintTrace[]): ReadonlySet<string> {
    const same = traces.length === known.traces.length && traces.every((trace, i) => trace === known.traces[i]);
    if (!same) known = { traces, shingles: new Set(traces.flatMap(trace => trace.shingles)) };
    return known.shingles;
  }

  return {
    taint: () => taint,

    apply(event) {
      if (event.kind === 'result.flagged') {
        taint ??= { source: event.source, line: event.marks[0]?.line ?? 0 };
        flagged.add(event.call);
      } else if (event.kind === 'effect.proposed') proposed.set(event.effect, event.value);
      else if (event.kind === 'run.started') earlier.push(event.prompt);
      else if (event.kind === 'person.said') earlier.push(event.text);
      else if (event.kind === 'tool.answered' && !flagged.has(event.call)) earlier.push(event.text);
      if (taint === null) return;
      if (event.kind === 'model.answered') addWords(wordsOf(event));
      else if (event.kind === 'effect.intended') {
        const value = proposed.get(event.effect);
        if (value?.kind === 'edit') addPath(shown(value.path));
      } else if (event.kind === 'checkpoint.made' && event.before !== null) pending.push(event);
    },

    async look({ text, value, outcome, reads }) {
      const { marks } = probe(text);
      if (marks.length > 0) return { source: placeOf(text, marks, value, shown), marks: inFile(text, marks, value) };
      // This run is tainted already, and what it left itself tells nothing new.
      if (taint !== null || deps.taints === undefined) return null;
      const traces = (await deps.taints.all()).filter(({ run }) => run !== deps.run);
      const read = new Set([...pathsOf(value, outcome), ...reads].map(shown));
      const from =
        traces.find(trace => (trace.everything && read.size > 0) || trace.paths.some(path => read.has(path))) ??
        (sharesShingles(text, wordsKnown(traces)) ? firstWith(text, traces) : undefined);
      if (from === undefined) return null;
      const said = `written by run ${from.run}, which had read ${from.source}`;
      return { source: sourceOf(value, shown), marks: [{ code: 'carried', line: 0, excerpt: said.slice(0, 120) }] };
    },

    async settle() {
      const made = pending;
      pending = [];
      for (const { before, after } of made) {
        if (deps.snapshots === null || before === null || after === null) continue;
        // What cannot be told counts as everything.
        const changes = await deps.snapshots.changes(before, after).catch(() => null);
        if (changes === null) everything = true;
        for (const { path } of changes ?? []) addPath(Buffer.from(path, 'latin1').toString('utf8'));
      }
      if (taint === null || !changed || deps.taints === undefined) return;
      changed = false;
      const { source, line } = taint;
      await deps.taints.keep({ run: deps.run, source, line, paths: [...paths], everything, shingles: [...shingles] });
    },
  };
}

/** All that the model wrote: its answer, and what it wants to be run or written. Of files only what is prose. */
function wordsOf({ content }: Extract<RunEvent, { kind: 'model.answered' }>): string[] {
  return content.flatMap(block => {
    if (isText(block)) return [block.text];
    if (!isToolUse(block)) return [];
    const written = stringsIn(block.input);
    return block.name === 'Edit' || block.name === 'Write' ? written.map(proseOf) : written;
  });
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** The trace that has most likely been read: what two of them have in common is told of the first. */
function firstWith(text: string, traces: readonly TaintTrace[]): TaintTrace | undefined {
  return traces.find(trace => sharesShingles(text, new Set(trace.shingles))) ?? traces[0];
}

/** The files that an answer shows something of. */
function pathsOf(value: Effect | null, outcome: Outcome | null): string[] {
  if (outcome?.kind === 'read') return [outcome.path];
  if (outcome?.kind === 'search') return value?.kind === 'search' && value.by === 'content' ? outcome.files : [];
  return [];
}

function sourceOf(value: Effect | null, shown: (path: string) => string): string {
  switch (value?.kind) {
    case 'read':
    case 'edit':
      return shown(value.path);
    case 'exec':
    case 'push':
      return value.command.split('\n', 1)[0]?.slice(0, 80) ?? '';
    case 'fetch':
      return value.url.slice(0, 200);
    case 'search':
      return `${value.by === 'name' ? 'Glob' : 'Grep'} ${value.pattern.slice(0, 60)}`;
    case 'diagnostics':
      return value.path === undefined ? 'the editor’s problems' : shown(value.path);
    case 'restore':
    case undefined:
      return 'an answer';
  }
}

const hit = /^([^\s:][^:\n]{0,300}):(\d{1,7}):/;

/** A search names the file itself. */
function placeOf(
  text: string,
  [mark]: readonly Suspicion[],
  value: Effect | null,
  shown: (path: string) => string,
): string {
  const found = value?.kind === 'search' && mark !== undefined ? hit.exec(text.split('\n')[mark.line - 1] ?? '') : null;
  return found?.[1] ?? sourceOf(value, shown);
}

function inFile(text: string, marks: readonly Suspicion[], value: Effect | null): Suspicion[] {
  if (value?.kind !== 'search') return [...marks];
  const lines = text.split('\n');
  return marks.map(mark => ({ ...mark, line: Number(hit.exec(lines[mark.line - 1] ?? '')?.[2] ?? mark.line) }));
}

function relativeTo(root: string, path: string): string {
  const way = relative(root, isAbsolute(path) ? path : join(root, path));
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? path : way.split(sep).join('/');
}
