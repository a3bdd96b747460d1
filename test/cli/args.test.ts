import assert from 'node:assert/strict';
import { type CommandSpec, parseCommand } from '../../src/hosts/cli/args.ts';
import { commandHelp } from '../../src/hosts/cli/help.ts';
import { nearest } from '../../src/hosts/cli/nearest.ts';
import { run } from '../../src/hosts/cli/run.ts';
import { stopRulesFrom } from '../../src/hosts/cli/stopRules.ts';
import { GatehouseError } from '../../src/protocol/failure.ts';

const parse = (...argv: string[]) => parseCommand(run.spec, argv);

function problemWith(...argv: string[]): string {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'usage') return String(error.failure.args['problem']);
    throw error;
  }
  return assert.fail(`${argv.join(' ')} was taken`);
}

const taken: [argv: string[], options: Record<string, unknown>][] = [
  [['do it'], {}],
  [['do it', '--mode', 'auto'], { mode: 'auto' }],
  [['--mode=plan', 'do it'], { mode: 'plan' }],
  [['do it', '--no-plan'], { 'no-plan': true }],
  [['do it', '--max-turns', '12', '--max-minutes', '0.5'], { 'max-turns': 12, 'max-minutes': 0.5 }],
  [
    ['do it', '--max-usd', '.5', '--max-tokens', '9', '--max-files', '3', '--max-lines', '4', '--max-refusals', '2'],
    { 'max-usd': 0.5, 'max-tokens': 9, 'max-files': 3, 'max-lines': 4, 'max-refusals': 2 },
  ],
  [['do it', '--output', 'ndjson', '--on-ask', 'prompt'], { output: 'ndjson', 'on-ask': 'prompt' }],
  [['do it', '--mode', 'plan', '--mode', 'ask'], { mode: 'ask' }],
  [['do it', '--accept', 'npm test', '--accept', 'npm run lint'], { accept: ['npm test', 'npm run lint'] }],
  [
    ['do it', '--cwd=--odd', '--model', 'm', '--base-url', 'http://x', '--policy', 'p.yaml'],
    { cwd: '--odd', model: 'm', 'base-url': 'http://x', policy: 'p.yaml' },
  ],
];

const refused: [argv: string[], says: RegExp][] = [
  [['fix', 'it'], /does not know what to do with "it".*quotes/],
  [['x', '--max-turn', '3'], /no option --max-turn\. Did you mean --max-turns\?/],
  [['x', '-m', 'auto'], /no option -m\b/],
  [['x', '--mode'], /--mode needs a value: plan, ask or auto/],
  [['x', '--mode', '--no-plan'], /--mode needs a value .* looks like an option/],
  [['x', '--mode', 'atuo'], /--mode is plan, ask or auto, not "atuo"; did you mean auto/],
  [['x', '--mode='], /--mode is plan, ask or auto/],
  [['x', '--cwd='], /--cwd needs a value/],
  [['x', '--policy'], /--policy needs a value/],
  [['x', '--no-plan=yes'], /--no-plan takes no value/],
  ...['0', '-1', '1.5', '1e3', 'many', '', '99999999999999999'].map((value): [string[], RegExp] => [
    ['x', `--max-turns=${value}`],
    /--max-turns (is a whole number from 1|needs)/,
  ]),
  ...['0', '-2', 'NaN', 'Infinity', '1e9', '.', ''].map((value): [string[], RegExp] => [
    ['x', `--max-minutes=${value}`],
    /--max-minutes (is a number above 0|needs)/,
  ]),
  ...['0', '-2', '1e9', 'free'].map((value): [string[], RegExp] => [
    ['x', `--max-usd=${value}`],
    /--max-usd (is a number above 0|needs)/,
  ]),
];

describe('the arguments of a command', () => {
  for (const [argv, options] of taken)
    it(`are read from \`${argv.join(' ')}\``, () => {
      const parsed = parse(...argv);
      assert.deepEqual(parsed.positionals, ['do it']);
      const given = Object.entries(parsed.options).filter(
        ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
      );
      assert.deepEqual(Object.fromEntries(given), options);
    });

  for (const [argv, says] of refused)
    it(`are refused in \`${argv.join(' ')}\``, () => assert.match(problemWith(...argv), says));

  it('are positionals after --, and a lone - is one', () => {
    assert.deepEqual(parse('--', '--mode').positionals, ['--mode']);
    assert.deepEqual(parse('-').positionals, ['-']);
  });

  it('need nothing else where help is asked for', () => {
    assert.equal(parse('--help').help, true);
    assert.equal(parse('-h', '--mode', 'plan').help, true);
  });

  it('know no option by the name of an inherited property', () => {
    assert.match(problemWith('x', '--constructor'), /no option --constructor/);
    assert.match(problemWith('x', '--__proto__'), /no option/);
  });

  it('may be bounded', () => {
    const spec: CommandSpec = {
      name: 'serve',
      summary: 'serve',
      positionals: [],
      options: { port: { kind: 'count', value: 'n', most: 9, about: '' } },
    };
    assert.equal(parseCommand(spec, ['--port', '9']).options['port'], 9);
    assert.throws(() => parseCommand(spec, ['--port', '10']), /usage/);
    assert.throws(() => parseCommand(spec, ['--port', '0']), /usage/);
  });

  it('names what is missing where it has to be there', () => {
    const spec = {
      name: 'report',
      summary: '',
      positionals: [{ name: 'RUN', about: 'which', required: true }],
      options: {},
    };
    for (const argv of [[], [' ']])
      assert.throws(
        () => parseCommand(spec, argv),
        (error: unknown) =>
          error instanceof GatehouseError && /needs RUN: which/.test(String(error.failure.args['problem'])),
      );
  });

  it('may begin at 0, and may be given several times', () => {
    const options = {
      to: { kind: 'count', value: 'n', least: 0, about: '' },
      path: { kind: 'texts', value: 'path', about: '' },
    } as const;
    const spec = { name: 'undo', summary: 'undo', positionals: [], options } as const;
    assert.deepEqual(parseCommand(spec, []).options, { to: undefined, path: [] });
    const parsed = parseCommand(spec, ['--path', 'a', '--to', '0', '--path', 'b c']);
    assert.deepEqual(parsed.options, { to: 0, path: ['a', 'b c'] });
    assert.throws(() => parseCommand(spec, ['--path', '']), /usage/);
  });
});

describe('the help of a command', () => {
  it('names every option with its values, from the same table', () => {
    const help = commandHelp(run.spec);
    for (const name of Object.keys(run.spec.options)) assert.ok(help.includes(`--${name}`), name);
    assert.match(help, /--mode plan\|ask\|auto/);
    assert.match(help, /Usage: gatehouse run \[TASK\] \[options\]/);
  });
});

describe('the nearest word', () => {
  it('is one that is close, or none', () => {
    const words = ['run', 'runs', 'report', 'verify', 'rehearse', 'doctor'];
    assert.deepEqual(
      ['rnu', 'runss', 'reprot', 'verfy', 'docter', 'undo', 'x', ''].map(word => nearest(word, words)),
      ['run', 'runs', 'report', 'verify', 'doctor', null, null, null],
    );
  });
});

describe('the option for stop rules', () => {
  it('takes thresholds and off, and refuses what is no rule or no threshold', () => {
    assert.deepEqual(stopRulesFrom(['sameCall=8', 'noChange=off']), { stopRules: { sameCall: 8, noChange: false } });
    assert.deepEqual(stopRulesFrom([]), {});
    for (const [given, says] of [
      ['sameCal=3', /did you mean sameCall/],
      ['halt=off', /knows no rule "halt"/],
      ['sameCall=0', /whole number from 1, or off/],
      ['sameCall', /whole number from 1, or off/],
    ] as const)
      assert.throws(
        () => stopRulesFrom([given]),
        (error: unknown) => error instanceof GatehouseError && says.test(String(error.failure.args['problem'])),
      );
  });
});
