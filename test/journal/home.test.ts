import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRun, runIds } from '../../src/journal/find.ts';
import { openHome, stateFolder } from '../../src/journal/home.ts';
import { isRunId, newRunId } from '../../src/journal/runid.ts';
import { failureOf, freshHome } from './support.ts';

const temp = freshHome();

describe('the state folder', () => {
  it("is $GATEHOUSE_HOME, else the platform's own", () => {
    const homedir = '/home/ann';
    const rows: [NodeJS.Platform, Record<string, string>, string][] = [
      ['linux', { GATEHOUSE_HOME: '/state' }, '/state'],
      ['linux', { GATEHOUSE_HOME: '' }, '/home/ann/.local/state/gatehouse'],
      ['linux', { XDG_STATE_HOME: '/xdg' }, '/xdg/gatehouse'],
      ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ann/.local/state/gatehouse'],
      ['darwin', {}, '/home/ann/Library/Application Support/Gatehouse'],
      ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\Gatehouse'],
      ['win32', {}, '\\home\\ann\\AppData\\Local\\Gatehouse'],
    ];
    for (const [platform, env, expected] of rows) assert.equal(stateFolder({ env, platform, homedir }), expected);
  });

  it('is made for its owner alone, and tightened where it was open', async () => {
    const root = join(temp.folder(), 'deep', 'state');
    const home = await openHome({ env: { GATEHOUSE_HOME: root } });
    assert.equal(home.root, realpathSync(root));
    assert.equal(statSync(root).mode & 0o777, 0o700);
    chmodSync(root, 0o777);
    await openHome({ env: { GATEHOUSE_HOME: root } });
    assert.equal(statSync(root).mode & 0o777, 0o700);
  });

  it('is refused where it cannot be trusted, and nothing is created then', async () => {
    const folder = temp.folder();
    const workspace = join(folder, 'ws');
    mkdirSync(workspace);
    symlinkSync(workspace, join(folder, 'alias'));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'theirs'));
    symlinkSync(join(folder, 'theirs'), join(folder, 'link'));
    const uid = (process.getuid?.() ?? 0) + 1;
    const rows: [Parameters<typeof openHome>[0], string][] = [
      [{ env: { GATEHOUSE_HOME: 'state' } }, 'relative'],
      [{ env: { GATEHOUSE_HOME: workspace }, workspace }, 'inWorkspace'],
      [{ env: { GATEHOUSE_HOME: join(workspace, 'a', 'b') }, workspace }, 'inWorkspace'],
      [{ env: { GATEHOUSE_HOME: join(folder, 'alias', 'a') }, workspace }, 'inWorkspace'],
      [{ env: { GATEHOUSE_HOME: join(workspace, 'a') }, workspace: join(folder, 'alias') }, 'inWorkspace'],
      [{ env: { GATEHOUSE_HOME: join(folder, 'file') } }, 'notADirectory'],
      [{ env: { GATEHOUSE_HOME: join(folder, 'file', 'below') } }, 'ENOTDIR'],
      [{ env: { GATEHOUSE_HOME: join(folder, 'theirs') }, uid }, 'foreignOwner'],
      [{ env: { GATEHOUSE_HOME: join(folder, 'link') }, uid }, 'foreignLink'],
    ];
    for (const [options, problem] of rows) {
      const failure = await failureOf(openHome(options));
      assert.deepEqual([failure.code, failure.args['problem']], ['state.unsafe', problem]);
    }
    assert.equal(existsSync(join(workspace, 'a')), false);
    assert.equal(
      (await openHome({ env: { GATEHOUSE_HOME: join(folder, 'ws2') }, workspace })).root,
      join(realpathSync(folder), 'ws2'),
    );
    assert.equal(
      (await openHome({ env: { GATEHOUSE_HOME: join(folder, 'link') } })).root,
      join(realpathSync(folder), 'theirs'),
    );
  });
});

describe('the folders below the state folder', () => {
  for (const name of ['runs', 'anchors', 'blobs'])
    it(`are tightened, and refused where they lead elsewhere: ${name}`, async () => {
      const root = join(temp.folder(), 'state');
      const open = () => openHome({ env: { GATEHOUSE_HOME: root } });
      mkdirSync(join(root, name), { recursive: true });
      chmodSync(join(root, name), 0o777);
      await open();
      assert.equal(statSync(join(root, name)).mode & 0o777, 0o700);
      rmSync(join(root, name), { recursive: true });
      mkdirSync(join(temp.folder(), 'elsewhere'));
      symlinkSync(join(temp.folder(), 'elsewhere'), join(root, name));
      assert.deepEqual((await failureOf(open())).args, { path: join(root, name), problem: 'link' });
      rmSync(join(root, name));
      writeFileSync(join(root, name), '');
      assert.equal((await failureOf(open())).args['problem'], 'notADirectory');
    });
});

describe('run ids', () => {
  it('say the time, sort by it, and never meet', () => {
    const at = Date.UTC(2026, 10, 20, 4, 29, 17, 5);
    assert.match(newRunId(at), /^20261120-042917-05/);
    const ids = Array.from({ length: 2000 }, (_, index) => newRunId(at + index * 7));
    assert.deepEqual(ids.toSorted(), ids);
    assert.ok(ids.every(isRunId));
    assert.equal(new Set(Array.from({ length: 2000 }, () => newRunId(at))).size, 2000);
  });

  it('are told from anything else', () => {
    const id = newRunId(0);
    for (const text of [
      '',
      '..',
      `${id}/..`,
      `${id}\n`,
      `/${id}`,
      id.toUpperCase(),
      `${id}0`,
      id.slice(1),
      `${id}.tmp`,
    ])
      assert.equal(isRunId(text), false, JSON.stringify(text));
  });

  it('are found by a unique beginning, and `last` is none', async () => {
    const home = await temp.open();
    const ids = [
      newRunId(Date.UTC(2026, 1, 1)),
      newRunId(Date.UTC(2026, 1, 2, 3, 4, 5)),
      newRunId(Date.UTC(2026, 1, 2, 3, 4, 6)),
    ];
    for (const name of [...ids, 'not-a-run']) mkdirSync(join(home.runs, name));
    assert.deepEqual(await runIds(home), ids);
    assert.equal(await findRun(home, '20260201'), ids[0]);
    assert.equal(await findRun(home, ids[1]!), ids[1]);
    assert.deepEqual((await failureOf(findRun(home, '20260202'))).args, { run: '20260202', count: 2 });
    for (const wanted of ['', 'last', '2027', '../', 'not-a-run', '.'])
      assert.equal((await failureOf(findRun(home, wanted))).code, 'run.unknown');
  });
});
