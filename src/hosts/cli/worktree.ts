import type { IsolationEnd } from '../../protocol/isolation.ts';
import { type EndSetup, endIsolation } from '../isolationEnd.ts';
import { type IsolationState, lookAtIsolation } from '../isolationState.ts';
import { isolationSaid } from '../isolationWords.ts';
import { sentenceFor } from '../sentences.ts';
import { list, usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { counted } from './describe.ts';
import { type Io, printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

const actions = { merge: 'merged', keep: 'kept', discard: 'discarded' } as const satisfies Record<string, IsolationEnd>;
type Action = keyof typeof actions;

export const worktree = defineCommand(
  {
    name: 'worktree',
    summary: 'show, merge, keep or discard what a run did in a worktree of its own',
    positionals: [
      { name: 'RUN', about: runHereAbout, required: true },
      { name: 'ACTION', about: 'merge, keep or discard; without it, how things stand is shown', required: false },
    ],
    options: {
      yes: {
        kind: 'flag',
        about: 'discard without asking; before merge or keep, commit what the worktree holds uncommitted',
      },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'merge brings the run’s branch into the one that you have checked out; conflicts, and uncommitted changes of yours\n' +
        'that it would touch, are named and nothing is merged. Hooks of the repository are not run. Worktree and branch go.\n' +
        'keep removes the worktree and leaves the branch. discard removes both. Ignored files in the worktree go with it.',
      'The exit code is 0 when it was done, 1 when it was not, 2 when --yes is missing where nobody can be asked.',
    ],
  },
  async ({ positionals: [wanted = '', action], options }, io) => {
    if (action !== undefined && !isAction(action))
      throw usageError(`The action is ${list(Object.keys(actions))}, not "${action}"`);
    const home = await homeOf(io.env);
    const setup: EndSetup = { home, run: await runHere(home, wanted, io), env: io.env };
    if (action === undefined) return show(setup, options.output, io);
    if (action === 'discard' && !options.yes) {
      const state = await lookAtIsolation(setup);
      if (options.output !== 'json') for (const line of linesOf(state, setup.run)) printLine(io.stdout, line);
      if (state.ended === null && !(await confirm('Delete the worktree and the branch?', io))) {
        printLine(io.stderr, 'Nothing was changed.');
        return 1;
      }
    }
    const { event, merged } = await endIsolation(setup, actions[action], options.yes);
    if (options.output === 'json') {
      const { how, branch, commit, into } = event;
      printJson(io.stdout, { run: setup.run, how, branch, commit, into, merged });
      return 0;
    }
    for (const sentence of isolationSaid(event)) printLine(io.stdout, visible(sentence));
    if (merged !== null) printLine(io.stdout, `${counted(merged.changed.length, 'file')} changed.`);
    if (merged?.signing === 'failed')
      printLine(io.stdout, 'The merge commit is not signed: your signing program failed.');
    if (merged !== null && merged.unfiltered.length > 0)
      printLine(
        io.stdout,
        visible(
          `As git holds them, not as your filters make them: ${merged.unfiltered.join(', ')}. \`git checkout\` them.`,
        ),
      );
    return 0;
  },
);

function isAction(text: string): text is Action {
  return Object.hasOwn(actions, text);
}

async function show(setup: EndSetup, output: 'text' | 'json' | undefined, io: Io): Promise<number> {
  const state = await lookAtIsolation(setup);
  if (output === 'json') printJson(io.stdout, { run: setup.run, ...asData(state) });
  else for (const line of linesOf(state, setup.run)) printLine(io.stdout, line);
  return 0;
}

function asData({ isolation, ended, ...state }: IsolationState): object {
  return { ...isolation, ended: ended === null ? null : { how: ended.how, into: ended.into }, ...state };
}

const maxShown = 20;

function linesOf(state: IsolationState, run: string): string[] {
  const { isolation, ended, standing, commits, files, uncommitted } = state;
  if (ended !== null) return isolationSaid(ended).map(visible);
  const row = (label: string, text: string): string => `${label.padEnd(9)}  ${visible(text)}`;
  return [
    row('branch', `${isolation.branch}, from ${isolation.base.slice(0, 10)}`),
    row('worktree', standing ? isolation.worktree : `${isolation.worktree} (gone)`),
    row('commits', commits.length === 0 ? 'none' : counted(commits.length, 'commit')),
    ...commits.slice(0, maxShown).map(({ commit, subject }) => `  ${commit.slice(0, 10)} ${visible(subject)}`),
    row('files', files.length === 0 ? 'none changed' : counted(files.length, 'file')),
    ...shown(files),
    ...(uncommitted.length === 0 ? [] : [row('left', `${counted(uncommitted.length, 'file')} in no commit`)]),
    ...shown(uncommitted),
    row('merge', mergeWords(state)),
    ...(state.merge.type === 'conflicts' ? shown(state.merge.files) : []),
    ...(state.merge.type === 'forward' || state.merge.type === 'merge' ? shown(state.merge.overlap) : []),
    row('next', `gatehouse worktree ${run} merge, keep or discard`),
  ];
}

function shown(paths: readonly string[]): string[] {
  const more = paths.length - maxShown;
  const rows = paths.slice(0, maxShown).map(path => `  ${visible(path)}`);
  return more > 0 ? [...rows, `  and ${more} more`] : rows;
}

function mergeWords({ merge }: IsolationState): string {
  switch (merge.type) {
    case 'nothing':
      return 'there is nothing to merge';
    case 'conflicts':
      return `conflicts in ${counted(merge.files.length, 'file')}:`;
    case 'impossible':
      return sentenceFor(merge.failure);
    case 'forward':
    case 'merge':
      if (merge.overlap.length > 0) return 'not over your uncommitted changes in:';
      return merge.type === 'forward'
        ? 'without conflicts, your branch moves up to it'
        : 'without conflicts, by a merge commit';
  }
}
