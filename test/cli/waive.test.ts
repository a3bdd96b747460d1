import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { emptySummary, fold } from '../../src/journal/fold.ts';
import { readJournal } from '../../src/journal/read.ts';
import { countFindings, reviewsOf } from '../../src/journal/report/reviews.ts';
import type { ReviewFinding } from '../../src/protocol/diffReview.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { started, usage } from '../webview/events.ts';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

const finding = (id: string, severity: ReviewFinding['severity']): ReviewFinding => ({
  id,
  file: 'a.ts',
  line: 1,
  severity,
  category: 'defect',
  evidence: 'bad',
  sentence: `It is ${id}.`,
  by: 'model',
});
const found = [finding('aa11aa11', 'blocking'), finding('aa11bb22', 'warning'), finding('bb33', 'note')];
const reviewed: EventBody[] = [
  {
    kind: 'review.finished',
    review: 'v1',
    outcome: { type: 'read' },
    findings: found,
    unread: [],
    model: 'm',
    calls: 1,
    usage,
    usd: null,
    durationMs: 1,
  },
  { kind: 'finding.fixed', finding: 'bb33', review: 'v1' },
  { kind: 'run.ended', status: 'failed', exitCode: 1, failure: null, survivors: [] },
];

describe('gatehouse waive', () => {
  let shell: Shell;
  let run: string;
  beforeEach(async () => {
    shell = new Shell();
    run = await shell.pastRun(id => [{ ...started, run: id, workspace: shell.folder }, ...reviewed]);
  });
  afterEach(() => shell.dispose());

  const reviews = async () => reviewsOf((await readJournal(await shell.home(), run)).events);
  const answering = async (answer: string) => {
    const keys = new PassThrough();
    const said = shell.atTerminal(['waive', run, 'aa11a', '--reason', 'Meant so'], keys);
    await until(() => shell.stderr.text.includes('[y/n]'));
    keys.write(`${answer}\n`);
    return said;
  };

  it('asks at a terminal, and writes down who said yes, where and why', async () => {
    const no = await answering('n');
    assert.deepEqual([no.code, countFindings(await reviews())?.blocking.open], [1, 1]);
    const yes = await answering('y');
    assert.equal(yes.code, 0, yes.err);
    const [first] = (await reviews()).findings;
    assert.deepEqual([first?.state, first?.reason, first?.waived?.surface], ['waived', 'Meant so', 'terminal']);
    assert.ok(first?.waived?.user, 'who was logged in');
  });

  it('counts findings by severity and by what became of them', async () => {
    await shell.run(['waive', run, 'aa11a', '--reason', 'Meant so', '--yes']);
    assert.deepEqual(countFindings(await reviews()), {
      blocking: { open: 0, fixed: 0, waived: 1 },
      warning: { open: 1, fixed: 0, waived: 0 },
      note: { open: 0, fixed: 1, waived: 0 },
    });
    assert.equal(countFindings(reviewsOf([])), null);
  });

  it('takes several at once, and no beginning that fits more than one, nor what is settled', async () => {
    const more = ['--reason', 'Meant so', '--yes'];
    for (const [id, said] of [
      ['aa11', /More than one open finding begins with aa11/],
      ['bb33', /is fixed already/],
    ] as const) {
      const { code, err } = await shell.run(['waive', run, 'aa11a', id, ...more]);
      assert.equal(code, 2);
      assert.match(err, said);
    }
    assert.equal(countFindings(await reviews())?.blocking.open, 1, 'none was waived');
    const { code, out } = await shell.run(['waive', run, 'aa11a', 'aa11bb22', ...more, '--output', 'json']);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { run, waived: ['aa11aa11', 'aa11bb22'], reason: 'Meant so', stillBlocking: 0 });
    assert.match((await shell.run(['waive', run])).out, /has left nothing open/);
  });

  it('does not count how long the run lay before it was waived', async () => {
    const hourAgo = Date.now() - 3_600_000;
    run = await shell.pastRun(id => [{ ...started, run: id, workspace: shell.folder }, ...reviewed], hourAgo);
    assert.equal((await shell.run(['waive', run, 'aa11a', '--reason', 'Meant so', '--yes'])).code, 0);
    const { events } = await readJournal(await shell.home(), run);
    assert.equal(events.reduce(fold, emptySummary).activeMs, 0);
  });

  it('takes no beginning of an id that is shorter than four characters, also where one finding alone is open', async () => {
    const more = ['--reason', 'Meant so', '--yes'];
    assert.equal((await shell.run(['waive', run, 'aa11bb22', ...more])).code, 0);
    for (const id of ['', 'a', 'aa1']) {
      const { code, err } = await shell.run(['waive', run, id, ...more]);
      assert.equal(code, 2, id);
      assert.match(err, /too little of a finding's id/);
    }
    assert.equal(countFindings(await reviews())?.blocking.open, 1);
  });

  it('says that resume goes on where it does, and not of a run that is done', async () => {
    const waiveAll = async (status: 'failed' | 'done') => {
      const ended: EventBody[] = reviewed.map(event => (event.kind === 'run.ended' ? { ...event, status } : event));
      run = await shell.pastRun(id => [{ ...started, run: id, workspace: shell.folder }, ...ended]);
      return (await shell.run(['waive', run, 'aa11a', '--reason', 'Meant so', '--yes'])).out;
    };
    assert.match(await waiveAll('failed'), /resume .* goes on to its end/);
    assert.doesNotMatch(await waiveAll('done'), /resume/);
  });
});
