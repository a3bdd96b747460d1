import type { Claim } from '../claim.ts';
import { lookUp } from '../shell/lookup.ts';
import { processes } from '../shell/programs/processes.ts';
import { claimsOf } from '../shell/sort.ts';
import { claimed, note } from '../shell/spec.ts';
import { literal, type Word } from '../shell/word.ts';

/** Processes that are ended by name are judged as `killall` would be, those by number as `kill` would. */
export function lookUpClaims(names: readonly Word[], ids: readonly Word[]): Claim[] {
  return [...names.flatMap(name => ended('killall', name)), ...ids.flatMap(id => ended('kill', id))];
}

function ended(program: 'kill' | 'killall', word: Word): Claim[] {
  const spec = lookUp(processes, program);
  if (spec === undefined || word.text === null || word.glob || /[*?[]/.test(word.text))
    return [claimed(note('high', 'process-control', 'process.killMany'), { name: word.raw })];
  const args = [program === 'kill' ? word : literal(word.text.replace(/\.exe$/i, ''))];
  return claimsOf(program, spec, {
    name: literal(program),
    args,
    env: [],
    redirects: [],
    stdin: { type: 'inherited' },
    directories: null,
  });
}
