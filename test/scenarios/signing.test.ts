import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { commitAll, eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const bash = (command: string): string =>
  `  - calls: [{ tool: Bash, input: { command: ${JSON.stringify(command)} } }]\n`;
const commits =
  'echo one > one.txt && git add -A && git commit -q -m "Add one" && echo two > two.txt && git add -A && git commit -q -m "Add two"';

describe('gatehouse run, where the person signs commits', () => {
  let world: World;
  let key: string;
  afterEach(() => world.close());

  beforeEach(() => {
    world = makeWorld({ 'a.txt': 'a\n' }, { git: true });
    mkdirSync(world.home, { recursive: true, mode: 0o700 });
    key = join(world.home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    writeFileSync(join(world.home, 'signers'), `ann@example.com ${readFileSync(`${key}.pub`, 'utf8')}`);
    writeFileSync(
      join(world.home, '.gitconfig'),
      `[user]\n\tname = Ann\n\temail = ann@example.com\n\tsigningKey = ${key}.pub\n[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = ${world.home}/signers\n`,
    );
  });

  const git = (...args: string[]) =>
    spawnSync('git', args, {
      cwd: world.workspace,
      env: { PATH: process.env['PATH'], HOME: world.home },
      encoding: 'utf8',
    });

  async function run(script: string, ...more: string[]) {
    const server = await world.rehearse(`turns:\n${script}  - say: Done.\n`);
    const finished = await world.cli(['run', 'Commit', '--mode', 'auto', ...more], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    return finished;
  }

  it('makes commits in the sandbox, where no key is, and signs them with the person’s outside', async () => {
    const finished = await run(bash(commits), '--output', 'json');
    for (const rev of ['main', 'main~1']) {
      const { status, stderr } = git('verify-commit', rev);
      assert.equal(status, 0, stderr);
      assert.match(stderr, /Good "git" signature for ann@example\.com/);
    }
    assert.notEqual(git('verify-commit', 'main~2').status, 0);
    assert.equal(
      git('log', '-2', '--format=%an <%ae> %s').stdout,
      'Ann <ann@example.com> Add two\nAnn <ann@example.com> Add one\n',
    );
    assert.equal(git('status', '--porcelain').stdout, '');
    const events = eventsOf(jsonOf(finished).journal);
    const done = events.find(event => event.kind === 'effect.done');
    assert.ok(done?.outcome.kind === 'exec' && done.outcome.signing?.type === 'signed');
    const { signing } = done.outcome;
    assert.equal(signing.commits.length, 2);
    assert.equal(signing.to, git('rev-parse', 'main').stdout.trim());
    const told = events.find(event => event.kind === 'tool.answered');
    assert.ok(told?.text.includes(`is now ${signing.to.slice(0, 10)}`), told?.text);
    const report = await world.cli(['report', 'last']).done;
    assert.match(report.stdout, new RegExp(`signed as .*${signing.to.slice(0, 12)}`));
  });

  inFull('shows the person that it signed', async () => {
    const finished = await run(bash(commits));
    assert.match(finished.stdout, /2 commits on main signed with your key\./);
  });

  inFull('tells the person and the model where the key is gone, and nothing of the exit code is hidden', async () => {
    rmSync(key);
    const shown = await run(`${bash('echo one > one.txt && git add -A && git commit -q -m "Add one"')}`);
    assert.match(shown.stdout.replaceAll(/\s+/g, ' '), /1 commit is not signed: your signing program failed/);
    const finished = await run(bash('git commit -q --allow-empty -m "Add two"; exit 3'), '--output', 'json');
    const events = eventsOf(jsonOf(finished).journal);
    const done = events.find(event => event.kind === 'effect.done');
    assert.ok(done?.outcome.kind === 'exec' && done.outcome.signing?.type === 'unsigned');
    assert.equal(done.outcome.exitCode, 3);
    assert.equal(done.outcome.signing.because, 'git.signingFailed');
    assert.deepEqual(done.outcome.signing.commits, [git('rev-parse', 'main').stdout.trim()]);
    const told = events.find(event => event.kind === 'tool.answered');
    assert.match(told?.text ?? '', /\(Not signed: .*signing program failed/s);
    assert.match(told?.text ?? '', /\(Exit code 3\.\)/);
    assert.equal(git('log', '-1', '--format=%s').stdout, 'Add two\n');
  });

  inFull(
    'signs nothing for the repository’s settings alone, does not run its signing program, and says so',
    async () => {
      writeFileSync(join(world.home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
      const trap = join(world.workspace, 'sign');
      writeFileSync(trap, `#!/bin/sh\n: > ${JSON.stringify(join(world.workspace, 'ran'))}\nexit 1\n`, { mode: 0o755 });
      git('config', 'commit.gpgSign', 'true');
      git('config', 'gpg.program', trap);
      const finished = await run(bash('git commit -q --allow-empty -m "Add one"'), '--output', 'json');
      const done = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'effect.done');
      assert.ok(done?.outcome.kind === 'exec' && done.outcome.signing?.type === 'unsigned');
      assert.equal(done.outcome.exitCode, 0);
      assert.equal(done.outcome.signing.because, 'git.repositorySigns');
      assert.equal(world.exists('ran'), false);
    },
  );

  inFull('makes no commit in another repository inside, whose git data no profile opens', async () => {
    const inside = join(world.workspace, 'sub');
    mkdirSync(inside);
    writeFileSync(join(inside, 'b.txt'), 'b\n');
    commitAll(inside);
    const server = await world.rehearse(
      `turns:\n${bash('cd sub && git commit -q --allow-empty -m "Add one"')}  - say: Done.\n`,
    );
    const finished = await world.cli(['run', 'Commit', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const commits = execFileSync('git', ['rev-list', '--count', 'HEAD'], { cwd: inside, encoding: 'utf8' });
    assert.equal(commits.trim(), '1');
    const done = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'effect.done');
    assert.ok(done?.outcome.kind === 'exec' && done.outcome.exitCode !== 0);
  });

  inFull('says so before a background command commits', async () => {
    const command = 'git commit -q --allow-empty -m "Add one"';
    const finished = await run(
      `  - calls: [{ tool: Bash, input: { command: ${JSON.stringify(command)}, run_in_background: true } }]\n`,
      '--output',
      'json',
    );
    const told = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'tool.answered');
    assert.match(told?.text ?? '', /\(Not signed\. What a background command commits/);
  });
});
