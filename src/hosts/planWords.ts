import { basename } from 'node:path';
import type { ConflictWhy } from '../checkpoints/fold.ts';
import type { Standing } from '../ports/disk.ts';
import type { NotHeld } from '../protocol/checkpoint.ts';
import type { EffectOf } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';

const conflictWords: { [W in ConflictWhy]: string } = {
  changed: 'it was changed since, in the same place',
  removed: 'it was removed or is new on one side, and changed on the other',
  kind: 'something else stands there now',
  binary: 'it was changed since, and it is no text that could be merged',
  occupied: 'a folder stands there, with files that no checkpoint knows',
  blocked: 'a link or a file stands where a folder above it has to be',
  unheld: 'what took its place is too large for checkpoints, or no file, and would be lost for good',
  gone: 'its bytes are not kept, so they could not be had back',
};

/** Why a path cannot be taken there, as the end of a sentence. */
export function conflictSentence(why: ConflictWhy): string {
  return conflictWords[why];
}

const standingWords: Record<Standing['type'], string> = {
  file: 'a file',
  executable: 'an executable file',
  link: 'a link',
  folder: 'an empty folder',
  occupied: 'a folder',
  special: 'a pipe, socket or device',
};

export function standingWord(standing: Standing | null): string {
  return standing === null ? 'nothing' : standingWords[standing.type];
}

/** Why a checkpoint may hold more than what the run did. */
export function cutOffSentence(checkpoint: number): string {
  return `Checkpoint ${checkpoint} was cut off: what you changed before it could be held counts as its own.`;
}

const notHeldWords: Record<NotHeld['why'], string> = {
  tooLarge: 'too large for checkpoints',
  special: 'no file, link or folder',
  unreadable: 'it could not be read',
};

export function notHeldSentence(why: NotHeld['why']): string {
  return notHeldWords[why];
}

const writesHistory = /\bgit\b[^;&|\n]*\b(?:commit|merge|rebase|cherry-pick|revert|reset|am|tag|push|pull|stash)\b/;

/** Commands after the record that may have changed what git itself keeps, which no checkpoint takes back. */
export function historyCommands(events: readonly RunEvent[], after: number): string[] {
  const values = new Map<string, EffectOf<'exec' | 'push'>>();
  const profiles = new Map<string, string>();
  const found: { effect: string; command: string }[] = [];
  const putBack = new Set<string>();
  for (const event of events) {
    if (event.kind === 'effect.proposed' && (event.value.kind === 'exec' || event.value.kind === 'push'))
      values.set(event.effect, event.value);
    else if (event.kind === 'effect.assessed') profiles.set(event.effect, event.terms.profile);
    else if (event.kind === 'effect.done' && event.seq > after) {
      const value = values.get(event.effect);
      if (value === undefined) continue;
      const writes = value.kind === 'push' || profiles.get(event.effect) === 'git' || writesHistory.test(value.command);
      if (writes) found.push({ effect: event.effect, command: value.command });
    } else if (event.kind === 'effect.violated') {
      // The repository that the command made or changed was put back when it ended.
      if (event.violations.some(each => each.type === 'restored' && basename(each.path) === '.git'))
        putBack.add(event.effect);
    }
  }
  return found.flatMap(({ effect, command }) => (putBack.has(effect) ? [] : [command]));
}
