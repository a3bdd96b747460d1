import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockRun } from '../../src/agent/lock.ts';
import { realClock } from '../../src/effects/clock.ts';
import { openKeptGrants } from '../../src/hosts/keptGrants.ts';
import { openHome } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { EventBody, RunStatus } from '../../src/protocol/event.ts';
import { Shell } from './shell.ts';

const digest = 'a'.repeat(64);

describe('gatehouse grants', () => {
  let shell: Shell;
  let base: string;
  let workspace: string;
  beforeEach(() => {
    shell = new Shell();
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-grants-')));
    workspace = join(base, 'work');
    mkdirSync(join(workspace, 'src'), { recursive: true });
    shell.env['GATEHOUSE_HOME'] = join(base, 'state');
  });
  afterEach(() => {
    shell.dispose();
    rmSync(base, { recursive: true, force: true });
  });
  const home = () => openHome({ env: shell.env });
  const grants = (...args: string[]) => shell.run(['grants', '--cwd', workspace, ...args]);

  async function keep(id: string, command: string): Promise<void> {
    await openKeptGrants(await home(), workspace, realClock).keep({
      id: id.padEnd(24, '0'),
      run: 'r',
      at: Date.now(),
      expiresAt: Date.UTC(2100, 0, 2),
      policyDigest: digest,
      command,
      cwd: workspace,
      commandDigest: digest,
      signature: digest,
      violations: [],
      shown: digest,
    });
  }

  /** A run in which the command was allowed for the run. */
  async function runWith(command: string, status: RunStatus): Promise<string> {
    const run = newRunId(Date.now());
    const journal = await createJournal(await home(), run, realClock);
    const bodies: EventBody[] = [
      {
        kind: 'run.started',
        run,
        gatehouse: '0',
        workspace,
        prompt: 'p',
        mode: 'ask',
        model: 'm',
        scripted: true,
        limits: {},
        systemDigest: digest,
        policyDigest: digest,
      },
      {
        kind: 'effect.proposed',
        effect: 'e',
        call: 'c',
        tool: 'Bash',
        value: { kind: 'exec', command, cwd: workspace, timeoutMs: 1000, background: false },
        digest,
      },
      {
        kind: 'grant.given',
        grant: `f${run.length}`.padEnd(24, '1'),
        effect: 'e',
        commandDigest: digest,
        signature: null,
        violations: [{ type: 'host', host: 'a.example', port: 443 }],
      },
      { kind: 'run.ended', status, exitCode: 1, failure: null, survivors: [] },
    ];
    for (const body of bodies) await journal.append(body);
    await journal.close();
    return run;
  }

  it('lists what holds in the folder, also for who stands below it, with what it covers and when it ends', async () => {
    assert.match((await grants()).out, /Nothing is allowed here beyond one question\./);
    await keep('aa1', 'npm test');
    await runWith('npm ci', 'stopped');
    await runWith('npm over', 'done');
    const { out } = await grants();
    assert.match(
      out,
      /^aa100000 {2}npm test\n {10}It runs without a question[^\n]*\n {10}In this workspace until 2100-01-02\.\n/,
    );
    assert.match(out, /npm ci\n {10}It may reach a\.example:443\.\n {10}Until the run ends\.\n$/);
    assert.doesNotMatch(out, /npm over/);
    const below = await shell.run(['grants', '--cwd', join(workspace, 'src'), '--output', 'json']);
    assert.deepEqual(
      JSON.parse(below.out).map((each: { command: string; scope: string }) => [each.command, each.scope]),
      [['npm test', 'workspace']],
    );
  });

  it('takes one back by the beginning of its id, and no other', async () => {
    await keep('aa1', 'npm test');
    await keep('aa2', 'npm run lint');
    assert.equal((await grants('--revoke', 'aa')).code, 2);
    assert.equal((await grants('--revoke', 'bb')).code, 2);
    const { code, out } = await grants('--revoke', 'aa1');
    assert.deepEqual([code, out], [0, 'Revoked: npm test is asked about again.\n']);
    assert.match((await grants()).out, /^aa200000 {2}npm run lint\n/);
  });

  it('takes back what holds for a run that can go on, but not under the hands of who goes on with it', async () => {
    const run = await runWith('npm ci', 'stopped');
    const lock = await lockRun(await home(), run);
    const before = await grants('--revoke', 'f');
    assert.equal(before.code, 1);
    await lock.release();
    assert.equal((await grants('--revoke', 'f')).code, 0);
    const { events } = await readJournal(await home(), run);
    const last = events.at(-1);
    assert.equal(last?.kind === 'grant.revoked' && last.between, true);
    assert.match((await grants()).out, /Nothing is allowed/);
  });
});
