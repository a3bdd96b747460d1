import type { ShownDoubt } from '../../../src/protocol/panel.ts';
import { askedItem } from '../view/calls.ts';
import { describe, questionTitle } from '../view/describe.ts';
import type { View } from '../view/view.ts';
import { endings } from './end.tsx';

/** Tells a screen reader, politely and without moving the focus, what waits for the person and how the run ended. */
export function Announcer({ view, doubts }: { view: View; doubts: readonly ShownDoubt[] }) {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {doubts.length > 0
        ? 'The run was cut off in the middle of something. Decide what becomes of it.'
        : announcement(view)}
    </div>
  );
}

function announcement(view: View): string {
  if (view.pause !== null) return 'Several actions were refused, and the run waits. Decide what may pass.';
  if (view.questions.length > 0) {
    const asked = askedItem(view);
    if (asked === null) return 'Gatehouse waits for your answer.';
    const line = describe(asked, view.workspace);
    return `Gatehouse asks: ${questionTitle(asked.effect)} ${line.subject}`;
  }
  const last = view.items.pages.at(-1)?.at(-1);
  return last?.type === 'end' ? `Run ended: ${endings[last.status].title}` : '';
}
