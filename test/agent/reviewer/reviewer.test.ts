import assert from 'node:assert/strict';
import { diffFile } from '../../../src/agent/reviewer/diff.ts';
import { maxPortions, portionsOf } from '../../../src/agent/reviewer/portions.ts';
import { type DiffReviewerDeps, readDiff } from '../../../src/agent/reviewer/reviewer.ts';
import type { Model } from '../../../src/ports/model.ts';
import { failures, GatehouseError } from '../../../src/protocol/failure.ts';
import { handClock } from '../../support/fakes.ts';
import { file, noMasker, reportingModel } from './support.ts';

const never = new AbortController().signal;
const found = {
  file: 'src/a.ts',
  line: 1,
  severity: 'blocking',
  category: 'defect',
  evidence: 'const b = 2;',
  sentence: 'It is two.',
};
const diff = [file('src/a.ts', 'const a = 1;\n', 'const b = 2;\n')];

const read = (model: Model | null, more: Partial<DiffReviewerDeps> = {}, files = diff) =>
  readDiff(
    files,
    { task: 'Make it two', checks: [] },
    { model, modelName: 'm', clock: handClock(), masker: noMasker, word: 'WORD', ...more },
    never,
  );

describe('the reviewer of a diff', () => {
  it('is told the task and the numbered diff, and its findings come back with what they cost', async () => {
    const model = reportingModel(() => ({ findings: [found] }));
    const { findings, ...rest } = await read(model);
    assert.deepEqual(rest, {
      outcome: { type: 'read' },
      unread: [],
      model: 'm',
      calls: 1,
      usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
      usd: 0.5,
    });
    const [first] = findings;
    assert.deepEqual(findings, [{ ...found, id: first?.id, by: 'model' }]);
    assert.match(first?.id ?? '', /^[0-9a-f]{12}$/);
    const [request] = model.asked;
    assert.equal(request?.mustCall, 'ReportFindings');
    const said = JSON.stringify(request?.messages);
    assert.ok(said.includes('<task-WORD>\\nMake it two'), said);
    assert.ok(said.includes('      -const a = 1;\\n    1 +const b = 2;'), said);
  });

  it('is masked from secrets, and so is the list of files', async () => {
    const model = reportingModel(() => ({ findings: [] }));
    await read(model, { masker: { mask: text => ({ text: text.replaceAll('hush', '[secret]'), count: 1 }) } }, [
      file('hush.ts', '', 'hush\n'),
    ]);
    assert.ok(!JSON.stringify(model.asked).includes('hush'));
  });

  const answers: Record<string, unknown> = {
    'in prose': 'Looks good to me, no findings.',
    'with another shape': { verdict: 'fine' },
    'about a file that it was not shown': { findings: [{ ...found, file: 'src/other.ts' }] },
    'with a severity of its own': { findings: [{ ...found, severity: 'catastrophic' }] },
  };
  for (const [name, answer] of Object.entries(answers))
    it(`gives no verdict where it answers ${name}`, async () => {
      const { outcome, unread, findings } = await read(reportingModel(() => answer));
      assert.deepEqual(outcome, { type: 'none', why: 'unreadable', problem: '' });
      assert.deepEqual([unread, findings], [['src/a.ts'], []]);
    });

  it('gives no verdict where it is down, and says so', async () => {
    const down: Model = {
      respond: async () => {
        throw new GatehouseError(failures.modelUnreachable({ attempts: 2, problem: 'overloaded' }));
      },
    };
    const { outcome } = await read(down);
    assert.deepEqual(outcome, { type: 'none', why: 'down', problem: 'model.unreachable: overloaded' });
  });

  it('gives no verdict where it takes too long', async () => {
    const clock = handClock();
    const silent: Model = {
      respond: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
          queueMicrotask(() => clock.advance(1_000));
        }),
    };
    const { outcome } = await read(silent, { clock, timeMs: 1_000 });
    assert.deepEqual(outcome, { type: 'none', why: 'slow', problem: '' });
  });

  it('does not block on what it cannot quote', async () => {
    const { findings } = await read(reportingModel(() => ({ findings: [{ ...found, evidence: 'rm -rf /' }] })));
    assert.equal(findings[0]?.severity, 'warning');
  });

  it('is not asked where there is no model, and nothing is said to be read', async () => {
    const { outcome, model, calls } = await read(null);
    assert.deepEqual([outcome, model, calls], [{ type: 'static' }, null, 0]);
  });

  it('keeps what other portions found where one was not read', async () => {
    const files = ['a', 'b'].map(name => file(`${name}.ts`, '', `const ${name} = '${'x'.repeat(200)}';\n`));
    const model = reportingModel(text =>
      text.includes('const a') ? { findings: [{ ...found, file: 'a.ts', evidence: '' }] } : 'no',
    );
    const { outcome, findings, unread, calls } = await read(model, { portionChars: 300 }, files);
    assert.equal(calls, 2);
    assert.equal(outcome.type, 'none');
    assert.deepEqual([findings.length, unread], [1, ['b.ts']]);
  });
});

describe('the portions of a diff', () => {
  const lines = (name: string, count: number): string =>
    Array.from({ length: count }, (_, line) => `${name} ${line}`).join('\n');

  it('hold all of a diff, hunk by hunk, each within its size', () => {
    const files = ['a', 'b', 'c'].map(name => file(`${name}.ts`, '', `${lines(name, 20)}\n`));
    const { portions, tooLong } = portionsOf(files, 700);
    assert.deepEqual(tooLong, []);
    assert.ok(portions.length > 1);
    for (const { text } of portions) assert.ok(text.length <= 700);
    const all = portions.map(({ text }) => text).join('');
    for (const name of ['a', 'b', 'c']) assert.ok(all.includes(`+${name} 19`));
  });

  it('say which files do not fit', () => {
    const { portions, tooLong } = portionsOf([file('big.ts', '', lines('x', 500)), file('a.ts', '', 'a\n')], 300);
    assert.deepEqual(tooLong, ['big.ts']);
    assert.deepEqual(
      portions.flatMap(({ files }) => files),
      ['a.ts'],
    );
    const many = Array.from({ length: maxPortions + 2 }, (_, at) => file(`${at}.ts`, '', `${'x'.repeat(200)}\n`));
    assert.equal(portionsOf(many, 300).tooLong.length, 2);
  });

  it('have nothing of what is no text, and of what only came to be', () => {
    const { portions, tooLong } = portionsOf([diffFile('logo.png', undefined, undefined), file('empty', null, '')]);
    assert.deepEqual([portions, tooLong], [[], []]);
  });
});
