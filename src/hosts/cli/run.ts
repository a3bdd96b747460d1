import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { defaultWindow } from '../../agent/context/compactor.ts';
import { openWorkspace } from '../../effects/workspace.ts';
import { estimateFrom } from '../../journal/estimate.ts';
import { readFigures } from '../../journal/stats.ts';
import { CompactionChoice, Mode } from '../../protocol/command.ts';
import { ReviewerMode } from '../../protocol/diffReview.ts';
import { Isolate } from '../../protocol/isolation.ts';
import { composeRun, defaultLimits, defaultModel } from '../compose.ts';
import { estimateSentence } from '../estimateWords.ts';
import { defaultReviewModel } from '../reviewing.ts';
import { usageError } from './args.ts';
import { type Attendance, attend, onAsk, outputs } from './attend.ts';
import { defineCommand } from './command.ts';
import { endpointFrom } from './endpoint.ts';
import { printJson, printLine, widthOfOutput } from './io.ts';
import { isolationFrom } from './isolate.ts';
import { limitOptions, limitsFrom } from './limits.ts';
import { paintFor } from './paint.ts';
import { reviewModelFrom } from './reviewModel.ts';
import { sandboxFrom } from './sandbox.ts';
import { sheetLines } from './sheetLines.ts';
import { homeOf } from './state.ts';
import { stopRuleOption, stopRulesFrom } from './stopRules.ts';
import { taskOptions, whatToDo } from './taskClass.ts';

export const run = defineCommand(
  {
    name: 'run',
    summary: 'do one task in a folder',
    positionals: [{ name: 'TASK', about: 'what to do, in words; `-` reads it from stdin', required: false }],
    options: {
      ...taskOptions,
      cwd: { kind: 'text', value: 'folder', about: 'the workspace (default: the current folder)' },
      mode: {
        kind: 'choice',
        choices: Mode.options,
        about: 'plan looks only; ask asks for all but looking; auto asks less (default: ask)',
      },
      plan: { kind: 'flag', about: 'plan first and show you every plan, also a small one' },
      'no-plan': { kind: 'flag', about: 'go to work at once, without a planner that reads first' },
      'accept-plan': {
        kind: 'flag',
        about: 'accept the plan, whatever its size, unless the planner calls the task unfit',
      },
      accept: {
        kind: 'texts',
        value: 'command',
        about: 'the run is done when this command exits with 0; may be given several times',
      },
      'test-command': { kind: 'text', value: 'command', about: 'runs the project’s tests (default: what is found)' },
      model: { kind: 'text', value: 'model', about: `the model that works (default: ${defaultModel})` },
      'review-model': {
        kind: 'text',
        value: 'model',
        about: `the model that reviews medium risks in mode auto (default: ${defaultReviewModel})`,
      },
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
      'base-url': {
        kind: 'text',
        value: 'url',
        about: 'another address that speaks the Messages API; the key is sent to it',
      },
      reviewer: {
        kind: 'choice',
        choices: ReviewerMode.options,
        about: 'who reads the whole diff before the run ends; block: it is mended or waived (default: block in auto)',
      },
      ...limitOptions({
        turns: ` (default: ${defaultLimits.turns})`,
        minutes: ` (default: ${defaultLimits.minutes})`,
      }),
      'stop-rule': stopRuleOption,
      estimate: { kind: 'flag', about: 'say what runs of before needed, and start none' },
      isolate: {
        kind: 'choice',
        choices: Isolate.options,
        about: 'worktree: work in a git worktree on a branch of its own (default: none)',
      },
      policy: { kind: 'text', value: 'file', about: 'a policy beside your own; it cannot lift the managed one' },
      output: {
        kind: 'choice',
        choices: outputs,
        about: 'text to read, one JSON object at the end, or every event as a line (default: text)',
      },
      'on-ask': {
        kind: 'choice',
        choices: onAsk,
        about: 'questions are refused, or asked at the terminal (default: prompt on a terminal, else deny)',
      },
    },
    notes: [
      'With --isolate worktree your files, index and branch stay as they are; what you have not committed is not part of\n' +
        'the run. What it changed is committed to its branch at the end: `gatehouse worktree RUN` goes on from there.',
      'With --output json, stdout holds one object and nothing else; with ndjson, one event per line and that object last.\n' +
        '`filesChanged` in it lists paths relative to the workspace, `journal` is the path of the run’s journal. A run that\n' +
        'could not start prints no object: the exit code is 2 (or 1) and stderr says why.',
      'At a terminal, a line typed while the run works is told to the model at its next turn (with --output text).',
      'With --on-ask prompt, answers are lines of stdin, also where it is a pipe: y, n, or w and a sentence. The end of\n' +
        'stdin means that nobody is there, and what would be asked is refused.',
      'r allows a command for the rest of the run, f in this folder for 30 days, as long as it would do what was shown;\n' +
        '`gatehouse grants` lists and revokes it. m and a mode (m auto) changes the mode from the next action on, at a question and between them.',
      'k and a sentence is a no that holds for all of your runs: the sentence is added to instructions.md in the state\n' +
        'folder, which every run is told as your words. Edit that file to change or remove it.',
      'Three refusals in a row, or twenty in a run, pause it: at a terminal you are shown what was refused and choose what\n' +
        'may pass once; where nobody is there it ends with exit code 4 and can be resumed.',
    ],
  },
  async ({ positionals, options }, io) => {
    const output = options.output ?? 'text';
    if ((positionals[0] ?? '').trim() === '' && options.task === undefined)
      throw usageError('`gatehouse run` needs TASK, what to do in words, or --task NAME');
    const fromStdin = positionals[0] === '-';
    if (fromStdin && options['on-ask'] === 'prompt')
      throw usageError(
        'The task is read from stdin, so answers cannot be. Give the task as an argument, or leave --on-ask prompt out',
      );
    if (options.plan && (options['no-plan'] || options['accept-plan']))
      throw usageError('--plan shows you every plan, so it does not go with --no-plan or --accept-plan');
    const workspace = resolve(io.cwd, options.cwd ?? '.');
    await openWorkspace(workspace);
    const endpoint = options.estimate ? null : endpointFrom(io.env, options['base-url']);
    const home = await homeOf(io.env, workspace);
    const prompt = fromStdin ? (await text(io.stdin)).trim() : (positionals[0] ?? '');
    if (fromStdin && prompt === '') throw usageError('The task on stdin is empty. Write what is to be done');

    const typed = {
      ...options,
      limits: limitsFrom(options),
    };
    const { setup: toDo, sheet } = await whatToDo(prompt, typed, { home, workspace, io });

    if (endpoint === null) {
      const { figures } = await readFigures(home, 0);
      const found = estimateFrom(figures, toDo.taskClass?.ref.name ?? null);
      if (output !== 'text') printJson(io.stdout, found);
      else printLine(io.stdout, found === null ? 'There is no run of before to go by.' : estimateSentence(found));
      return 0;
    }

    if (sheet !== null && output === 'text')
      for (const line of [...sheetLines(sheet, paintFor(io.stdout, io.env), widthOfOutput(io.stdout)), ''])
        printLine(io.stdout, line);

    const attendance: Attendance = {
      home,
      workspace,
      output,
      ...(options['on-ask'] === undefined ? {} : { onAsk: options['on-ask'] }),
      stdinUsed: fromStdin,
    };
    return attend(io, attendance, ({ approver, confirmer, onPolicy }) =>
      composeRun({
        ...toDo,
        workspace,
        ...(options.model === undefined ? {} : { model: options.model }),
        ...reviewModelFrom(io.env, options['review-model']),
        ...(options['context-window'] === undefined ? {} : { window: options['context-window'] }),
        ...(options.compaction === undefined ? {} : { compaction: options.compaction }),
        ...(options.reviewer === undefined ? {} : { reviewer: options.reviewer }),
        plan: options['no-plan'] ? false : { acceptAny: options['accept-plan'], askAlways: options.plan },
        ...(options['test-command'] === undefined ? {} : { testCommand: options['test-command'] }),
        home,
        approver,
        ...(confirmer === undefined ? {} : { confirmer }),
        editor: null,
        endpoint,
        env: io.env,
        version: io.version,
        ...stopRulesFrom(options['stop-rule']),
        sandbox: sandboxFrom(io.env),
        ...(options.isolate === undefined ? {} : { isolate: options.isolate }),
        isolationSettings: isolationFrom(io.env),
        ...(options.policy === undefined ? {} : { policy: resolve(io.cwd, options.policy) }),
        onPolicy,
      }),
    );
  },
);
