import type { Journal } from '../../ports/journal.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { type Failure, failures } from '../../protocol/failure.ts';
import type { RuleFinding } from '../../protocol/stopRule.ts';
import type { StopRule } from './rule.ts';
import type { Story } from './story.ts';
import { stopRules } from './table.ts';
import { createStory } from './telling.ts';

/** What the person set: a rule's threshold, or that it is off. What is left out has its default. */
export type RuleSettings = { readonly [R in keyof typeof stopRules]?: number | false };

/** Rules that can be set. */
export const ruleNames = Object.keys(stopRules) as (keyof typeof stopRules)[];

/** What becomes of the run. `met`: its acceptance criteria are, so it may end; `ended` writes that down. */
export type Verdict = { type: 'stop'; failure: Failure } | { type: 'met'; ended(): Promise<unknown> } | null;

/** The stop rules of a run. */
export interface Stopping {
  apply(event: RunEvent): void;
  /** To be asked before each turn. What a rule finds is written down first, and so is what the model is told. */
  check(): Promise<Verdict>;
  /** A rule of the policy ends the run. */
  halted(): Promise<Failure>;
}

export function createStopping(journal: Journal, settings: RuleSettings = {}): Stopping {
  const told = createStory();
  let lastRefusal: number | null = null;
  let met: number | null = null;

  return {
    apply(event) {
      if (event.kind === 'effect.decided' && event.decision.verdict === 'deny') lastRefusal = event.seq;
      told.apply(event);
    },
    async check() {
      const now = told.story();
      // Where the end was held up once more after it was measured, the same evidence ends nothing again.
      const held = now.accepted !== null && now.accepted.seq === met;
      const finding = firstFinding(now, held ? { ...settings, acceptanceMet: false } : settings);
      if (finding !== null) {
        const ended = (): Promise<unknown> => journal.append({ kind: 'rule.stopped', ...finding });
        if (finding.rule === 'acceptanceMet') {
          met = now.accepted?.seq ?? null;
          return { type: 'met', ended };
        }
        await ended();
        return { type: 'stop', failure: failures.ruleStopped({ ...finding.args, rule: finding.rule }) };
      }
      for (const { finding: due, text } of nudgesDue(now, settings)) {
        await journal.append({ kind: 'rule.nudged', ...due });
        await journal.append({ kind: 'context.added', text });
      }
      return null;
    },
    async halted() {
      const evidence = lastRefusal === null ? [] : [lastRefusal];
      await journal.append({ kind: 'rule.stopped', rule: 'halt', evidence, args: {} });
      return failures.policyHalt({});
    },
  };
}

function* rulesOn(settings: RuleSettings): Generator<[keyof typeof stopRules, StopRule, number]> {
  for (const [name, rule] of Object.entries(stopRules)) {
    const key = name as keyof typeof stopRules;
    const set = settings[key];
    if (set !== false) yield [key, rule, set ?? rule.limit];
  }
}

/** What ends the run, if anything does: a pure function of the story. */
export function firstFinding(story: Story, settings: RuleSettings = {}): RuleFinding | null {
  for (const [name, rule, limit] of rulesOn(settings)) {
    const found = rule.find(story, limit);
    if (found !== null) return { rule: name, ...found };
  }
  return null;
}

/** What the model is to be told, once each. */
function nudgesDue(story: Story, settings: RuleSettings): { finding: RuleFinding; text: string }[] {
  return [...rulesOn(settings)].flatMap(([name, rule, limit]) => {
    const { nudge } = rule;
    if (nudge === undefined || story.nudged.has(name)) return [];
    const found = rule.find(story, Math.max(1, Math.floor((nudge.limit * limit) / rule.limit)));
    return found === null ? [] : [{ finding: { rule: name, ...found }, text: nudge.text(found) }];
  });
}
