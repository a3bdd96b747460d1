import { workOf } from '../../journal/work.ts';
import { failures } from '../../protocol/failure.ts';
import type { ToolUseBlock } from '../../protocol/message.ts';
import { askUser, talkInput } from '../../tools/talk.ts';
import { answerCall, type CallDeps } from '../call.ts';
import type { Desk } from '../desk.ts';
import type { Ending } from '../loop.ts';

export interface AskDeps {
  call: CallDeps;
  desk: Pick<Desk, 'askPerson'>;
  /** Whether words of the person may be told to a model; see `screening.ts`. */
  maySay(text: string): Promise<boolean>;
  newId(): string;
}

/**
 * Puts a question of the agent to the person and gives it their answer. Where nobody answers the run waits; when it goes
 * on, the same question is open, and what the person had to say is the answer to it.
 */
export async function askPerson(block: ToolUseBlock, deps: AskDeps, signal: AbortSignal): Promise<'done' | Ending> {
  const { recorder } = deps.call;
  const { question: text, options = [], reason = null } = talkInput(askUser, block.input);
  const before = recorder.events().findLast(event => event.kind === 'person.asked' && event.call === block.id);
  const question = before?.kind === 'person.asked' ? before.question : deps.newId();
  if (before === undefined)
    await recorder.append({ kind: 'person.asked', question, call: block.id, text, options, reason });
  let answer = answerTo(question, deps);
  if (answer === null) {
    const said = await deps.desk.askPerson({ id: question, text, options, reason }, signal).catch(() => null);
    if (signal.aborted) return { type: 'stopped' };
    const told = said !== null && (await deps.maySay(said));
    if (signal.aborted) return { type: 'stopped' };
    if (said === null || !told) return { type: 'waiting', failure: failures.askedNobody({ question: text }) };
    await recorder.append({ kind: 'person.answered', question, text: said });
    answer = said;
  }
  await answerCall(block, `The person answers: ${answer}`, false, deps.call, true);
  return 'done';
}

function answerTo(question: string, { call }: AskDeps): string | null {
  const given = call.recorder
    .events()
    .findLast(event => event.kind === 'person.answered' && event.question === question);
  return given?.kind === 'person.answered' ? given.text : null;
}

/** What the person has to say before a run goes on: the answer to what the agent had asked, where it waits for one. */
export async function sayOnResume(text: string, { recorder }: Pick<CallDeps, 'recorder'>): Promise<void> {
  const { open } = workOf(recorder.events());
  await recorder.append(
    open === null ? { kind: 'person.said', text } : { kind: 'person.answered', question: open.question, text },
  );
}
