import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, node, root } from '../../scripts/paths.mjs';
import { groupInFull } from '../support/share.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

function launch(...args: string[]) {
  const child = spawn(node, [join(root, 'scripts', 'launch.ts'), '--browser', '--no-open', ...args], {
    cwd: root,
    env: environment({ GATEHOUSE_DESKTOP_CODE: undefined }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', line => lines.push(line));
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find(text => pattern.test(text));
      if (found !== undefined) return found;
      await once(reader, 'line');
    }
  };
  return { child, line, exited: once(child, 'exit') };
}

describe('npm start', () => {
  it('serves VS Code on loopback to the one who has the token, and to nobody else', async () => {
    const { exited, line } = launch('--check');
    assert.match(await line(/VS Code is at/), /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+&tkn=[0-9a-f]{48}$/);
    await line(/refuses one without the token/);
    assert.deepEqual(await exited, [0, null]);
  });

  it('ends what it started and deletes its copy when it is interrupted', async () => {
    const { child, exited, line } = launch();
    const { origin } = new URL((await line(/VS Code is at/)).trim().split(/\s+/).at(-1) ?? '');
    const folder = /copy in ([^,]+),/.exec(await line(/copy in/))?.[1] ?? '';
    assert.equal(existsSync(join(folder, '.git')), true);
    child.kill('SIGINT');
    assert.deepEqual(await exited, [0, null]);
    assert.equal(existsSync(folder), false);
    await assert.rejects(fetch(origin));
  });
});

groupInFull('the window that npm start opens', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_OPEN_PANEL: '1', GATEHOUSE_REHEARSAL: '1' } });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('has the panel open without a click', async () => {
    await workbench.panel().getByRole('textbox').waitFor();
    await workbench.screenshot('start');
  });
});
