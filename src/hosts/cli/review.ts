import { resolve } from 'node:path';
import type { ReviewFinding } from '../../protocol/diffReview.ts';
import { asFailure } from '../../protocol/failure.ts';
import { reviewDiff } from '../diffReview.ts';
import { diagnosticLine } from '../policySentences.ts';
import { reviewedSentences } from '../reviewWords.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
import { type ApiEndpoint, endpointFrom } from './endpoint.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { findingLines } from './reviewLines.ts';
import { homeOf } from './state.ts';

export const review = defineCommand(
  {
    name: 'review',
    summary: 'read a diff for what should not be merged, whoever wrote it',
    positionals: [],
    options: {
      base: { kind: 'text', value: 'ref', about: 'the branch, tag or commit to compare with (default: HEAD)' },
      cwd: { kind: 'text', value: 'folder', about: 'the folder (default: the current one)' },
      task: { kind: 'text', value: 'text', about: 'what the change is for; else it is judged by itself' },
      model: { kind: 'text', value: 'model', about: 'the model that reads it' },
      'base-url': {
        kind: 'text',
        value: 'url',
        about: 'another address that speaks the Messages API; the key is sent to it',
      },
      'no-model': { kind: 'flag', about: 'only the checks that need no model' },
      policy: { kind: 'text', value: 'file', about: 'a policy beside your own; what it denies is a finding' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'Compared are the commit and the files as they stand, what is untracked included and what is ignored left out. No\n' +
        'setting, filter or hook of the repository is in force. Secrets are masked before the model reads anything.',
      'The exit code is 1 when something blocks, and 5 when the model that was asked gave no verdict on all of it. Without\n' +
        'a key no model is asked: then the checks that need none count, and the answer says so.',
    ],
  },
  async ({ options }, io) => {
    const workspace = resolve(io.cwd, options.cwd ?? '.');
    const reviewed = await reviewDiff({
      home: await homeOf(io.env, workspace),
      workspace,
      base: options.base ?? 'HEAD',
      endpoint: options['no-model'] ? null : endpointIn(io, options['base-url']),
      ...(options.model === undefined ? {} : { model: options.model }),
      task: options.task?.trim() ?? '',
      ...(options.policy === undefined ? {} : { policy: resolve(io.cwd, options.policy) }),
      env: io.env,
      signal: io.interrupt,
      onPolicy: all => {
        for (const each of all) printLine(io.stderr, visible(diagnosticLine(each)));
      },
    });
    const { findings, files, outcome } = reviewed;
    const blocks = findings.some(({ severity }) => severity === 'blocking');
    const exitCode = blocks ? 1 : outcome.type === 'none' ? 5 : 0;
    if (options.output === 'json') {
      printJson(io.stdout, { ...reviewed, exitCode });
      return exitCode;
    }
    const width = widthOfOutput(io.stdout);
    const paint = paintFor(io.stdout, io.env);
    if (files.length === 0) {
      printLine(io.stdout, `Nothing differs from ${visible(options.base ?? 'HEAD')}.`);
      return 0;
    }
    const [added, removed] = [sum(files, 'added'), sum(files, 'removed')];
    printLine(io.stdout, `${counted(files.length, 'file')}, ${added} added and ${counted(removed, 'line')} removed`);
    for (const finding of inOrder(findings))
      for (const line of ['', ...findingLines(finding, paint, width)]) printLine(io.stdout, line);
    printLine(io.stdout);
    for (const sentence of reviewedSentences(reviewed)) printLine(io.stdout, visible(sentence));
    return exitCode;
  },
);

/** null where no key is set: then no model is asked. */
function endpointIn(io: Io, typed: string | undefined): ApiEndpoint | null {
  try {
    return endpointFrom(io.env, typed);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'model.noKey') throw error;
    printLine(io.stderr, paintFor(io.stderr, io.env)('dim', noModel));
    return null;
  }
}

const noModel = 'No key is set (ANTHROPIC_API_KEY), so no model reads it.';

const weight = { blocking: 0, warning: 1, note: 2 };

function inOrder(findings: readonly ReviewFinding[]): ReviewFinding[] {
  return findings.toSorted((a, b) => weight[a.severity] - weight[b.severity] || (a.file < b.file ? -1 : 1));
}

function sum(files: readonly { added: number; removed: number }[], key: 'added' | 'removed'): number {
  return files.reduce((all, file) => all + file[key], 0);
}
