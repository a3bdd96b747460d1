import { code, prose } from '../../markdown.ts';
import type { Report } from '../report.ts';
import type { ReportedEvidence, ReportedSteering } from '../steering.ts';
import { count, type Section, subject, time, type Words } from '../words.ts';

/** So many records are named for one finding. */
const named = 20;

/** What told the agent off or stopped it, which limits were reached and raised, and who chose which mode. */
export const steering: Section = (report, words) => {
  if (report.steering.length === 0) return '';
  const rows = report.steering.map(each => {
    const below = 'evidence' in each ? evidenceRows(each.evidence, report, words) : [];
    return [`- ${time(each.at)}: ${told(each, words)}`, ...below].join('\n');
  });
  return `## Stops, limits and modes\n\n${rows.join('\n')}`;
};

const modes = { plan: 'Plan', ask: 'Ask', auto: 'Auto' };

function told(each: ReportedSteering, { say }: Words): string {
  switch (each.type) {
    case 'nudged':
      return `The rule ${code(each.rule)} was about to stop the run, and the agent was told. ${prose(say.rule(each))}`;
    case 'stopped':
      return `The rule ${code(each.rule)} **ended** the run. ${prose(say.rule(each))}`;
    case 'reached': {
      const next =
        each.next === null ? '' : `, and what came next could have taken ${say.limit(each.limit, each.next)}`;
      const became = each.used > each.allowed ? 'crossed' : 'reached';
      return `A limit was **${became}**: ${say.limit(each.limit, each.used)}, where ${say.limit(each.limit, each.allowed)} were allowed${next}.`;
    }
    case 'raised': {
      const from = each.from === null ? '' : ` from ${say.limit(each.limit, each.from)}`;
      return `A person set a limit${from} to ${say.limit(each.limit, each.to)}${each.on === 'resume' ? ', going on with the run' : ''}.`;
    }
    case 'mode':
      return `A person (${each.by}) switched from ${modes[each.from]} to ${modes[each.to]}.`;
    case 'capped':
      return prose(say.capped(each.reason, each.why ?? undefined));
  }
}

function evidenceRows(evidence: readonly ReportedEvidence[], report: Report, words: Words): string[] {
  const rows = evidence.slice(0, named).map(each => `  - Record ${each.seq}: ${recordOf(each, report, words)}`);
  const more = evidence.length - rows.length;
  return more > 0 ? [...rows, `  - And ${count(more, 'record')} more`] : rows;
}

function recordOf({ kind, effect, what }: ReportedEvidence, report: Report, { paths }: Words): string {
  const found = effect === null ? undefined : report.effects.find(each => each.effect === effect);
  if (found !== undefined) {
    const refused = kind === 'effect.decided' && found.decisions.at(-1)?.verdict === 'deny' ? ', refused' : '';
    return `${prose(found.tool)} ${subject(found.value, paths)}${refused}`;
  }
  return what === '' ? code(kind ?? 'unknown') : prose(what);
}
