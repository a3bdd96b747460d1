import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { isKnown, parseEvent } from '../../src/protocol/event.ts';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

const editing = `
turns:
  - say: I read it first.
    calls: [{ tool: Read, input: { file_path: price.js } }]
  - calls: [{ tool: Edit, input: { file_path: price.js, old_string: 'price + 1', new_string: 'price' } }]
  - say: Done.
`;
const commanding = `
turns:
  - calls: [{ tool: Bash, input: { command: 'echo made > made.txt; echo hello from bash' } }]
  - say: That was it.
`;
const keys = [
  'run',
  'status',
  'exitCode',
  'turns',
  'usage',
  'usd',
  'filesChanged',
  'checkpoints',
  'asks',
  'denials',
  'accepted',
  'acceptance',
  'findings',
  'review',
  'journal',
];

describe('gatehouse run', () => {
  let shell: Shell;
  let server: RehearsalServer | null = null;

  beforeEach(() => {
    shell = new Shell();
    mkdirSync(join(shell.folder, 'shop'));
    writeFileSync(join(shell.folder, 'shop', 'price.js'), 'export const total = price => price + 1;\n');
  });
  afterEach(async () => {
    await server?.close();
    server = null;
    shell.dispose();
  });

  async function rehearse(script: string): Promise<void> {
    server = await serveRehearsal({ script: parseScript(script, 'test.yaml') });
    shell.env['ANTHROPIC_BASE_URL'] = server.url;
    shell.env['ANTHROPIC_API_KEY'] = server.token;
  }

  const run = (...options: string[]) =>
    shell.run(['run', 'Mend the price', '--cwd', 'shop', '--mode', 'auto', ...options]);
  const inShop = (file: string): string => join(shell.folder, 'shop', file);

  it('tells a person what happens', async () => {
    await rehearse(editing);
    const { code, out, err } = await run();
    assert.deepEqual([code, err], [0, '']);
    for (const part of [
      'Rehearsal: a script plays the model; this is no AI.',
      '  I read it first.',
      '● Read price.js',
      '● Edit price.js  +1 −1',
      '  │ -export const total = price => price + 1;',
      '  │ +export const total = price => price;',
      '  Done.',
      'Done after 3 turns',
      '  files      price.js',
      'gatehouse report ',
    ])
      assert.ok(out.includes(part), `${part}\n--- is not in ---\n${out}`);
    assert.equal(readFileSync(inShop('price.js'), 'utf8'), 'export const total = price => price;\n');
  });

  it('prints one object and nothing else with --output json', async () => {
    await rehearse(editing);
    const { code, out, err } = await run('--output', 'json');
    assert.deepEqual([code, err], [0, '']);
    assert.equal(out.split('\n').length, 2);
    const object = JSON.parse(out);
    assert.deepEqual(Object.keys(object), keys);
    assert.deepEqual(
      [object.status, object.exitCode, object.turns, object.filesChanged, object.asks, object.denials, object.accepted],
      ['done', 0, 3, ['price.js'], 0, 0, null],
    );
    assert.ok(existsSync(object.journal));
    assert.equal((await shell.run(['verify', object.run])).code, 0);
  });

  it('prints every event of the journal, then the object, with --output ndjson', async () => {
    await rehearse(editing);
    const { out } = await run('--output', 'ndjson');
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    const object = lines.pop();
    assert.deepEqual(Object.keys(object), keys);
    assert.deepEqual(
      lines,
      readFileSync(object.journal, 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    );
    for (const line of lines) assert.ok(isKnown(parseEvent(line)));
  });

  it('names files relative to the workspace also where a link leads to it', async () => {
    await rehearse(editing);
    symlinkSync(inShop('.'), join(shell.folder, 'link'));
    const { out } = await shell.run(['run', 'x', '--cwd', 'link', '--mode', 'auto', '--output', 'json']);
    assert.deepEqual(JSON.parse(out).filesChanged, ['price.js']);
    assert.notEqual(realpathSync(join(shell.folder, 'link')), join(shell.folder, 'link'));
  });

  it('runs unasked in Auto what changes nothing but the workspace, where something holds it', async () => {
    await rehearse(commanding);
    shell.env['GATEHOUSE_SANDBOX'] = 'container-is-the-boundary';
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.match(out, /● Bash echo made.*exit 0\n {2}│ hello from bash\n/);
    assert.equal(readFileSync(inShop('made.txt'), 'utf8'), 'made\n');
    assert.match(out, /0 questions, 0 refusals/);
  });

  it('refuses to start where GATEHOUSE_SANDBOX says what it does not know', async () => {
    await rehearse(commanding);
    shell.env['GATEHOUSE_SANDBOX'] = 'none';
    const { code, out, err } = await run();
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /auto, require or container-is-the-boundary, not "none"/);
  });

  it('keeps to a policy that is named, and starts with none that is broken or missing', async () => {
    await rehearse(commanding);
    const rule = '{ id: no-echo, decision: deny, when: { program: echo }, because: Be quiet. }';
    writeFileSync(join(shell.folder, 'quiet.yaml'), `version: 1\nrules: [${rule}]\n`);
    const { code, out } = await run('--policy', 'quiet.yaml');
    assert.equal(code, 0);
    assert.match(out, /✗ Bash echo made[^]*The rule “no-echo” applies\. Be quiet\./);
    assert.equal(existsSync(inShop('made.txt')), false);
    writeFileSync(
      join(shell.folder, 'quiet.yaml'),
      'version: 1\nrules: [{ decision: dny, when: { program: echo } }]\n',
    );
    for (const name of ['quiet.yaml', 'none.yaml']) {
      const refused = await run('--policy', name);
      assert.deepEqual([refused.code, refused.out], [2, '']);
      assert.match(refused.err, new RegExp(`The policy .*${name} cannot be used: line \\d+, column \\d+: `));
    }
  });

  it('tells a person what is wrong with the repository’s policy, and goes on', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    mkdirSync(inShop('.gatehouse'));
    writeFileSync(inShop('.gatehouse/policy.yaml'), 'version: 1\nrules: *nope\n');
    const told = await run();
    assert.equal(told.code, 0);
    assert.match(told.err, /policy\.yaml:1:1: error: This is not YAML/);
    const data = await run('--output', 'json');
    assert.deepEqual([data.code, data.err], [0, '']);
  });

  it('counts a priced model by the person’s own prices, and refuses prices that are wrong', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    const home = await shell.home();
    const table = join(home.root, 'prices.json');
    writeFileSync(table, '{"rehearsal": {"input": 1000000, "output": 0, "cacheRead": 0, "cacheWrite": 0}}');
    const { out } = await run('--output', 'json');
    const { usd, usage } = JSON.parse(out);
    assert.equal(usd, usage.input);
    assert.ok(usd > 0);
    writeFileSync(table, '{"rehearsal": 3}');
    const refused = await run();
    assert.deepEqual([refused.code, refused.out], [2, '']);
    assert.match(refused.err, /prices\.json is wrong/);
  });

  it('starts no run with a limit in dollars where a model has no known price', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    const { code, out, err } = await run('--max-usd', '1');
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /The price of rehearsal is not known, so a limit in dollars could not be kept\./);
    assert.match((await shell.run(['runs'])).out, /No runs yet/);
  });

  it('tells what runs of before needed, and starts none', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    assert.match((await run('--estimate')).out, /^There is no run of before to go by\.\n$/);
    assert.equal((await run('--estimate', '--output', 'json')).out, 'null\n');
    assert.match((await shell.run(['runs'])).out, /No runs yet/);
  });

  it('refuses what it would ask about where nobody is there, and goes on', async () => {
    await rehearse(commanding.replace('echo made >', 'git push; echo made >'));
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.match(out, /✗ Bash git push; echo made/);
    assert.match(out, /nobody was there to ask/);
    assert.equal(existsSync(inShop('made.txt')), false);
    assert.match(out, /1 question, 1 refusal/);
  });

  it('asks on stderr with --on-ask prompt and takes the answers from stdin', async () => {
    await rehearse(commanding);
    const yes = await shell.run(['run', 'x', '--cwd', 'shop', '--on-ask', 'prompt'], 'y\n');
    assert.equal(yes.code, 0);
    assert.match(yes.err, /\? Run this command\?\n {2}│ echo made > made\.txt/);
    assert.match(yes.out, /● Bash echo made.*exit 0\n {2}│ hello from bash\n/);
    assert.equal(readFileSync(inShop('made.txt'), 'utf8'), 'made\n');
  });

  it('gives the model the sentence of a no, and takes the end of stdin for nobody', async () => {
    await rehearse(commanding);
    const no = await shell.run(['run', 'x', '--cwd', 'shop', '--on-ask', 'prompt'], 'w not today\n');
    assert.match(no.out, /A person said no: not today/);
    const end = await shell.run(['run', 'x', '--cwd', 'shop', '--on-ask', 'prompt', '--output', 'json'], '');
    assert.match(end.err, /nobody there/);
    assert.equal(JSON.parse(end.out).denials, 1);
    assert.equal(existsSync(inShop('made.txt')), false);
  });

  it('reads the task from stdin', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    const { code } = await shell.run(['run', '-', '--cwd', 'shop'], 'Say hello\n');
    assert.equal(code, 0);
    assert.match((await shell.run(['runs'])).out, /Say hello/);
    const empty = await shell.run(['run', '-', '--cwd', 'shop'], ' \n');
    assert.equal(empty.code, 2);
  });

  it('ends with 3 at a limit', async () => {
    await rehearse(editing);
    const { code, out } = await run('--max-turns', '1');
    assert.equal(code, 3);
    assert.match(out, /The limit is reached: 1 of 1 turn\./);
  });

  it('ends with 5 when the key is not accepted, and says so', async () => {
    await rehearse(editing);
    shell.env['ANTHROPIC_API_KEY'] = 'wrong';
    const { code, out, err } = await run('--output', 'json');
    assert.equal(code, 5);
    assert.equal(JSON.parse(out).status, 'unreachable');
    assert.match(err, /^gatehouse: The API did not accept the key/);
  });

  it('sends the key to --base-url, which goes before the environment', async () => {
    await rehearse('turns:\n  - say: Hello.\n');
    const url = shell.env['ANTHROPIC_BASE_URL'] ?? '';
    shell.env['ANTHROPIC_BASE_URL'] = 'http://127.0.0.1:9';
    assert.equal((await run('--base-url', url)).code, 0);
  });

  it('ends with 130 when interrupted, and its journal says so', async () => {
    await rehearse('turns:\n  - calls: [{ tool: Bash, input: { command: "echo begun; sleep 60" } }]\n  - say: x\n');
    const running = shell.run(['run', 'x', '--cwd', 'shop', '--on-ask', 'prompt', '--output', 'ndjson'], 'y\n');
    await until(() => shell.stdout.text.includes('"effect.intended"'));
    shell.interrupt.abort();
    const { code, out } = await running;
    assert.equal(code, 130);
    const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    assert.equal(last.status, 'interrupted');
    assert.equal((await shell.run(['verify', last.run])).code, 0);
  });

  it('refuses a workspace that is not there, and state inside the workspace', async () => {
    await rehearse(editing);
    const missing = await shell.run(['run', 'x', '--cwd', 'nowhere']);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /no folder .*nowhere.*--cwd/);
    shell.env['GATEHOUSE_HOME'] = inShop('state');
    const inside = await run();
    assert.equal(inside.code, 2);
    assert.match(inside.err, /inside the workspace/);
    assert.equal(existsSync(inShop('state')), false);
  });
});
