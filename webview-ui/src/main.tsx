import { render } from 'preact';
import type { HostMessage, PanelState, ShownDenied, ShownDoubt, Told } from '../../src/protocol/panel.ts';
import { App } from './app.tsx';
import './style.css';
import { cutOff } from './view/end.ts';
import { fold, foldAll } from './view/fold.ts';
import { showChange, showRuleCheck } from './view/questions.ts';
import { emptyView, type View } from './view/view.ts';

/** Joins the page and the host: messages come in, change what is known, and the whole is drawn once per frame. */
function start(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  let state: PanelState | null = null;
  let view: View = emptyView();
  let doubts: readonly ShownDoubt[] = [];
  let denied: readonly ShownDenied[] = [];
  const saved = savedOf(editor.getState());
  let draft = saved.draft;
  /** What a page before this one had sent without hearing what became of it; it stands in the box again. */
  let unheard = saved.sent ? saved.draft : null;
  /** A task on its way to the host, which has not said yet what became of it. */
  let sent: string | null = null;
  let problem: string | null = null;
  let focus = 0;
  /** The question that is to be shown, '' for the oldest; null for none. */
  let showQuestion: string | null = null;
  let frame: number | null = null;

  const post = editor.postMessage.bind(editor);

  function onDraft(text: string): void {
    draft = text;
    problem = null;
    save();
    // At once: the next key must find the box as this one left it.
    drawNow();
  }

  function onStart(text: string): void {
    sent = text;
    onDraft('');
  }

  /** What was sent counts as not sent until the host has taken it: a page that is made anew has it in its box. */
  function save(): void {
    const isSent = draft === '' && sent !== null;
    editor.setState({ draft: isSent ? sent : draft, sent: isSent });
  }

  function settle(): void {
    sent = null;
    save();
  }

  function draw(): void {
    frame ??= requestAnimationFrame(drawNow);
  }

  function drawNow(): void {
    if (frame !== null) cancelAnimationFrame(frame);
    frame = null;
    if (state === null) return;
    render(<App {...{ state, view, doubts, denied, draft, sent, focus, problem, post, onDraft, onStart }} />, root);
    if (showQuestion !== null && (bringQuestion(root, showQuestion) || view.questions.length + doubts.length === 0))
      showQuestion = null;
  }

  function take(message: HostMessage): void {
    switch (message.type) {
      case 'state':
        state = message.state;
        break;
      case 'replay':
        problem = null;
        doubts = [];
        denied = [];
        view = foldAll(message.items, { ...emptyView(), run: message.run });
        if (message.over === true && view.active) view = cutOff(view);
        // A run that was not there before has begun with it.
        if (message.run !== null && state?.runs.some(({ run }) => run === message.run) !== true) settle();
        if (unheard !== null && beginsWith(message.items, unheard)) {
          if (draft === unheard) draft = '';
          unheard = null;
          save();
        }
        break;
      case 'told':
        if (message.run === view.run) view = message.items.reduce(fold, view);
        break;
      case 'change':
        if (message.run === view.run) view = showChange(view, message.question, message.patch);
        break;
      case 'denied':
        if (message.run === view.run) denied = message.items;
        break;
      case 'ruleChecked':
        if (message.run === view.run) view = showRuleCheck(view, message.question, message.check);
        break;
      case 'doubts':
        if (message.run === view.run) doubts = message.doubts;
        break;
      case 'compose':
        if (message.text !== null && !(message.offer === true && (draft !== '' || sent !== null || view.active))) {
          sent = null;
          // What was typed since a text was sent stays, too.
          onDraft(draft.trim() === '' || draft === message.text ? message.text : `${message.text}\n\n${draft}`);
        }
        focus += 1;
        if (!document.hasFocus()) post({ type: 'takeFocus' });
        break;
      case 'showQuestion':
        showQuestion = message.question ?? '';
        break;
      case 'problem':
        problem = message.sentence;
        break;
    }
    draw();
  }

  window.addEventListener('message', (event: MessageEvent<HostMessage>) => take(event.data));
  post({ type: 'ready' });
}

/** Moves to the question's card, or to the oldest one's where it is none or has none; false where none is drawn yet. */
function bringQuestion(root: HTMLElement, question: string): boolean {
  const cards = [...root.querySelectorAll<HTMLElement>('[data-question]')];
  const card = cards.find(each => each.dataset['question'] === question) ?? cards[0];
  card?.scrollIntoView({ block: 'nearest' });
  card?.focus();
  return card !== undefined;
}

function beginsWith(items: readonly Told[], words: string): boolean {
  return items.some(item => 'event' in item && item.event.kind === 'run.started' && item.event.prompt.trim() === words);
}

/** `sent`: the text was on its way to the host. */
function savedOf(saved: unknown): { draft: string; sent: boolean } {
  const none = { draft: '', sent: false };
  if (typeof saved !== 'object' || saved === null || !('draft' in saved)) return none;
  return typeof saved.draft === 'string' ? { draft: saved.draft, sent: 'sent' in saved && saved.sent === true } : none;
}

const root = document.getElementById('root');
if (root) start(root);
