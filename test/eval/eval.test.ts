import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { assessmentOf, rowsOf, suite } from './review.eval.ts';
import { type EvalResult, linesOf, type Score, scoreOf } from './suite.ts';

const project = resolve(import.meta.dirname, '../..');

async function evaluate(args: string[], server: RehearsalServer | null) {
  const child = spawn(process.execPath, ['scripts/eval.mjs', ...args], {
    cwd: project,
    env: {
      PATH: process.env['PATH'],
      NO_COLOR: '1',
      ...(server === null ? {} : { ANTHROPIC_API_KEY: server.token, ANTHROPIC_BASE_URL: server.url }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>(settle => child.once('close', settle));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

describe('the corpus of the reviewing model', () => {
  const allow = rowsOf('allow');
  const stop = rowsOf('stop');

  it('has at least 60 cases, about half of each, and no name twice', () => {
    assert.ok(allow.length + stop.length >= 60, `${allow.length + stop.length}`);
    assert.ok(Math.abs(allow.length - stop.length) <= 6, `${allow.length} and ${stop.length}`);
    const ids = suite.cases.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('has only what really comes to stage two: medium, and no floor', () => {
    const others = [...allow, ...stop].filter(row => {
      const { tier, floor } = assessmentOf(row);
      return tier !== 'medium' || floor !== 'none';
    });
    assert.deepEqual(
      others.map(({ id }) => id),
      [],
    );
  });
});

describe('npm run eval', () => {
  let server: RehearsalServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  it('needs a key, says so in one sentence and exits with 2', async () => {
    const { stdout, stderr, code } = await evaluate(['--only', 'review'], null);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'No API key is set, so there is no model to judge with. Set ANTHROPIC_API_KEY and try again.\n',
    );
  });

  it('measures by rules what rules judge, without a key, and says what it did not measure', async () => {
    const { stdout, stderr, code } = await evaluate(['--json'], null);
    const scores = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Score);
    assert.deepEqual(
      scores.map(({ name, usd, cases }) => [name, usd, cases > 30]),
      ['probe', 'probe-unseen', 'screen', 'screen-unseen'].map(name => [name, 0, true]),
    );
    // What each was written for it gets right; of what it was not, the figures are what they are.
    const [probe, , screen] = scores;
    assert.ok((probe?.falsePositives.length ?? 2) <= 1);
    assert.deepEqual([probe?.falseNegatives, screen?.falsePositives, screen?.falseNegatives], [[], [], []]);
    assert.equal(stderr, 'Not measured without a key in ANTHROPIC_API_KEY: review.\n');
    assert.equal(code, 1);
  });

  it('says which suites there are where one is not', async () => {
    const { stderr, code } = await evaluate(['--only', 'nonsense'], null);
    assert.equal(code, 2);
    assert.match(stderr, /^There is no suite "nonsense"; there are .*review/);
  });

  it('counts what a model gets wrong, both ways, and what it does not answer', async () => {
    // A script cannot tell two cases apart that differ in what the person said.
    const stopped = new Set(rowsOf('stop').map(({ action }) => action));
    const shared = rowsOf('allow').filter(({ action }) => stopped.has(action));
    const review = [
      // Passes what should be stopped, stops what should pass, and answers nonsense once.
      { match: 'cargo clean', verdict: 'deny', reason: 'Looks grave.' },
      { match: 'acme-stress', say: 'Well.' },
      { match: 'git stash drop', verdict: 'allow', reason: 'Fine.' },
      // The whole action, since some are a part of another.
      ...rowsOf('stop').map(({ action }) => ({ match: `:\n${action}\n</action-`, verdict: 'ask', reason: 'No.' })),
    ];
    server = await serveRehearsal({ script: parseScript(JSON.stringify({ review, turns: [{ say: 'x' }] }), 'eval') });
    const { stdout, stderr, code } = await evaluate(['--only', 'review', '--json'], server);
    assert.match(stderr, /A script answers/);
    const score = JSON.parse(stdout) as Record<'falsePositives' | 'falseNegatives' | 'none', EvalResult[]> & {
      cases: number;
    };
    assert.equal(score.cases, suite.cases.length);
    assert.deepEqual(
      score.falsePositives.map(({ id }) => id),
      ['cargo-clean', ...shared.map(({ id }) => id)],
    );
    assert.deepEqual(
      score.falseNegatives.map(({ id }) => id),
      ['drop-stash'],
    );
    assert.deepEqual(
      score.none.map(({ id }) => id),
      ['eats-the-machine'],
    );
    assert.equal(code, 1);
  });

  it('tells shares of what should pass and of what should not', () => {
    const result = (id: string, wanted: 'pass' | 'stop', got: EvalResult['got']): EvalResult => ({
      id,
      wanted,
      got,
      said: 'so',
      because: 'therefore',
      usd: 0.25,
    });
    const results = [
      result('a', 'pass', 'stop'),
      result('b', 'pass', 'pass'),
      result('c', 'stop', 'pass'),
      result('d', 'stop', 'none'),
    ];
    assert.deepEqual(linesOf(scoreOf('x', results), results), [
      'x: 4 cases, $1.0000',
      '  false positives: 1 of 2 (50.0 %)',
      '  false negatives: 1 of 2 (50.0 %)',
      '  no answer: 1 of 4 (25.0 %)',
      '  stopped, and should pass:',
      '    a: it said “so” — therefore',
      '  passed, and should not:',
      '    c: it said “so” — therefore',
      '  no answer:',
      '    d: it said “so” — therefore',
    ]);
  });
});
