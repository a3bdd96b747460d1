import { atLeast } from '../protocol/assessment.ts';
import type { PushEffect } from '../protocol/effect.ts';
import { type Assessed, assessCommand, type CommandReader } from './assess.ts';
import type { Facts } from './facts.ts';

/**
 * A typed push, as bad as its command with everything spelled out that the command leaves to settings: the address and
 * the branches. Never less than high, since nothing brings back what others have seen. Its parts are the command's own.
 */
export function assessPush(reader: CommandReader, effect: PushEffect, facts: Facts): Assessed {
  const asked = assessCommand(reader, effect, facts);
  const whole = assessCommand(reader, { command: spelledOut(effect), cwd: effect.cwd }, facts);
  const { tier, categories, floor, parts, understood } = asked.assessment;
  const floors = [floor, whole.assessment.floor];
  return {
    assessment: {
      ...whole.assessment,
      tier: atLeast('high', atLeast(tier, whole.assessment.tier)),
      categories: [...new Set([...whole.assessment.categories, ...categories, 'push' as const])],
      floor: floors.includes('deny') ? 'deny' : floors.includes('ask') ? 'ask' : 'none',
      understood: understood && whole.assessment.understood,
      parts,
    },
    wants: [...asked.wants, ...whole.wants],
  };
}

function spelledOut({ shown, refspecs, force, lease }: PushEffect): string {
  const branches = refspecs.map(({ ref }) => ref.replace(/^refs\/heads\//, ''));
  const flags = [...(force ? ['--force'] : []), ...(lease === null ? [] : ['--force-with-lease'])];
  return ['git push', ...flags, ...[shown, ...branches].map(quoted)].join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
