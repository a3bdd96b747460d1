import type { PersonQuestion, PlanQuestion } from '../../ports/approver.ts';
import type { Plan, PlanAnswer, PlanComment } from '../../protocol/plan.ts';
import { planText, readPlanText } from '../planDocument.ts';
import { acceptanceSentences } from '../workWords.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';
import { planLines, questionLines } from './workLines.ts';

/** A conversation at the terminal, one line at a time. */
export interface Talking {
  note: (lines: readonly string[]) => void;
  /** The next line that is typed after `prompt` was shown; null where nobody is there. */
  read: (prompt: string) => Promise<string | null>;
  /** The text as the person edited it; null where they have no editor. */
  edit: (text: string, name: string) => Promise<string | null>;
  paint: Paint;
  width: number;
}

/** `seen`: the plan itself was shown as it was submitted. */
export async function askPlanAt(question: PlanQuestion, talking: Talking, seen: boolean): Promise<PlanAnswer | null> {
  const { paint, width, note } = talking;
  let plan: Plan = question.plan;
  let edited = false;
  const flow = (text: string, indent = '  '): string[] => wrapped(visible(text), indent, width);
  note([
    '',
    ...(seen ? [] : [...planLines(plan, paint, width), '']),
    paint(['bold', 'cyan'], '? Is this the plan?'),
    ...acceptanceSentences(plan.acceptance, question.baseline).flatMap(each =>
      flow(`! ${each}`).map(row => paint('yellow', row)),
    ),
    ...(plan.acceptance.length === 0
      ? []
      : flow(
          'If you accept it, its commands are run before and after the work without more questions, held in the sandbox as in Auto.',
        )),
  ]);
  for (;;) {
    const line = await talking.read('[y] accept  [c] ask for changes  [e] edit it  [n] turn it down  > ');
    if (line === null) return null;
    const [, key = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(line) ?? [];
    switch (key.toLowerCase()) {
      case 'y':
      case 'yes':
        return { verdict: 'accept', ...(edited ? { plan } : {}) };
      case 'n':
      case 'no':
        return { verdict: 'reject', ...(rest.trim() === '' ? {} : { why: rest.trim() }) };
      case 'c': {
        const comments = await commentsFrom(rest, plan, talking);
        if (comments === null) return null;
        if (comments.length > 0) return { verdict: 'change', comments, ...(edited ? { plan } : {}) };
        break;
      }
      case 'e': {
        const changed = await editPlan(plan, talking);
        if (changed === null) break;
        plan = changed;
        edited = true;
        note(planLines(plan, paint, width));
        break;
      }
      default:
        note(['  Please answer y, c, e or n.']);
    }
  }
}

async function editPlan(plan: Plan, { edit, note }: Talking): Promise<Plan | null> {
  const text = await edit(planText(plan), 'plan.yaml');
  if (text === null) {
    note(['  No editor: set EDITOR or VISUAL, or say with c what is to be changed.']);
    return null;
  }
  const read = readPlanText(text, plan);
  if (read.type === 'plan') return read.plan;
  if (read.type === 'problem')
    note([
      `  That is no plan${read.line === null ? '' : ` (line ${read.line})`}: ${visible(read.problem)}. It stays as it was.`,
    ]);
  else note(['  Nothing was changed.']);
  return null;
}

/** `c 2 smaller` at once, or line by line until an empty one. A number first is about that step. */
async function commentsFrom(rest: string, plan: Plan, { read }: Talking): Promise<PlanComment[] | null> {
  const first = commentOf(rest, plan);
  if (first !== null) return [first];
  const comments: PlanComment[] = [];
  for (;;) {
    const line = await read(
      comments.length === 0 ? 'What is to be changed? (2 … is about step 2) > ' : 'And? (empty: that is all) > ',
    );
    if (line === null) return null;
    const comment = commentOf(line, plan);
    if (comment === null) return comments;
    comments.push(comment);
  }
}

function commentOf(line: string, { steps }: Plan): PlanComment | null {
  const text = line.trim();
  if (text === '') return null;
  const [, number, words] = /^(\d{1,3})[.:)]?\s+(\S.*)$/s.exec(text) ?? [];
  const step = Number(number);
  return words !== undefined && step >= 1 && step <= steps.length ? { step, text: words } : { step: null, text };
}

/** A number chooses one of the options; anything else is the answer itself. */
export async function askPersonAt(question: PersonQuestion, talking: Talking, seen: boolean): Promise<string | null> {
  const { options } = question;
  const { read, note, paint, width } = talking;
  if (!seen) note(['', ...questionLines(question, paint, width)]);
  for (;;) {
    const line = await read(
      options.length === 0 ? 'Your answer > ' : `Your answer (1 to ${options.length}, or in words) > `,
    );
    if (line === null) return null;
    const text = line.trim();
    if (text === '') note(['  Please say something.']);
    else return (/^\d{1,2}$/.test(text) ? options[Number(text) - 1] : undefined) ?? text;
  }
}
