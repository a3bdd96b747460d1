import * as vscode from 'vscode';
import type { Confirmer } from '../../ports/confirmer.ts';
import { screenQuestion } from '../suspicionWords.ts';

const go = 'It Is Meant, Go On';

/** Asks in a dialog that has to be answered; closing it is a no. */
export function createConfirmer(): Confirmer {
  return {
    async confirm([first], signal) {
      if (first === undefined) return true;
      if (signal.aborted) return null;
      const detail = screenQuestion(first.code, first.excerpt);
      const answer = await vscode.window.showWarningMessage(
        'Gatehouse: is this task meant?',
        { modal: true, detail },
        go,
      );
      return answer === go;
    },
  };
}
