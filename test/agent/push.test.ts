import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeRun } from '../../src/hosts/compose.ts';
import { journalPath, openHome } from '../../src/journal/home.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { Answer, Mode } from '../../src/protocol/command.ts';
import { hostileRepository } from '../support/hostileRepository.ts';

describe('a push, through the whole gate', () => {
  let base: string;
  let root: string;
  let remote: string;
  let home: string;

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-push-')));
    [root, remote, home] = [join(base, 'workspace'), join(base, 'remote.git'), join(base, 'home')];
    for (const folder of [root, home]) mkdirSync(folder);
    writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', remote]);
    git('init', '-q', '-b', 'main');
    git('remote', 'add', 'origin', remote);
    git('commit', '-q', '--allow-empty', '-m', 'one');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const over = (): string | null => {
    const { status, stdout } = spawnSync('git', [`--git-dir=${remote}`, 'rev-parse', '-q', '--verify', 'main'], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout.trim() : null;
  };

  interface Given {
    workspace?: string;
    mode?: Mode;
    answer?: (question: Question) => Answer;
    pushToFiles?: boolean;
  }

  async function play(command: string, given: Given = {}) {
    const { workspace = root, mode = 'auto', answer = () => ({ verdict: 'allow' }), pushToFiles = true } = given;
    const turns = [{ calls: [{ tool: 'Bash', input: { command } }] }, { say: 'done' }];
    const server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns }), 'push') });
    const state = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace });
    const asked: Question[] = [];
    try {
      const run = await composeRun({
        prompt: 'Push',
        workspace,
        mode,
        home: state,
        approver: {
          ask: async question => {
            asked.push(question);
            return { answer: answer(question), surface: 'test' };
          },
        },
        editor: null,
        endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url },
        env: { PATH: process.env['PATH'] ?? '', HOME: home },
        version: '0.0.0',
        pushToFiles,
      });
      await run.result;
      const events = run.events();
      const told = events.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []));
      return { asked, events, told: told.join('\n'), journal: readFileSync(journalPath(state, run.id), 'utf8') };
    } finally {
      await server.close();
    }
  }

  it('is asked about with its address and its commits, and does exactly that', async () => {
    const sha = git('rev-parse', 'main');
    const { asked, events, told } = await play('git push origin main');
    assert.equal(asked.length, 1);
    const [question] = asked;
    assert.deepEqual(question?.value, {
      kind: 'push',
      command: 'git push origin main',
      cwd: root,
      remote: 'origin',
      shown: remote,
      refspecs: [{ sha, ref: 'refs/heads/main' }],
      force: false,
      lease: null,
      setUpstream: false,
    });
    assert.equal(question?.assessment?.tier, 'high');
    assert.ok(question?.assessment?.categories.includes('push'));
    assert.equal(over(), sha);
    assert.equal(git('rev-parse', 'refs/remotes/origin/main'), sha);
    const done = events.find(event => event.kind === 'effect.done');
    assert.deepEqual(done?.outcome, {
      kind: 'push',
      remote: 'origin',
      shown: remote,
      refs: [{ ref: 'refs/heads/main', change: 'new' }],
    });
    assert.match(told, /^Pushed to origin .*\nrefs\/heads\/main: new branch$/);
  });

  it('does nothing where the person says no, or in Plan', async () => {
    const denied = await play('git push origin main', { answer: () => ({ verdict: 'deny', why: 'not yet' }) });
    assert.match(denied.told, /not yet/);
    const planned = await play('git push origin main', { mode: 'plan' });
    assert.deepEqual(planned.asked, []);
    assert.equal(over(), null);
  });

  it('is refused where the branch or the address is no longer what was shown', async () => {
    const moved = await play('git push origin main', {
      answer: () => {
        git('commit', '-q', '--allow-empty', '-m', 'two');
        return { verdict: 'allow' };
      },
    });
    assert.match(moved.told, /no longer what was asked about/);
    const failed = moved.events.find(event => event.kind === 'effect.failed');
    assert.equal(failed?.failure.code, 'git.pushChanged');
    const elsewhere = join(base, 'elsewhere.git');
    execFileSync('git', ['init', '-q', '--bare', elsewhere]);
    const led = await play('git push origin main', {
      answer: () => {
        git('remote', 'set-url', 'origin', elsewhere);
        return { verdict: 'allow' };
      },
    });
    assert.match(led.told, /no longer what was asked about/);
    assert.equal(over(), null);
    assert.ok(!existsSync(join(elsewhere, 'refs/heads/main')));
  });

  it('by force to the main branch is critical, also where only settings name it', async () => {
    git('config', 'branch.main.remote', 'origin');
    git('config', 'branch.main.merge', 'refs/heads/main');
    const { asked } = await play('git push --force', { answer: () => ({ verdict: 'deny' }) });
    assert.equal(asked[0]?.value.kind === 'push' && asked[0].value.force, true);
    assert.equal(asked[0]?.assessment?.tier, 'critical');
    assert.equal(over(), null);
  });

  it('keeps the secrets of an address out of the question, the journal and the answer', async () => {
    git('remote', 'set-url', 'origin', 'https://ann:hunter2secret@127.0.0.1:9/x.git');
    const { asked, told, journal, events } = await play('git push -u origin main');
    assert.equal(asked[0]?.value.kind === 'push' && asked[0].value.shown, 'https://***@127.0.0.1:9/x.git');
    const failed = events.find(event => event.kind === 'effect.failed');
    assert.equal(failed?.failure.code, 'git.pushFailed');
    assert.match(told, /https:\/\/\*\*\*@127\.0\.0\.1:9/);
    for (const text of [told, journal, JSON.stringify(asked)]) assert.ok(!text.includes('hunter2'));
  });

  it('runs nothing of a hostile repository, neither hooks nor settings', async function () {
    this.timeout(60_000);
    const hostile = hostileRepository(base);
    appendFileSync(join(hostile.root, '.git/config'), `[remote "backup"]\n\turl = ${remote}\n`);
    const { asked, told } = await play('git push backup main', { workspace: hostile.root });
    assert.equal(asked[0]?.value.kind, 'push');
    assert.match(told, /^Pushed to backup/);
    const sha = readFileSync(join(hostile.root, '.git/refs/heads/main'), 'utf8').trim();
    assert.equal(over(), sha);
    assert.deepEqual(hostile.markers(), []);
  });

  it('is a command like any other, which the sandbox holds, where it is not simple or goes to a path', async () => {
    const deny = (): Answer => ({ verdict: 'deny' });
    for (const command of ['git push --tags origin', 'git push origin main && true', 'git push origin "main"']) {
      const { asked } = await play(command, { answer: deny });
      assert.equal(asked[0]?.value.kind, 'exec', command);
      assert.notEqual(asked[0]?.terms.profile, 'uncontained', command);
    }
    const { asked } = await play('git push origin main', { answer: deny, pushToFiles: false });
    assert.equal(asked[0]?.value.kind, 'exec');
    assert.equal(over(), null);
  });
});
