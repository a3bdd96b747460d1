import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockOwner, takeLock } from '../../src/effects/lockFile.ts';
import { identityOf } from '../../src/effects/processIdentity.ts';

const source = resolve(import.meta.dirname, '../../src/effects/lockFile.ts');

describe('a lock', () => {
  let folder = '';
  let path = '';
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another process that takes the lock, says what came of it, and lives on until its input ends. */
  async function taker(): Promise<{ child: ChildProcess; said: string }> {
    const code = `import { takeLock } from ${JSON.stringify(source)};
      const lock = await takeLock(${JSON.stringify(path)});
      console.log('heldBy' in lock ? 'held by ' + lock.heldBy.pid : 'taken');
      process.stdin.resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const [text] = await once(child.stdout, 'data');
    return { child, said: String(text).trim() };
  }

  it('is held by one process until that gives it back', async () => {
    const lock = await takeLock(path);
    assert.ok(!('heldBy' in lock));
    const { said } = await taker();
    assert.equal(said, `held by ${process.pid}`);
    await lock.release();
    assert.equal((await taker()).said, 'taken');
  });

  it('is held once in one process as well', async () => {
    const lock = await takeLock(path);
    assert.ok('heldBy' in (await takeLock(path)));
    assert.ok(!('heldBy' in lock));
    await lock.release();
    assert.equal(await lockOwner(path), null);
  });

  it('of a process that was killed is taken over, and leaves nothing else behind', async () => {
    const { child } = await taker();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    assert.equal(await lockOwner(path), null);
    assert.ok(!('heldBy' in (await takeLock(path))));
    assert.deepEqual(readdirSync(folder), ['lock']);
  });

  it('of a process whose pid another one has now is taken over', async () => {
    await takeLock(path);
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...owner, started: 'long ago' }));
    assert.ok(!('heldBy' in (await takeLock(path))));
  });

  it('of another host counts as held, whatever its pid is here', async () => {
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, started: 'x', host: `not-${hostname()}`, token: 't' }));
    const lock = await takeLock(path);
    assert.ok('heldBy' in lock && lock.heldBy.host === `not-${hostname()}`);
    assert.equal((await lockOwner(path))?.token, 't');
  });

  it('that a dead process left is taken over by one of several that try at once', async () => {
    const dead = { pid: 2 ** 22 + 1, started: 'x', host: hostname(), token: 'dead' };
    for (let round = 0; round < 20; round++) {
      writeFileSync(path, JSON.stringify(dead));
      const locks = await Promise.all(Array.from({ length: 6 }, () => takeLock(path)));
      const taken = locks.filter(lock => !('heldBy' in lock));
      assert.equal(taken.length, 1, `round ${round}`);
      assert.deepEqual(readdirSync(folder), ['lock']);
    }
  });

  it('is taken over also where somebody died while they took it over', async () => {
    const dead = { pid: 2 ** 22 + 1, started: 'x', host: hostname(), token: 'dead' };
    writeFileSync(path, JSON.stringify(dead));
    writeFileSync(`${path}.takeover`, JSON.stringify({ ...dead, token: 'second' }));
    assert.ok(!('heldBy' in (await takeLock(path))));
    assert.deepEqual(readdirSync(folder), ['lock']);
  });

  it('is not given back by who lost it', async () => {
    const lock = await takeLock(path);
    assert.ok(!('heldBy' in lock));
    const other = { pid: process.pid, started: identityOf(process.pid) ?? '', host: hostname(), token: 'other' };
    writeFileSync(path, JSON.stringify(other));
    await lock.release();
    assert.equal((await lockOwner(path))?.token, 'other');
  });
});
