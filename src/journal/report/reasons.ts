import { type RunEvent } from '../../protocol/event.ts';
import { isText, isToolUse } from '../../protocol/message.ts';

/** Why an effect was wanted, as far as the run tells. */
export interface Purpose {
  /** What the model wrote right before it, in the same answer. Its words, and no more than that. */
  said: string;
  /** The step of the plan that was being worked on; null where there was none. */
  step: { number: number; title: string } | null;
}

/** Characters of the model's words that are kept. */
const maxSaid = 400;

/** The purpose of each effect, by its id. A step begins where the one before it was completed. */
export function purposesOf(events: readonly RunEvent[]): Map<string, Purpose> {
  const said = new Map<string, string>();
  const purposes = new Map<string, Purpose>();
  let titles: string[] = [];
  const plans = new Map<number, string[]>();
  let step = 0;
  for (const event of events) {
    if (event.kind === 'plan.submitted' || event.kind === 'plan.edited')
      plans.set(
        event.plan,
        event.value.steps.map(({ title }) => title),
      );
    else if (event.kind === 'plan.accepted') {
      titles = plans.get(event.plan) ?? [];
      step = 1;
    } else if (event.kind === 'step.completed') step = event.step + 1;
    else if (event.kind === 'model.answered') {
      let words = '';
      for (const block of event.content)
        if (isText(block)) words = block.text.trim();
        else if (isToolUse(block)) said.set(block.id, words.slice(0, maxSaid));
    } else if (event.kind === 'effect.proposed') {
      const title = titles[step - 1];
      purposes.set(event.effect, {
        said: said.get(event.call) ?? '',
        step: title === undefined ? null : { number: step, title },
      });
    }
  }
  return purposes;
}
