import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import type { Call, Flag, Role, Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { fillsDisk, isEndless, readsEndless } from './sizes.ts';

/** Words that every family of programs is written with. */

/** A program or subcommand that only looks, or whose effects stay in the workspace and can be undone. */
export const harmless: Spec = {};

/** The same spec under several names, separated by blanks. */
export function named<T>(names: string, spec: T): Record<string, T> {
  return { [names]: spec };
}

/** Flags, separated by blanks, that take a value of this role. */
export function taking(role: Role, names: string): Record<string, Flag> {
  return named(names, { value: role });
}

/** The program changes something below where it runs. What lies outside the workspace is thereby asked about. */
export const changesHere: Claim = { does: 'write', path: literal('.'), somewhere: true };
/** The program looks at what lies below where it runs; no matter inside the workspace, outside it is told. */
export const readsHere: Claim = { does: 'read', path: literal('.'), recursive: true, look: true };

/** Folders that are emptied before something is made in them: what a build made there before may go. */
export function empties(paths: readonly Word[]): Claim[] {
  return paths.map(path => ({ does: 'delete', path, recursive: true, byTask: true }));
}

export function reach(host: string | null, send = false): Claim {
  return { does: 'net', host, send };
}

/** Reaches the host of a URL, or an unknown one. */
export function reachUrl(word: Word | undefined, send = false): Claim {
  return reach(hostOf(word?.text ?? null), send);
}

/** The text of an operand; null where there is none or it is not known. */
export function operand(call: Call, at: number): string | null {
  return call.operands[at]?.text ?? null;
}

/** The words after the first `--`. */
export function afterDashes(call: Call): readonly Word[] {
  const at = call.words.findIndex(word => word.text === '--');
  return at < 0 ? [] : call.words.slice(at + 1);
}

/** Output without an end, into a file. */
export function keepsEndless(call: Call): Claim[] {
  const endless = call.path[0] === 'yes' || call.operands.some(isEndless) || readsEndless(call.invocation.stdin);
  const kept = call.invocation.redirects.some(
    ({ mode, target }) => mode !== 'read' && !target.prefix.startsWith('/dev/'),
  );
  return endless && (kept || (call.path[0] === 'tee' && call.operands.length > 0)) ? [fillsDisk] : [];
}

/** Words that may come to anything, options too. */
export function anyUnknown(words: readonly Word[]): boolean {
  return words.some(word => word.text === null && word.prefix === '');
}

/** Several words as the one line of shell text that a program makes of them; null text where one is not known. */
export function joined(words: readonly Word[]): Word {
  const known = words.every(word => word.text !== null);
  const text = known ? words.map(word => word.text).join(' ') : null;
  return { raw: words.map(word => word.raw).join(' '), text, prefix: text ?? '', glob: false, splits: false };
}
