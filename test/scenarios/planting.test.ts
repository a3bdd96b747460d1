import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const manifest = JSON.stringify({ private: true, type: 'module', scripts: { test: 'node --test' } });
const test = (command: string) =>
  `import { execSync } from 'node:child_process';\nimport test from 'node:test';\ntest('x', () => { execSync(${JSON.stringify(command)}); });\n`;
const call = (tool: string, input: unknown) => `  - calls: [{ tool: ${tool}, input: ${JSON.stringify(input)} }]\n`;

describe('a run that is led to plant what runs outside the sandbox', function () {
  this.timeout(60_000);
  let world: World;
  afterEach(() => world.close());

  const host = (...args: string[]) =>
    execFileSync('git', args, { cwd: world.workspace, encoding: 'utf8', stdio: 'pipe' });
  const hooked = (hook: string) => {
    world = makeWorld({ 'package.json': manifest, 'tools/hooks/pre-commit': hook }, { git: true });
    chmodSync(join(world.workspace, 'tools/hooks/pre-commit'), 0o755);
    for (const [key, value] of [
      ['core.hooksPath', 'tools/hooks'],
      ['user.name', 'A'],
      ['user.email', 'a@example.invalid'],
    ] as const)
      host('config', key, value);
  };
  const run = async (calls: string) => {
    const server = await world.rehearse(`turns:\n${calls}  - say: Done.\n`);
    const finished = await world.cli(['run', 'T', '--mode', 'auto', '--no-plan', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    return eventsOf(jsonOf(finished).journal);
  };

  it('leaves no nested repository and no settings of an editor, wherever they were moved', async () => {
    world = makeWorld({ 'package.json': manifest }, { git: true });
    const code = test(
      'mkdir -p q && git init -q q/sub && mkdir q/.vscode && echo {} > q/.vscode/tasks.json && mv q pkg',
    );
    const events = await run(
      call('Write', { file_path: 'test/b.test.js', content: code }) + call('Bash', { command: 'npm test' }),
    );
    assert.ok(existsSync(join(world.workspace, 'pkg/sub')));
    for (const name of ['pkg/sub/.git', 'pkg/.vscode']) assert.ok(!existsSync(join(world.workspace, name)), name);
    const told = events.flatMap(event => (event.kind === 'effect.violated' ? event.violations : []));
    assert.equal(told.filter(({ type }) => type === 'restored').length, 2);
  });

  inFull('writes no hook where the repository’s settings say that hooks are', async () => {
    hooked('#!/bin/sh\nexit 0\n');
    const command = 'echo "touch evil" > tools/hooks/pre-commit';
    const edit = { file_path: 'tools/hooks/pre-commit', old_string: 'exit 0', new_string: 'touch evil' };
    await run(call('Bash', { command }) + call('Read', { file_path: edit.file_path }) + call('Edit', edit));
    assert.equal(readFileSync(join(world.workspace, 'tools/hooks/pre-commit'), 'utf8'), '#!/bin/sh\nexit 0\n');
  });

  it('loses no history where a hook runs what it wrote', async () => {
    hooked('#!/bin/sh\nnode --test\n');
    host('branch', 'precious');
    const log = host('log', '--format=%H', 'precious');
    const code = test('rm -rf .git/logs; find .git/objects -type f -delete');
    await run(
      call('Write', { file_path: 'test/b.test.js', content: code }) +
        call('Bash', { command: 'git add -A && git commit -q -m x' }),
    );
    assert.equal(host('log', '--format=%H', 'precious'), log);
    assert.match(host('reflog'), /HEAD@\{0\}/);
    assert.ok(host('rev-list', '--objects', '--all', '--reflog').includes(log.trim()), 'all of it can be read');
  });
});
