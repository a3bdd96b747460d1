import type { RunCommand } from '../../agent/run.ts';
import type { Approver } from '../../ports/approver.ts';
import type { EventKind } from '../../protocol/event.ts';
import type { HostMessage, PanelMessage } from '../../protocol/panel.ts';
import type { ReaderFor } from '../assets.ts';
import { decidedSentence } from '../decidedWords.ts';
import { createApprover } from './approver.ts';
import { meantBy } from './critical.ts';
import { createDenied, denying } from './denied.ts';
import { createOpenQuestions } from './openQuestions.ts';
import type { Past } from './past.ts';
import { type HeldRun, isLive, type Runs } from './runs.ts';
import { createToasts } from './toasts.ts';

export interface AskingDeps {
  runs: Runs;
  panel: { visible(): boolean; post(message: HostMessage): void };
  home: Past['home'];
  /** The folder that the build filled. */
  assets: string;
  review: (question: string | null) => Promise<void>;
  onFault: (error: unknown) => void;
}

/** How runs reach the person here: notifications, what is open, what was refused. */
export interface Asking {
  approver: Approver;
  /** Says that something waits that is no question of a run's gate. */
  attract(sentence: string): void;
  /** What the person means by what they clicked; see `meantBy`. */
  meant(held: HeldRun, command: RunCommand): Promise<RunCommand | null>;
  checkRule(message: Extract<PanelMessage, { type: 'checkRule' }>): Promise<void>;
  /** Tells the panel what was refused in the run, where an event of these kinds changed that. */
  tellDenied(held: HeldRun, kinds?: readonly EventKind[]): void;
}

export function createAsking({ runs, panel, home, assets, review, onFault }: AskingDeps): Asking {
  const open = createOpenQuestions();
  const denied = createDenied();
  const holderOf = (question: string): HeldRun | undefined =>
    runs
      .list()
      .find(held => held.events().some(event => event.kind === 'question.asked' && event.question === question));
  const toasts = createToasts({
    seen(question) {
      const shown = runs.shown();
      return panel.visible() && (question === null || shown?.feed.questions().includes(question) === true);
    },
    review,
    decided: question => decidedSentence(holderOf(question)?.events() ?? [], question),
    onFault,
  });
  let reader: ReaderFor | null = null;
  return {
    approver: createApprover(open, toasts),
    attract: sentence => toasts.tell(sentence),
    meant: (held, command) => meantBy(command, open, effect => denied.find(held, effect)),
    async checkRule({ run, question, text }) {
      const [held, asked] = [runs.get(run), open.get(question)];
      if (held === null || asked === null) return;
      // The policy and the grammar are loaded when a rule is first written, not when the panel opens.
      const [{ checkRule }, { lazyReader }] = await Promise.all([import('../ruleBook.ts'), import('../assets.ts')]);
      const [started] = held.events();
      const root = started?.kind === 'run.started' ? started.workspace : held.folder;
      reader ??= lazyReader(assets);
      const check = await checkRule(text, asked, { home: await home(), root, reader });
      panel.post({ type: 'ruleChecked', run, question, check });
    },
    tellDenied(held, kinds) {
      if (runs.shown() !== held || (kinds !== undefined && !kinds.some(kind => denying.has(kind)))) return;
      panel.post({ type: 'denied', run: held.id, items: isLive(held) ? denied.recent(held) : [] });
    },
  };
}
