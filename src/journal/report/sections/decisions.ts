import type { Violation } from '../../../protocol/containment.ts';
import type { DecidedBy } from '../../../protocol/decision.ts';
import { code, prose } from '../../markdown.ts';
import type { ReportedEffect } from '../effects.ts';
import { duration, type Paths, type Say, type Section, subject } from '../words.ts';

export const decisions: Section = (report, { paths, say }) => {
  const decided = report.effects.filter(effect => effect.decisions.length > 0);
  if (decided.length === 0) return '## Decisions\n\nNothing was decided.';
  return `## Decisions\n\n${decided.map(effect => decision(effect, paths, say)).join('\n')}`;
};

const verdictWords = { allow: 'allowed', review: 'sent to review', ask: 'asked about', deny: 'refused' };

function decision(effect: ReportedEffect, paths: Paths, say: Say): string {
  const steps = effect.decisions.map(({ verdict, by }) => `**${verdictWords[verdict]}** by ${decider(by)}`);
  const reasons = effect.decisions.flatMap(({ reasons }) => reasons.map(({ code, args }) => say.reason(code, args)));
  const lines = [`- ${prose(effect.tool)} ${subject(effect.value, paths)}: ${steps.join(', then ')}`];
  if (effect.tier !== null)
    lines.push(
      `  - Risk: ${effect.tier}${effect.profile === null ? '' : `, held to the profile ${code(effect.profile)}`}`,
    );
  for (const violation of effect.violations) lines.push(`  - Refused by the sandbox: ${violated(violation)}`);
  for (const reason of new Set(reasons)) lines.push(`  - ${prose(reason)}`);
  if (effect.revised.includes('person')) lines.push('  - The person changed it before they allowed it.');
  if (effect.revised.includes('disk')) lines.push('  - Its file had changed since it was proposed.');
  if (effect.answer?.verdict === 'deny' && effect.answer.why !== undefined)
    lines.push(`  - The person said: ${code(effect.answer.why)}`);
  return lines.join('\n');
}

function violated(violation: Violation): string {
  switch (violation.type) {
    case 'host':
      return `the host ${code(`${violation.host}:${violation.port}`)}`;
    case 'write':
      return `writing ${code(violation.path)}`;
    case 'limit':
      return `more ${violation.limit} than a command may use`;
    case 'restored':
      return `a change of ${code(violation.path)}, which was undone`;
  }
}

function decider(by: DecidedBy): string {
  switch (by.type) {
    case 'person':
      return `a person (${prose(by.surface)}, after ${duration(by.afterMs)})`;
    case 'rule':
      return `rule ${code(by.rule)} (${by.layer})`;
    case 'static':
      return 'static analysis';
    case 'model':
      return `reviewing model ${code(by.model)} (prompt ${by.promptDigest.slice(0, 12)})`;
  }
}
