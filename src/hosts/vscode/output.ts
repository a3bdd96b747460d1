import * as vscode from 'vscode';
import { asFailure } from '../../protocol/failure.ts';
import { sayFailure } from './say.ts';

/** The log that developers and bug reports read. It never holds prompts, model text or keys. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Gatehouse', { log: true });
}

/** Writes a fault with its cause to the log and returns the sentence for the person. */
export function logFault(log: vscode.LogOutputChannel, doing: string, error: unknown): string {
  const failure = asFailure(error);
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`${doing}: ${failure.code}\n${trace}`);
  return sayFailure(failure);
}
