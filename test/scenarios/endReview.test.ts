import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { eventsOf, type Finished, jsonOf, makeWorld, type World } from './support.ts';

const write = (content: string): string =>
  `  - calls: [{ tool: Write, input: { file_path: src/a.js, content: ${JSON.stringify(content)} } }]\n`;
const reviewer = `reviewer:
  - match: '+eval('
    findings:
      - { file: src/a.js, line: 1, severity: blocking, category: security, evidence: 'eval(input);', sentence: It runs what it is given. }
`;

describe('the reviewer before merge, through the command line', () => {
  let world: World;
  beforeEach(() => {
    world = makeWorld({ 'README.md': 'A project.\n' }, { git: true });
  });
  afterEach(() => world.close());

  async function run(script: string, args: string[] = []): Promise<Finished> {
    const server = await world.rehearse(script);
    return world.cli(['run', 'Write a', '--mode', 'auto', ...args], { server }).done;
  }

  it('blocks, is mended, and passes', async () => {
    const finished = await run(
      `turns:\n${write('eval(input);\n')}  - say: Done.\n  - calls: [{ tool: Read, input: { file_path: src/a.js } }]\n${write('parse(input);\n')}  - say: Mended.\n${reviewer}`,
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.read('src/a.js'), 'parse(input);\n');
    const told = finished.stdout.split('\n').filter(line => /^[◆✗✓]|It runs|│ eval/.test(line.trim()));
    assert.deepEqual(
      told.map(line => line.trim()),
      [
        '◆ The reviewer read the whole diff and found one thing, 1 of them blocking.',
        '✗ src/a.js:1  blocking, security',
        'It runs what it is given.',
        '│ eval(input);',
        '◆ The reviewer read the whole diff and found nothing.',
        '✓ src/a.js:1 is fixed.',
      ],
    );
    const report = await world.cli(['report', 'last', '--revert-script', 'undo.patch']).done;
    assert.equal(report.code, 0, report.stderr);
    assert.match(report.stdout, /1 file, 1 added and 0 lines removed, from the run’s start to its end:/);
    assert.match(report.stdout, /- \*\*fixed\*\* `src\/a\.js:1` \(blocking, security\): It runs what it is given\./);
    execFileSync('git', ['apply', '-R', 'undo.patch'], { cwd: world.workspace });
    assert.equal(world.exists('src/a.js'), false);
  });

  it('ends a run that mends nothing with exit code 1 and what is left', async () => {
    const finished = await run(
      `turns:\n${write('eval(input);\n')}  - { say: It is fine., repeat: forever }\n${reviewer}`,
      ['--output', 'json'],
    );
    assert.equal(finished.code, 1, finished.stderr);
    const { status, journal } = jsonOf(finished);
    assert.equal(status, 'failed');
    const ended = eventsOf(journal).at(-1);
    assert.ok(ended?.kind === 'run.ended');
    assert.deepEqual(ended.failure?.args, { count: 1, file: 'src/a.js', line: 1 });
  });

  it('does not look with --reviewer off', async () => {
    const off = await run(`turns:\n${write('eval(input);\n')}  - say: Done.\n${reviewer}`, ['--reviewer', 'off']);
    assert.equal(off.code, 0, off.stderr);
    assert.doesNotMatch(off.stdout, /reviewer/);
  });
});
