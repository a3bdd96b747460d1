import { resolve } from 'node:path';
import { defaultWindow } from '../../agent/context/compactor.ts';
import { runOwner } from '../../agent/lock.ts';
import { openWorkspace } from '../../effects/workspace.ts';
import type { Home } from '../../journal/home.ts';
import { latestResumable } from '../../journal/resumable.ts';
import { CompactionChoice, Mode } from '../../protocol/command.ts';
import { ReviewerMode } from '../../protocol/diffReview.ts';
import { composeResume } from '../compose.ts';
import { usageError } from './args.ts';
import { type Attendance, attend, onAsk, outputs } from './attend.ts';
import { defineCommand } from './command.ts';
import { endpointFrom } from './endpoint.ts';
import type { Io } from './io.ts';
import { limitOptions, limitsFrom } from './limits.ts';
import { reviewModelFrom } from './reviewModel.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { sandboxFrom } from './sandbox.ts';
import { homeOf } from './state.ts';
import { stopRuleOption, stopRulesFrom } from './stopRules.ts';

const onDoubt = ['redo', 'skip', 'stop'] as const;

export const resume = defineCommand(
  {
    name: 'resume',
    summary: 'go on with a run that was cut off, stopped or limited',
    positionals: [
      {
        name: 'RUN',
        about: `${runHereAbout} (default: the newest of it that can go on)`,
        required: false,
      },
    ],
    options: {
      answer: {
        kind: 'text',
        value: 'text',
        about: 'what you say to it before it goes on; a run that is done needs it',
      },
      mode: {
        kind: 'choice',
        choices: Mode.options,
        about: 'the mode that it goes on in, as for run (default: the one that it had)',
      },
      'accept-plan': { kind: 'flag', about: 'accept the plan that it waits with, and no later one' },
      'test-command': { kind: 'text', value: 'command', about: 'runs the project’s tests (default: what is found)' },
      'on-doubt': {
        kind: 'choice',
        choices: onDoubt,
        about: 'what becomes of an effect that was cut off: do it again, leave it and go on, or stop (default: ask)',
      },
      'review-model': { kind: 'text', value: 'model', about: 'the model that reviews medium risks in mode auto' },
      'context-window': {
        kind: 'count',
        value: 'tokens',
        least: 10_000,
        about: `what the model takes in one request; a longer conversation is summed up (default: ${defaultWindow})`,
      },
      compaction: {
        kind: 'choice',
        choices: CompactionChoice.options,
        about:
          'who sums up a long conversation: auto: the model’s server where it offers that; own: always the journal',
      },
      reviewer: {
        kind: 'choice',
        choices: ReviewerMode.options,
        about: 'who reads the whole diff before the run ends; block: it is mended or waived (default: block in auto)',
      },
      'base-url': {
        kind: 'text',
        value: 'url',
        about: 'another address that speaks the Messages API; the key is sent to it',
      },
      ...limitOptions({ turns: ', those of before included', minutes: ', those of before included' }),
      'stop-rule': stopRuleOption,
      policy: { kind: 'text', value: 'file', about: 'a policy beside your own (default: the one that the run has)' },
      output: {
        kind: 'choice',
        choices: outputs,
        about: 'text to read, one JSON object at the end, or every new event as a line (default: text)',
      },
      'on-ask': {
        kind: 'choice',
        choices: onAsk,
        about: 'questions are refused, or asked at the terminal (default: prompt on a terminal, else deny)',
      },
    },
    notes: [
      'The run goes on in its own folder and model, and in its mode unless you choose another. What is spent stays spent: raise a limit to go on after it.',
      'What was begun when the run was cut off is not done again unasked. Where the files show how far it came, that\n' +
        'counts; else you are shown what changed and decide. Without anybody to ask and without --on-doubt nothing is\n' +
        'done, and the exit code is 4.',
      'What you allowed for the rest of the run still holds, unless the policy has changed since.',
    ],
  },
  async ({ positionals, options }, io) => {
    const output = options.output ?? 'text';
    const words = options.answer?.trim();
    if (words === '') throw usageError('--answer is empty. Write what the run is to be told, or leave it out');
    const home = await homeOf(io.env);
    const run = await chosen(home, positionals[0], words !== undefined, io);
    const endpoint = endpointFrom(io.env, options['base-url']);
    const limits = limitsFrom(options);
    const attendance: Attendance = {
      home,
      workspace: io.cwd,
      output,
      ...(options['on-ask'] === undefined ? {} : { onAsk: options['on-ask'] }),
      stdinUsed: false,
    };
    return attend(io, attendance, attendants =>
      composeResume({
        ...attendants,
        run,
        ...reviewModelFrom(io.env, options['review-model']),
        ...(options['context-window'] === undefined ? {} : { window: options['context-window'] }),
        ...(options.compaction === undefined ? {} : { compaction: options.compaction }),
        ...(options.reviewer === undefined ? {} : { reviewer: options.reviewer }),
        ...(Object.keys(limits).length === 0 ? {} : { limits }),
        ...(words === undefined ? {} : { words }),
        ...(options.mode === undefined ? {} : { mode: options.mode }),
        ...(options['accept-plan'] ? { acceptPlan: true } : {}),
        ...(options['test-command'] === undefined ? {} : { testCommand: options['test-command'] }),
        ...(options['on-doubt'] === undefined ? {} : { onDoubt: options['on-doubt'] }),
        home,
        editor: null,
        endpoint,
        env: io.env,
        version: io.version,
        ...stopRulesFrom(options['stop-rule']),
        sandbox: sandboxFrom(io.env),
        ...(options.policy === undefined ? {} : { policy: resolve(io.cwd, options.policy) }),
      }),
    );
  },
);

async function chosen(home: Home, wanted: string | undefined, hasWords: boolean, io: Io): Promise<string> {
  if (wanted !== undefined) return runHere(home, wanted, io);
  const { root } = await openWorkspace(io.cwd);
  const isLive = async (run: string): Promise<boolean> => (await runOwner(home, run)) !== null;
  const found = await latestResumable(home, { workspace: root, hasWords, isLive });
  if (found === null)
    throw usageError('No run of this folder can go on. `gatehouse runs` lists all; name one to see why it cannot');
  return found;
}
