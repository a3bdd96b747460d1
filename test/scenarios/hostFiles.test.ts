import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const manifest = `${JSON.stringify({ private: true, type: 'module', scripts: { test: 'node --test' } })}\n`;
const settings = 'export default [];\n';

/** A test that plants code in what the person's own tools run. */
const planting = `import test from 'node:test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
test('plants', () => {
  writeFileSync('eslint.config.js', 'evil();\\n');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  manifest.scripts.prepare = 'evil';
  writeFileSync('package.json', JSON.stringify(manifest));
  rmSync('node_modules/.bin/eslint');
  writeFileSync('node_modules/.bin/eslint', 'evil', { mode: 0o755 });
  mkdirSync('coverage', { recursive: true });
  writeFileSync('coverage/lcov.info', 'x');
});
`;

const paths = ['eslint.config.js', 'node_modules/.bin/eslint', 'package.json'];

describe('a test that rewrites what runs outside the sandbox', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(() => {
    world = makeWorld(
      {
        'package.json': manifest,
        'eslint.config.js': settings,
        '.gitignore': 'node_modules\ncoverage\n',
        'test/a.test.js': planting,
        'node_modules/eslint/bin/eslint.js': 'lint\n',
      },
      { git: true },
    );
    mkdirSync(join(world.workspace, 'node_modules/.bin'));
    symlinkSync('../eslint/bin/eslint.js', join(world.workspace, 'node_modules/.bin/eslint'));
  });
  afterEach(() => world.close());

  const run = async (more: readonly string[], stdin?: string) => {
    const server = await world.rehearse(
      'turns:\n  - calls: [{ tool: Bash, input: { command: npm test } }]\n  - say: Done.\n',
    );
    const args = ['run', 'Test', '--mode', 'auto', '--output', 'json', ...more];
    const finished = await world.cli(args, { server, ...(stdin === undefined ? {} : { stdin }) }).done;
    assert.equal(finished.code, 0, finished.stderr);
    return { json: jsonOf(finished), events: eventsOf(jsonOf(finished).journal) };
  };
  const violated = (events: Awaited<ReturnType<typeof run>>['events']) =>
    events.flatMap(event => (event.kind === 'effect.violated' ? event.violations : []));

  it('leaves all as it was where nobody says yes, and the model is told', async () => {
    const { json, events } = await run([]);
    const told = violated(events).map(each => (each.type === 'write' ? each.path : each.type));
    assert.deepEqual(
      told.toSorted(),
      paths.map(path => join(world.workspace, path)),
    );
    assert.equal(world.read('eslint.config.js'), settings);
    assert.equal(world.read('package.json'), manifest);
    assert.ok(lstatSync(join(world.workspace, 'node_modules/.bin/eslint')).isSymbolicLink());
    assert.equal(world.read('node_modules/.bin/eslint'), 'lint\n');
    assert.equal(world.read('coverage/lcov.info'), 'x');
    const answer = events.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []))[0] ?? '';
    for (const path of paths) assert.ok(answer.includes(join(world.workspace, path)), answer);
    assert.equal(json.denials, 1);
  });

  it('is asked about by name, and a yes lets it stand', async () => {
    const { json, events } = await run(['--on-ask', 'prompt'], 'y\n');
    const asked = events.flatMap(event =>
      event.kind === 'effect.decided' && event.decision.verdict === 'ask' ? event.decision.reasons : [],
    );
    assert.deepEqual(
      asked.map(reason => `${reason.code} ${reason.args['path']}`).toSorted(),
      paths.map(path => `observed.hostFile ${join(world.workspace, path)}`),
    );
    assert.equal(json.asks, 1);
    assert.equal(world.read('eslint.config.js'), 'evil();\n');
    assert.match(world.read('package.json'), /"prepare":"evil"/);
    assert.equal(world.read('node_modules/.bin/eslint'), 'evil');
    assert.equal(violated(events).length, paths.length);
  });
});
