import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../src/agent/run.ts';
import { composeResume, composeRun } from '../../src/hosts/compose.ts';
import { instructionsFile } from '../../src/hosts/instructions.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import type { Approver, DenialsQuestion } from '../../src/ports/approver.ts';
import type { DenialsAnswer } from '../../src/protocol/denials.ts';
import type { EventKind, EventOf, Live, RunEvent } from '../../src/protocol/event.ts';

/** Tries three programs that nobody knows, which the reviewing model refuses. */
const frobs = ['one', 'two', 'three'].map(name => ({ calls: [bash(`frob ${name}`)] }));
const refuseAll = [{ match: 'frob', verdict: 'deny', reason: 'Not asked for.' }];

function bash(command: string) {
  return { tool: 'Bash', input: { command } };
}

describe('a run whose actions are refused', () => {
  let base: string;
  let server: RehearsalServer;
  let home: Home;

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-pause-')));
    mkdirSync(join(base, 'workspace'));
    home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
  });
  afterEach(async () => {
    await server.close();
    rmSync(base, { recursive: true, force: true });
  });

  function setup(approver: Partial<Approver>) {
    return {
      home,
      approver: { ask: async () => null, ...approver },
      editor: null,
      endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url } as const,
      env: { PATH: process.env['PATH'] ?? '' },
      version: '0.0.0',
    };
  }

  async function start(turns: unknown[], approver: Partial<Approver>, review: unknown[] = refuseAll): Promise<Run> {
    server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns, review }), 'play'), record: true });
    return composeRun({ ...setup(approver), prompt: 'Go.', workspace: join(base, 'workspace'), mode: 'auto' });
  }

  const of = <K extends EventKind>(run: Run, kind: K): EventOf<K>[] =>
    run.events().filter((event: RunEvent): event is EventOf<K> => event.kind === kind);
  const decisions = (run: Run): string[] =>
    of(run, 'effect.decided').flatMap(({ decision }) =>
      decision.verdict === 'review' ? [] : [`${decision.verdict} ${decision.reasons[0]?.code}`],
    );

  it('waits for the person after three in a row, and goes on as they say', async () => {
    const asked: DenialsQuestion[] = [];
    const run = await start(
      [...frobs, { calls: [bash('frob two')] }, { calls: [bash('frob  one')] }, { say: 'Done.' }],
      {
        async askDenials(question): Promise<DenialsAnswer> {
          asked.push(question);
          return { allow: question.items.slice(1, 2).map(({ effect }) => effect), why: 'No more frobbing.' };
        },
      },
    );
    const result = await run.result;
    assert.equal(result.status, 'done');
    assert.deepEqual(
      asked[0]?.items.map(({ value }) => value.kind === 'exec' && value.command),
      ['frob one', 'frob two', 'frob three'],
    );
    assert.equal(asked.length, 1);
    assert.deepEqual(decisions(run), [
      'deny review.denied',
      'deny review.denied',
      'deny review.denied',
      'allow person.allowed',
      'deny denied.before',
    ]);
    const told = of(run, 'context.added').at(-1)?.text ?? '';
    assert.match(
      told,
      /They allow each of these once\..*\n- frob two\nStill refused, in whatever spelling:\n- frob one\n- frob three\nThe person says: No more frobbing\./,
    );
    const refusals = of(run, 'tool.answered').filter(({ isError }) => isError);
    assert.match(
      refusals[0]?.text ?? '',
      /rule review\.denied: Not asked for\..* safer way .* do not try the same thing by another route/,
    );
  });

  it('ends as waiting where nobody is there, in the middle of a turn, and goes on once the person said something', async () => {
    const together = { calls: [...frobs.flatMap(({ calls }) => calls), bash('frob four')] };
    const run = await start([together, { say: 'Done.' }], {});
    const result = await run.result;
    assert.deepEqual([result.status, result.exitCode, result.failure?.code], ['waiting', 4, 'run.refusals']);
    assert.equal(of(run, 'effect.proposed').length, 3);

    const silent = await composeResume({ ...setup({}), run: run.id, doubter: { decide: async () => null } });
    assert.equal((await silent.result).status, 'waiting');
    assert.equal(of(silent, 'effect.proposed').length, 3);

    const resumed = await composeResume({
      ...setup({}),
      run: run.id,
      words: 'Go on.',
      doubter: { decide: async () => null },
    });
    const last = await resumed.result;
    assert.equal(last.status, 'done', JSON.stringify(last.failure));
    assert.equal(of(resumed, 'effect.proposed').length, 4);
  });

  it('lets nothing pass that a floor or a rule refused, whatever the answer', async () => {
    const turns = ['rm -rf /', 'rm -rf ~', 'rm -rf "$HOME"'].map(command => ({ calls: [bash(command)] }));
    const run = await start([...turns, { say: 'Done.' }], {
      askDenials: async ({ items }) => ({ allow: items.map(({ effect }) => effect) }),
    });
    assert.equal((await run.result).status, 'done');
    assert.equal(of(run, 'denials.asked').length, 1);
    assert.deepEqual(of(run, 'denials.asked')[0]?.askable, []);
    assert.equal(of(run, 'denial.lifted').length, 0);
    assert.match(of(run, 'context.added').at(-1)?.text ?? '', /Still refused, in whatever spelling:\n- rm -rf \//);
    const [first] = of(run, 'effect.proposed');
    assert.equal(run.send({ type: 'allowDenied', effect: first?.effect ?? '' }), 'late');
  });

  it('takes the answer from whoever holds the nonce, and from nobody else', async () => {
    const run = await start([...frobs, { say: 'Done.' }], {
      askDenials: (_question, signal) =>
        new Promise(resolve => signal.addEventListener('abort', () => resolve(null), { once: true })),
    });
    const shown = await new Promise<Extract<Live, { type: 'denials' }>>(resolve => {
      run.observe(seen => {
        if (seen.type === 'live' && seen.live.type === 'denials') resolve(seen.live);
      });
    });
    const { question, nonce } = shown;
    const answer: DenialsAnswer = { allow: [] };
    assert.equal(run.send({ type: 'answerDenials', question, nonce: 'guessed', answer }), 'refused');
    assert.equal(run.send({ type: 'answer', question, nonce, answer: { verdict: 'allow' } }), 'refused');
    assert.equal(run.send({ type: 'answerDenials', question, nonce, answer }), 'taken');
    assert.equal(run.send({ type: 'answerDenials', question, nonce, answer }), 'late');
    assert.equal((await run.result).status, 'done');
  });

  it('lets one of them pass when the person says so later, and tells the model', async () => {
    const run = await start(
      [{ calls: [bash('frob one')] }, { calls: [bash('sleep 1')] }, { calls: [bash('frob one')] }, { say: 'Done.' }],
      {},
    );
    const refused = await new Promise<string>(resolve => {
      run.observe(seen => {
        if (seen.type === 'event' && seen.event.kind === 'effect.decided' && seen.event.decision.verdict === 'deny')
          resolve(seen.event.effect);
      });
    });
    assert.equal(run.send({ type: 'allowDenied', effect: 'no-such-effect' }), 'refused');
    assert.equal(run.send({ type: 'allowDenied', effect: refused }), 'taken');
    assert.equal((await run.result).status, 'done');
    assert.equal(decisions(run).at(-1), 'allow person.allowed');
    assert.equal(of(run, 'denial.used').length, 1);
    assert.match(of(run, 'context.added').at(-1)?.text ?? '', /allow each of these once[^]*- frob one/);
  });

  it('keeps a sentence for all runs, without secrets, and tells the next run and its reviewer', async () => {
    const token = ['sk', 'ant', 'api03', 'x'.repeat(40)].join('-');
    const keep = { verdict: 'deny', why: `Never frob.\nNot with ${token} either.`, keep: true } as const;
    const first = await start(
      [{ calls: [bash('frob one')] }, { say: 'Done.' }],
      { ask: async () => ({ answer: keep, surface: 'test' }) },
      [{ verdict: 'ask', reason: 'Unclear.' }],
    );
    await first.result;
    const kept = readFileSync(instructionsFile(home), 'utf8');
    assert.match(kept, /^- Never frob\. Not with \[secret:[^\]]+\] either\.\n$/);
    assert.equal(of(first, 'instructions.kept')[0]?.failure, null);
    await server.close();

    writeFileSync(instructionsFile(home), `Always be brief.\n${kept}`);
    const second = await start([{ calls: [bash('frob one')] }, { say: 'Done.' }], {});
    await second.result;
    const bodies = server.requests().map(({ body }) => body);
    const [asWork, asReview] = [bodies[0], bodies.find(body => body.includes('"Verdict"'))];
    for (const body of [asWork, asReview]) assert.match(body ?? '', /Always be brief\.\\n- Never frob\./);
  });
});
