import type { DecidedBy } from '../../protocol/decision.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { EventOf, RunEvent } from '../../protocol/event.ts';
import type { Plan } from '../../protocol/plan.ts';
import { planAfter, type SaidAs, saidIn } from '../../protocol/said.ts';
import { quoted } from './sections.ts';

/** More actions than this are not told one by one. The window moves in steps, so that requests keep a common beginning. */
const shownActions = 40;
const step = 20;

/** What the person said and what was done so far, without anything that the working model or its tools said. */
export interface Story {
  person: string[];
  actions: string[];
}

interface Action {
  value: Effect;
  decided: string;
  violated: string[];
  ended: string;
  /** For the counts of those that are not told one by one. */
  came: 'done' | 'refused' | 'failed' | 'open';
}

/** The story up to now; `current` is the effect under review, which is no part of it. */
export function storyOf(events: readonly RunEvent[], current: string): Story {
  let plan: Plan | null = null;
  let person: { seq: number; text: string }[] = [];
  const actions = new Map<string, Action>();
  const asked = new Map<string, EventOf<'person.asked'>>();
  for (const event of events) {
    if (event.kind === 'person.asked') asked.set(event.question, event);
    const said = event.kind === 'person.answered' ? answer(event, asked.get(event.question)) : saidBy(event, plan);
    plan = planAfter(event, plan);
    if (said !== null) person.push({ seq: event.seq, text: said });
    // Words of a part of the conversation that was taken back consent to nothing any more.
    if (event.kind === 'conversation.rewound') person = person.filter(({ seq }) => seq < event.record);
    if (event.kind === 'effect.proposed' && event.effect !== current)
      actions.set(event.effect, { value: event.value, decided: '', violated: [], ended: '', came: 'open' });
    else if ('effect' in event && event.effect !== null) tell(actions.get(event.effect), event);
  }
  return { person: person.map(({ text }) => text), actions: lines([...actions.values()]) };
}

const labels: Record<SaidAs, string> = {
  task: '',
  words: '',
  answer: '',
  refusal: '(When they refused an action)\n',
  denials: '(About what was refused)\n',
  plan: '(About a plan)\n',
  constraint: '(Written into the plan as a constraint)\n',
  kept: '(Standing instruction from now on)\n',
  standing: '(Standing instructions for all runs)\n',
};

/** As one text for each event, under what it was said about. */
function saidBy(event: RunEvent, plan: Plan | null): string | null {
  const said = saidIn(event, plan);
  const [first] = said;
  return first === undefined ? null : `${labels[first.as]}${said.map(({ text }) => text).join('\n')}`;
}

/** What the agent offered and the person picked is the agent's wording, and consents to no more than that. */
function answer({ text }: EventOf<'person.answered'>, asked: EventOf<'person.asked'> | undefined): string {
  const option = asked?.options.find(each => each.trim() === text.trim());
  return asked === undefined || option === undefined
    ? `(An answer to a question of the agent, which is not shown)\n${text}`
    : `(Answered the agent's question ${quoted(asked.text)} with the agent's option) ${quoted(option)}`;
}

function tell(action: Action | undefined, event: RunEvent): void {
  if (action === undefined) return;
  if (event.kind === 'effect.decided') {
    action.decided = decidedBy(event);
    if (event.decision.verdict === 'deny') action.came = 'refused';
  } else if (event.kind === 'effect.violated')
    action.violated = event.violations.map(violation => quoted(JSON.stringify(violation), 200));
  else if (event.kind === 'effect.done') {
    action.came = 'done';
    action.ended = outcome(event);
  } else if (event.kind === 'effect.failed') {
    action.came = 'failed';
    action.ended = `failed (${event.failure.code})`;
  }
}

function decidedBy({ decision }: EventOf<'effect.decided'>): string {
  const [first] = decision.reasons;
  const why = first?.args['why'];
  const rule = first === undefined ? '' : ` (${first.code})`;
  // The person's sentence is theirs; the reviewing model's is not given back to it.
  const words = first?.code === 'person.denied' && why !== undefined ? `; the person said: ${quoted(String(why))}` : '';
  return `${verdicts[decision.verdict]} ${names[decision.by.type]}${rule}${words}`;
}

const verdicts = { allow: 'allowed by', review: 'left open by', ask: 'left to the person by', deny: 'refused by' };
const names: Record<DecidedBy['type'], string> = {
  person: 'the person',
  rule: 'a rule',
  static: 'static rules',
  model: 'the reviewer',
};

function outcome({ outcome: came, durationMs }: EventOf<'effect.done'>): string {
  if (came.kind !== 'exec') return 'done';
  const end = came.timedOut ? 'timed out' : came.stopped ? 'stopped' : `exit ${came.exitCode ?? came.signal ?? '?'}`;
  return `${end} after ${(durationMs / 1000).toFixed(1)} s`;
}

function lines(actions: readonly Action[]): string[] {
  const left = actions.length <= shownActions ? 0 : Math.floor((actions.length - step) / step) * step;
  const told = actions
    .slice(left)
    .map(
      ({ value, decided, violated, ended }, index) =>
        `${left + index + 1}. ${inShort(value)} — ${[decided, ended, ...violated.map(each => `tried ${each}`)].filter(Boolean).join('; ')}`,
    );
  return left === 0 ? told : [counts(actions.slice(0, left)), ...told];
}

function counts(actions: readonly Action[]): string {
  const sums = new Map<string, number>();
  for (const { value, came } of actions)
    sums.set(`${value.kind} ${came}`, (sums.get(`${value.kind} ${came}`) ?? 0) + 1);
  const all = [...sums].map(([name, sum]) => `${name} ${sum}`).join(', ');
  return `1 to ${actions.length}, in numbers: ${all}`;
}

/** One action in one line. What the working model says about it (descriptions, reasons) is left out. */
function inShort(value: Effect): string {
  switch (value.kind) {
    case 'exec':
      return `run${value.background ? ' in the background' : ''} ${quoted(value.command)}`;
    case 'push':
      return `push ${quoted(value.command)}`;
    case 'edit':
      return `edit ${quoted(value.path)} (+${value.added} −${value.removed}${value.base === null ? ', new' : ''})`;
    case 'read':
      return `read ${quoted(value.path)}`;
    case 'search':
      return `search ${quoted(value.pattern)} below ${quoted(value.root)}`;
    case 'fetch':
      return `read the page ${quoted(value.url)}`;
    case 'restore':
      return `restore ${value.files.length} files from checkpoint ${value.checkpoint}`;
    case 'diagnostics':
      return 'look at the problems in the editor';
  }
}
