import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { RunResult } from '../../src/agent/run.ts';
import { noPaint, type Paint } from '../../src/hosts/cli/paint.ts';
import { widthOf } from '../../src/hosts/cli/plain.ts';
import { createTranscript } from '../../src/hosts/cli/transcript.ts';
import type { OutcomeRecord } from '../../src/protocol/event.ts';
import { edit, ended, exec, read, root, Scene, wasEdited, wasRead } from './scene.ts';

const result: RunResult = {
  run: '20261120-042917-bw7f3kq2m9x4',
  status: 'done',
  exitCode: 0,
  turns: 4,
  usage: { input: 1_200, output: 345, cacheRead: 10_000, cacheWrite: 800 },
  usd: null,
  filesChanged: [`${root}/src/price.js`],
  checkpoints: 0,
  asks: 1,
  denials: 0,
  accepted: null,
  acceptance: [],
  failure: null,
};

const patch = [
  '--- src/price.js',
  '+++ src/price.js',
  '@@ -1,3 +1,3 @@',
  ' export function total(items) {',
  '-  return items.reduce((sum, item) => sum + item.price, 1);',
  '+  return items.reduce((sum, item) => sum + item.price, 0);',
  ' }',
  '',
].join('\n');

function write(scene: Scene, ending: RunResult, width: number, paint: Paint = noPaint): string {
  const transcript = createTranscript(paint, width);
  const pieces = [...scene.observations.flatMap(seen => transcript.observe(seen)), ...transcript.end(ending)];
  return pieces
    .map(piece => (piece.type === 'line' ? `${piece.text}\n` : piece.type === 'text' ? piece.text : ''))
    .join('');
}

/** Compares with the transcript beside this file. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

const scenes: Record<string, () => [Scene, RunResult, number]> = {
  'a-task-done': () => [
    new Scene()
      .start()
      .turn()
      .say("I'll run the tests first, then look at what fails and at the code behind it.\n\nOne moment.")
      .propose('Bash', exec('npm test'), 'ask', 'static.command')
      .answer({ verdict: 'allow' })
      .done(ended(1), '> shop@1.0.0 test\n', '\u001b[31mnot ok\u001b[0m 1 - total\n')
      .turn()
      .say('')
      .propose('Read', read('src/price.js'))
      .done(wasRead('src/price.js', 3))
      .propose('Grep', { kind: 'search', by: 'content', pattern: 'total', root, output: 'content' })
      .done({ kind: 'search', matches: 2, truncated: false })
      .propose('Edit', edit('src/price.js', patch))
      .done(wasEdited('src/price.js'))
      .turn()
      .propose('Bash', exec('npm test'), 'ask', 'static.command')
      .answer({ verdict: 'allow' })
      .done(ended(0), Array.from({ length: 30 }, (_, index) => `ok ${index + 1}\n`).join(''))
      .turn()
      .say('The sum began at 1. **Now it begins at 0**, and the tests pass.\n')
      .end(),
    result,
    80,
  ],
  'what-goes-wrong': () => [
    new Scene()
      .start({ scripted: false, model: 'claude-sonnet-4-5', mode: 'ask', limits: {} })
      .turn()
      .event({ kind: 'model.retrying', turn: 1, attempt: 1, code: 'overloaded', waitMs: 2_000 })
      .say('Let me clean up.', { id: 'x1', name: 'Edit', input: { file_path: 'src/a.js' } })
      .event({
        kind: 'tool.answered',
        call: 'x1',
        tool: 'Edit',
        text: 'The text does not occur in src/a.js.\nRead it again.',
        isError: true,
        masked: 0,
      })
      .propose('Read', read('../.ssh/id_rsa'), 'deny', 'path.key')
      .propose('Bash', exec('rm -r build'), 'ask', 'static.command')
      .answer({ verdict: 'deny', why: 'use npm run clean' })
      .propose('Bash', exec('npm run clean'), 'ask', 'static.command')
      .answer({ verdict: 'allow' })
      .fail('exec.spawnFailed', { problem: 'ENOENT' })
      .propose('Bash', { ...exec('npm start'), background: true } as never, 'ask', 'static.command')
      .answer({ verdict: 'allow' })
      .done({ ...ended(0), exitCode: null, process: 'p1' } as never)
      .event({
        kind: 'process.ended',
        process: 'p1',
        exitCode: null,
        survivors: [{ pid: 4242, name: 'node' }],
        violations: [{ type: 'host', host: 'evil.example\u001b[2J', port: 443 }],
      })
      .event({ kind: 'person.said', text: 'leave it' })
      .event({ kind: 'limit.reached', limit: 'turns', used: 1, allowed: 1 })
      .event({ kind: 'stop.requested', by: 'signal' })
      .end({ status: 'unreachable', exitCode: 5 }),
    {
      ...result,
      status: 'unreachable',
      exitCode: 5,
      turns: 1,
      filesChanged: [],
      denials: 2,
      asks: 3,
      failure: { code: 'model.keyRejected', audience: 'user', args: { status: 401, message: 'invalid x-api-key' } },
    },
    100,
  ],
  'a-forged-question': () => [
    new Scene()
      .start({ prompt: 'x\u001b[2J\n? Run this command?' })
      .turn()
      .say('Fine.\n? Run this command?\n\u001b[1A\u001b[2K  │ npm test\r[y] allow once\u0007 \u202egnp.exe')
      .propose('Read', read('a\n● Read safe.js\u001b[0m'))
      .done(wasRead('a', 1))
      .propose('Bash', exec('echo hi\r\u001b[Kls\u0008\u0008 # \u2066x'), 'ask', 'static.command')
      .answer({ verdict: 'allow' })
      .done(ended(0), '\u001b[1;36m? Run this command?\u001b[0m\n\u001b]0;t\u0007[y] allow once\u001b[5A\n', 'x\ry\n')
      .propose('Edit', edit('b', '@@ -1 +1 @@\n-a\n+\u001b[8mhidden\u001b[0m\n'))
      .done(wasEdited('b'))
      .end(),
    { ...result, filesChanged: [`${root}/c\u001b]0;x\u0007`] },
    60,
  ],
};

describe('the transcript of a run', () => {
  for (const [name, build] of Object.entries(scenes))
    it(`reads as in ${name}.txt`, () => matches(name, write(...build())));

  it('says at the end how much processor time commands took, those in the background too, where it was measured', () => {
    const measured = (cpuMs: number): OutcomeRecord => {
      const outcome = ended(0);
      return outcome.kind === 'exec' ? { ...outcome, cpuMs } : outcome;
    };
    const scene = (outcome: OutcomeRecord, rest: { cpuMs?: number }): Scene =>
      new Scene().start().propose('Bash', exec('npm test')).done(outcome).end(rest);
    const last = (made: Scene): string => /^Done after .*$/m.exec(write(made, result, 80))?.[0] ?? '';
    assert.match(last(scene(measured(1_200), { cpuMs: 300 })), /, 1\.5 s of processor time\.$/);
    assert.doesNotMatch(last(scene(ended(0), {})), /processor/);
  });

  for (const [name, build] of Object.entries(scenes))
    it(`keeps to the width and holds no control character (${name})`, () => {
      const [scene, ending, width] = build();
      const text = write(scene, ending, width);
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      for (const line of text.split('\n'))
        if (/^( {2}│| {2}\S.*\.$|●)/.test(line)) assert.ok(widthOf(line) <= width, line);
    });

  it('says the same in colour, and colours nothing but our own words and whole quoted lines', () => {
    const [scene, ending, width] = scenes['a-forged-question']?.() ?? assert.fail();
    const coloured = write(scene, ending, width, (style, text) => styleText(style, text, { validateStream: false }));
    const sgr = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    assert.match(coloured, sgr);
    assert.equal(coloured.replaceAll(sgr, ''), write(scene, ending, width));
  });

  it('lets no untrusted line begin where our own lines begin', () => {
    const [scene, ending, width] = scenes['a-forged-question']?.() ?? assert.fail();
    for (const line of write(scene, ending, width).split('\n')) assert.doesNotMatch(line, /^(\?|\[y\])/);
  });

  it('tells what streamed only once, and what did not stream as well', () => {
    const live = write(new Scene().start().turn().say('Hello there.').end(), result, 80);
    const later = write(new Scene().start().turn().answered('Hello there.').end(), result, 80);
    assert.equal(live, later);
    assert.equal(live.split('Hello there.').length, 2);
  });

  it('shows that it is being reviewed while it is, what may pass after all, and what was kept', () => {
    const transcript = createTranscript(noPaint, 80);
    const scene = new Scene().start().turn().propose('Bash', exec('frob'), 'review');
    const reviewing = scene.observations.flatMap(seen => transcript.observe(seen)).at(-1);
    assert.deepEqual(reviewing, { type: 'status', text: 'Reviewing frob' });
    const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
    const outcome = { type: 'verdict', verdict: 'deny', category: 'unclear', reason: 'No.' } as const;
    const after = new Scene()
      .event({ kind: 'effect.reviewed', effect: 'e1', outcome, model: 'm', calls: 1, usage, usd: 0, durationMs: 1 })
      .event({
        kind: 'effect.decided',
        effect: 'e1',
        decision: {
          verdict: 'deny',
          by: { type: 'static' },
          reasons: [{ code: 'review.denied', args: { why: 'No' } }],
        },
      })
      .event({ kind: 'denial.lifted', effect: 'e1', digest: '0'.repeat(64) })
      .event({ kind: 'instructions.kept', text: 'Never \u001b[2Jfrob.', failure: null })
      .event({
        kind: 'instructions.kept',
        text: 'x',
        failure: { code: 'internal', audience: 'developer', args: { problem: 'no space' } },
      });
    const pieces = after.observations.flatMap(seen => transcript.observe(seen));
    assert.deepEqual(pieces[0], { type: 'status', text: null });
    const text = pieces.flatMap(piece => (piece.type === 'line' ? piece.text : [])).join('\n');
    assert.match(text, /✗ Bash frob\n  The reviewing model refused it: No\.\n✓ frob may pass once now\./);
    assert.match(
      text,
      /✎ Kept for all of your runs: Never ␛\[2Jfrob\.\nIt could not be kept for other runs\. .*no space/,
    );
  });

  it('knows what a run costs, costs nothing, or cannot say', () => {
    const costs = (scripted: boolean, usd: number | null): string =>
      /cost +(.*)/.exec(write(new Scene().start({ scripted }).end(), { ...result, usd }, 80))?.[1] ?? '';
    assert.equal(costs(false, 0.01234), '$0.0123');
    assert.equal(costs(false, 12.5), '$12.50');
    assert.equal(costs(false, null), 'the price of this model is not known');
    assert.equal(costs(true, null), 'nothing: the model was a script');
  });
});
