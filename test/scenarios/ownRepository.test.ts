import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, jsonOf, makeWorld, project, type World } from './support.ts';

/** A commit of this very repository, whose gate has a test that shows the break below. */
const commit = '5b9db47a55113d20b5bda6f249410b5cae8e222c';
const file = 'src/gate/floors.ts';
const right = "!way.startsWith('/')";
const wrong = "way.startsWith('/')";

const script = `
turns:
  - say: I run the gate's tests first.
    calls: [{ tool: Bash, input: { command: npx mocha --no-config test/gate/gate.test.ts } }]
  - when: { result: { contains: key is refused } }
    say: Key material passes the floor. Who decides whether a path lies below a folder?
    calls: [{ tool: Grep, input: { pattern: 'export function within', path: src, output_mode: content } }]
  - capture: { file: '^([^:]+):' }
    calls: [{ tool: Read, input: { file_path: '\${capture.file}' } }]
  - say: The last condition is upside down.
    calls:
      - tool: Edit
        input: { file_path: ${file}, old_string: "&& ${wrong}", new_string: "&& ${right}" }
  - calls: [{ tool: Bash, input: { command: npx mocha --no-config test/gate/gate.test.ts } }]
  - when: { result: { matches: '^\\s*[0-9]+ passing' } }
    say: All of the gate's tests pass.
`;

/** What the tests need, as an installation would have laid it there: a link would lead out of the workspace. */
function installed(workspace: string): void {
  const from = join(realpathSync(join(project, 'node_modules')));
  for (const name of readdirSync(from)) {
    if (name.startsWith('@') && name !== '@types') continue;
    if (['typescript', 'playwright-core'].includes(name)) continue;
    cpSync(join(from, name), join(workspace, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  }
}

describe('the main job, on this repository itself', () => {
  let world: World;
  afterEach(() => world.close());

  it('finds a broken function in a past commit by its failing tests, and repairs it', async function () {
    this.timeout(120_000);
    world = makeWorld({});
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: world.workspace, encoding: 'utf8' });
    git('init', '-q');
    git('fetch', '-q', project, commit);
    git('checkout', '-q', commit);
    installed(world.workspace);
    const path = join(world.workspace, file);
    const good = readFileSync(path, 'utf8');
    assert.equal(good.split(right).length, 2, 'the line to break stands there once');
    writeFileSync(path, good.replace(right, wrong));

    const server = await world.rehearse(script);
    const run = world.cli(
      ['run', 'The tests of the gate fail. Find out why and repair it', '--mode', 'auto', '--output', 'json'],
      { server },
    );
    const finished = await run.done;

    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(readFileSync(path, 'utf8'), good);
    assert.deepEqual(jsonOf(finished).filesChanged, [file]);
    assert.equal(git('diff', '--stat').trim(), '');
    const exits = eventsOf(jsonOf(finished).journal).flatMap(event =>
      event.kind === 'effect.done' && event.outcome.kind === 'exec' ? [event.outcome.exitCode] : [],
    );
    assert.equal(exits.length, 2);
    assert.notEqual(exits[0], 0);
    assert.equal(exits[1], 0);
  });
});
