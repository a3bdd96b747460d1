import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Answer } from '../../src/protocol/command.ts';
import type { DenialsAnswer } from '../../src/protocol/denials.ts';
import type { PanelMessage } from '../../src/protocol/panel.ts';
import type { PlanAnswer } from '../../src/protocol/plan.ts';

/** What the editor gives a webview. It can be asked for once in the life of the page. */
export interface EditorApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): EditorApi;
}

/** What the parts of a run's view can ask for. Its functions stay the same for as long as the run is shown. */
export interface RunHost {
  /** The folder that the run works in. */
  workspace: string;
  post(message: PanelMessage): void;
  openFile(path: string, line?: number): void;
  answer(question: string, nonce: string, answer: Answer): void;
  answerPlan(question: string, nonce: string, answer: PlanAnswer): void;
  answerAsked(question: string, nonce: string, text: string): void;
  /** Asks for all of the change that a question is about. */
  showChange(question: string): void;
  answerDenials(question: string, nonce: string, answer: DenialsAnswer): void;
  /** Lets an effect that was refused pass once. */
  allowDenied(effect: string): void;
  /** Asks what is wrong with the text of a rule. */
  checkRule(question: string, text: string): void;
  endProcess(process: string): void;
  /** Lets a finding of the reviewer be; the reason is kept. */
  waive(finding: string, reason: string): void;
}

const nowhere: RunHost = {
  workspace: '',
  post() {},
  openFile() {},
  answer() {},
  answerPlan() {},
  answerAsked() {},
  showChange() {},
  answerDenials() {},
  allowDenied() {},
  checkRule() {},
  endProcess() {},
  waive() {},
};

export const RunContext = createContext<RunHost>(nowhere);

export function useRun(): RunHost {
  return useContext(RunContext);
}
