import { dirname, resolve } from 'node:path';
import { lockRun } from '../../agent/lock.ts';
import { realClock } from '../../effects/clock.ts';
import { openWorkspace } from '../../effects/workspace.ts';
import { grantsGiven } from '../../gate/grants.ts';
import { runIds } from '../../journal/find.ts';
import { emptySummary, fold } from '../../journal/fold.ts';
import type { Home } from '../../journal/home.ts';
import { openJournal } from '../../journal/journal.ts';
import { readJournal } from '../../journal/read.ts';
import { whyOver } from '../../journal/resumable.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { grantSentences } from '../grantWords.ts';
import { openKeptGrants } from '../keptGrants.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { homeOf } from './state.ts';

/** So many of the newest runs are looked at for what was allowed in them. */
const newestRuns = 20;

interface Row {
  id: string;
  scope: 'run' | 'workspace';
  command: string;
  run: string;
  /** Unix time in ms; null: with the run. */
  expiresAt: number | null;
  covers: string[];
  revoke: () => Promise<unknown>;
}

export const grants = defineCommand(
  {
    name: 'grants',
    summary: 'list what you allowed beyond one question, and take it back',
    positionals: [],
    options: {
      cwd: { kind: 'text', value: 'folder', about: 'the workspace (default: the current folder)' },
      revoke: { kind: 'text', value: 'id', about: 'take this one back, by its id or the beginning of it' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON array (default: text)' },
    },
    notes: [
      'What you allowed for a workspace holds for 30 days, for that very command as it was shown, under the policy of then.\n' +
        'What you allowed for a run ends with it; runs that can go on are listed. A run that is at work notices with its\n' +
        'next command that something for the workspace was taken back; what holds for itself is taken back where it runs.',
    ],
  },
  async ({ options }, io) => {
    const home = await homeOf(io.env);
    const { root } = await openWorkspace(resolve(io.cwd, options.cwd ?? '.'));
    const rows = [...(await ofWorkspace(home, root)), ...(await ofRuns(home, root))];
    const wanted = options.revoke;
    const shown = wanted === undefined ? rows : [chosen(rows, wanted)];
    if (wanted !== undefined) for (const row of shown) await row.revoke();
    if (options.output === 'json') printJson(io.stdout, shown.map(asData));
    else if (wanted !== undefined)
      printLine(io.stdout, `Revoked: ${visible(shown[0]?.command ?? '')} is asked about again.`);
    else if (rows.length === 0) printLine(io.stdout, 'Nothing is allowed here beyond one question.');
    else for (const row of rows) for (const line of linesOf(row)) printLine(io.stdout, line);
    return 0;
  },
);

function asData({ id, scope, command, run, expiresAt, covers }: Row): object {
  return { id, scope, command, run, expiresAt, covers };
}

function linesOf({ id, command, covers }: Row): string[] {
  return [`${id.slice(0, 8)}  ${visible(command)}`, ...covers.map(sentence => `          ${visible(sentence)}`)];
}

function chosen(rows: readonly Row[], wanted: string): Row {
  const found = rows.filter(({ id }) => id.startsWith(wanted));
  const [row] = found;
  if (row === undefined)
    throw usageError(`Nothing that is allowed here has the id ${wanted}. \`gatehouse grants\` lists it`);
  if (found.length > 1) throw usageError(`More than one id begins with ${wanted}. Give more of it`);
  return row;
}

/** Those of the folder, and of the folders above it: a person may stand below the workspace. */
async function ofWorkspace(home: Home, root: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    const kept = openKeptGrants(home, folder, realClock);
    for (const grant of await kept.all()) {
      const { id, command, run, expiresAt } = grant;
      const covers = grantSentences({ ...grant, scope: 'workspace' });
      rows.push({ id, scope: 'workspace', command, run, expiresAt, covers, revoke: () => kept.revoke(id) });
    }
    if (dirname(folder) === folder) return rows;
  }
}

async function ofRuns(home: Home, root: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const run of (await runIds(home)).toReversed().slice(0, newestRuns)) {
    const read = await readJournal(home, run).catch(() => null);
    if (read === null || read.unknown > 0) continue;
    const summary = read.events.reduce(fold, emptySummary);
    if (summary.workspace !== root || (summary.status !== null && whyOver(summary, false) !== null)) continue;
    for (const grant of grantsGiven(read.events, policyOf(read.events))) {
      const { id, signature, violations } = grant;
      const covers = grantSentences({ signature, violations });
      const command = commandOf(read.events, id);
      rows.push({ id, scope: 'run', command, run, expiresAt: null, covers, revoke: () => takeBack(home, run, id) });
    }
  }
  return rows;
}

/** Of a run that is not going on. Rejects with `run.locked` where it is. */
async function takeBack(home: Home, run: string, grant: string): Promise<void> {
  const lock = await lockRun(home, run);
  try {
    const { journal } = await openJournal(home, run, realClock);
    try {
      await journal.append({ kind: 'grant.revoked', grant, between: true });
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

function policyOf(events: readonly RunEvent[]): string {
  const last = events.findLast(
    event => (event.kind === 'run.started' || event.kind === 'run.resumed') && event.policyDigest !== undefined,
  );
  return last?.kind === 'run.started' || last?.kind === 'run.resumed' ? (last.policyDigest ?? '') : '';
}

function commandOf(events: readonly RunEvent[], grant: string): string {
  const given = events.find(event => event.kind === 'grant.given' && event.grant === grant);
  const effect = given?.kind === 'grant.given' ? given.effect : '';
  const proposed = events.find(event => event.kind === 'effect.proposed' && event.effect === effect);
  return proposed?.kind === 'effect.proposed' && proposed.value.kind === 'exec' ? proposed.value.command : '';
}
