import type { Signing } from '../../../protocol/signing.ts';
import { code, prose } from '../../markdown.ts';
import type { ReportedEffect } from '../effects.ts';
import { duration, type Say, type Section } from '../words.ts';

export const commands: Section = (report, { say }) => {
  const lines = report.effects.flatMap(effect =>
    (effect.value.kind === 'exec' || effect.value.kind === 'push') &&
    (effect.state === 'done' || effect.state === 'failed')
      ? [`- ${code(effect.value.command)}: ${commandEnd(effect, say)}`]
      : [],
  );
  return lines.length === 0 ? '' : `## Commands\n\n${lines.join('\n')}`;
};

function commandEnd(effect: ReportedEffect, say: Say): string {
  const { outcome, failure, durationMs } = effect;
  const after = durationMs === null ? '' : ` after ${duration(durationMs)}`;
  if (failure !== null) return `failed${after}: ${prose(say.failure(failure))}`;
  if (outcome?.kind === 'push') {
    const refs = outcome.refs.map(({ ref, change }) => `${code(ref)} (${change})`).join(', ');
    return `pushed to ${code(outcome.shown)}${after}: ${refs}`;
  }
  if (outcome?.kind !== 'exec') return 'no result';
  if (outcome.process !== undefined)
    return `went on in the background as ${code(outcome.process)}${signed(outcome.signing)}`;
  const left = outcome.survivors.map(({ pid, name }) => `${code(name)} (${pid})`).join(', ');
  const alive = left === '' ? '' : `; still alive: ${left}`;
  const survivors = `${alive}${signed(outcome.signing)}`;
  if (outcome.timedOut) return `timed out${after}${survivors}`;
  if (outcome.stopped) return `stopped${after}${survivors}`;
  if (outcome.signal !== null) return `ended by ${prose(outcome.signal)}${after}${survivors}`;
  return `exit code ${outcome.exitCode ?? 'unknown'}${after}${survivors}`;
}

/** What became of its commits, where there is anything to say. */
function signed(signing: Signing | undefined): string {
  if (signing === undefined) return '';
  const list = (hashes: readonly string[]): string => hashes.map(hash => code(hash.slice(0, 12))).join(', ');
  if (signing.type === 'unsigned') {
    const which = signing.commits.length === 0 ? '' : `: ${list(signing.commits)}`;
    return `; **not signed** (${code(signing.because)})${which}`;
  }
  const made = signing.type === 'signed' ? `; signed as ${list(signing.commits.map(({ to }) => to))}` : '';
  return signing.left.length === 0 ? made : `${made}; left as made: ${list(signing.left)}`;
}
