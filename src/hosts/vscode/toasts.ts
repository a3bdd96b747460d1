import * as vscode from 'vscode';
import type { Answered, DenialsQuestion, Question } from '../../ports/approver.ts';
import { denialsToast, toastOf } from '../toastText.ts';

/** Notifications about questions. None takes back another; what is clicked too late is told so. */
export interface Toasts {
  /** Resolves with the person's answer, if they give it on the notification; else never. */
  ask(question: Question, signal: AbortSignal): Promise<Answered>;
  tellDenials(question: DenialsQuestion, signal: AbortSignal): void;
  /** Says that something else waits: a question by its id, or what has none. Without a signal it is not withdrawn. */
  tell(sentence: string, question?: string | null, signal?: AbortSignal): void;
}

export interface ToastDeps {
  /** Whether the person has the question before their eyes anyway. */
  seen: (question: string | null) => boolean;
  /** Shows the question in the panel; the oldest where none is named. */
  review: (question: string | null) => Promise<void>;
  /** What became of a question that is closed. */
  decided: (question: string) => string;
  onFault: (error: unknown) => void;
}

const buttons = { allow: 'Allow', deny: 'Deny', review: 'Review' } as const;

export function createToasts({ seen, review, decided, onFault }: ToastDeps): Toasts {
  async function show(text: string, warn: boolean, actions: readonly string[]): Promise<string | undefined> {
    const say = warn ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    return say(text, ...actions);
  }

  async function asked(question: Question, signal: AbortSignal): Promise<Answered | null> {
    const { text, allow } = toastOf(question);
    const tier = question.assessment?.tier;
    const actions = [...(allow ? [buttons.allow] : []), buttons.review, buttons.deny];
    const choice = await show(text, tier === 'high' || tier === 'critical', actions);
    if (choice === undefined) return null;
    if (signal.aborted) {
      void vscode.window.showInformationMessage(`Gatehouse: ${decided(question.id)}`);
      return null;
    }
    if (choice === buttons.review) await review(question.id);
    if (choice === buttons.allow) return { answer: { verdict: 'allow', scope: 'once' }, surface: 'notification' };
    return choice === buttons.deny ? { answer: { verdict: 'deny' }, surface: 'notification' } : null;
  }

  function tell(sentence: string, question: string | null, signal?: AbortSignal): void {
    if (signal?.aborted === true || seen(question)) return;
    show(sentence, false, [buttons.review]).then(
      choice => (choice === undefined ? undefined : review(question)),
      onFault,
    );
  }

  return {
    ask(question, signal) {
      return new Promise(resolve => {
        if (signal.aborted || seen(question.id)) return;
        asked(question, signal).then(answered => (answered === null ? undefined : resolve(answered)), onFault);
      });
    },
    tellDenials: ({ id }, signal) => tell(denialsToast, id, signal),
    tell: (sentence, question = null, signal) => tell(sentence, question, signal),
  };
}
