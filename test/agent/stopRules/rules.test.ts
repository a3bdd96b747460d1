import assert from 'node:assert/strict';
import { failingTests } from '../../../src/agent/stopRules/failingTests.ts';
import { createStopping, firstFinding, type RuleSettings } from '../../../src/agent/stopRules/stopping.ts';
import { createStory } from '../../../src/agent/stopRules/telling.ts';
import { isTestRun } from '../../../src/agent/stopRules/testCommand.ts';
import type { Category } from '../../../src/protocol/assessment.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import type { RuleFinding } from '../../../src/protocol/stopRule.ts';
import { memoryJournal, uncontained } from '../../support/fakes.ts';
import { answered, digest, exec, execDone, harmless } from '../../webview/events.ts';

/** Writes a run as its journal would, a turn at a time. */
class Tale {
  readonly events: RunEvent[] = [];
  #turn = 0;
  #call = 0;

  constructor(prompt = 'Mend it.') {
    this.add({
      kind: 'run.started',
      run: 'r',
      gatehouse: '0',
      workspace: '/w',
      prompt,
      mode: 'auto',
      model: 'm',
      scripted: true,
      limits: {},
      systemDigest: digest,
    });
  }

  add(body: EventBody): this {
    const event = { v: 1, seq: this.events.length, at: 0, prev: digest, hash: digest, ...body } as RunEvent;
    this.events.push(event);
    return this;
  }

  #turned(tool: string, input: Record<string, unknown>, text = ''): string {
    this.#turn += 1;
    this.#call += 1;
    const id = `c${this.#call}`;
    this.add({ kind: 'turn.started', turn: this.#turn });
    const words = text === '' ? [] : [{ type: 'text' as const, text }];
    this.add(answered(this.#turn, ...words, { type: 'tool_use', id, name: tool, input }));
    return id;
  }

  #result(call: string, tool: string, text: string): this {
    return this.add({ kind: 'tool.answered', call, tool, text, isError: false, masked: 0 });
  }

  reads(path: string, text = 'what it holds'): this {
    return this.#result(this.#turned('Read', { file_path: path }), 'Read', text);
  }

  edits(path: string, categories: Category[] = [], words = ''): this {
    const call = this.#turned('Edit', { file_path: path, nth: this.#call }, words);
    const next = { sha256: digest, bytes: 1 };
    const value = { kind: 'edit' as const, path: `/w/${path}`, base: null, next, patch: '', added: 1, removed: 0 };
    this.add({ kind: 'effect.proposed', effect: call, call, tool: 'Edit', value, digest });
    const assessment = { ...harmless, categories };
    this.add({ kind: 'effect.assessed', effect: call, assessment, terms: uncontained });
    const decision = { verdict: 'allow' as const, by: { type: 'static' as const }, reasons: [] };
    this.add({ kind: 'effect.decided', effect: call, decision });
    this.add({
      kind: 'effect.done',
      effect: call,
      outcome: { kind: 'edit', path: `/w/${path}`, file: next },
      durationMs: 1,
    });
    return this.#result(call, 'Edit', 'Edited.');
  }

  tests(output: string, exitCode = 1, command = 'npm test'): this {
    const call = this.#turned('Bash', { command });
    this.add({ kind: 'effect.proposed', effect: call, call, tool: 'Bash', value: exec(command), digest });
    const assessment = { ...harmless, parts: [{ program: 'npm', text: command, from: null }] };
    this.add({ kind: 'effect.assessed', effect: call, assessment, terms: uncontained });
    this.add(execDone(call, exitCode));
    return this.#result(call, 'Bash', output);
  }

  refused(code: string): this {
    const call = this.#turned('Bash', { command: `curl ${this.#call}` });
    const decision = { verdict: 'deny' as const, by: { type: 'static' as const }, reasons: [{ code, args: {} }] };
    this.add({ kind: 'effect.decided', effect: call, decision });
    return this.#result(call, 'Bash', `Refused (${this.#call}).`);
  }

  found(settings: RuleSettings = {}): RuleFinding | null {
    const told = createStory();
    for (const event of this.events) told.apply(event);
    return firstFinding(told.story(), settings);
  }

  rule(): string | null {
    return this.found()?.rule ?? null;
  }

  /** What the evidence consists of. */
  evidence(): string[] {
    return (this.found()?.evidence ?? []).map(seq => this.events[seq]?.kind ?? 'none');
  }
}

const failed = 'ok 1 - adds\nnot ok 2 - carries (3.2ms)\n# fail 1\n';

describe('the same tests failing', () => {
  it('know what was spoken of before a change, and not what is said of it afterwards', () => {
    const tale = new Tale('Mend ci.yml.')
      .edits('a/ci.yml')
      .edits('b/other.yml')
      .edits('c/third.yml', [], 'On to third.yml');
    tale.reads('x', 'y').edits('quiet.yml', [], 'I had to change other.yml');
    const told = createStory();
    for (const event of tale.events) told.apply(event);
    assert.deepEqual(
      told.story().changes.map(({ explained }) => explained()),
      [true, false, true, false],
    );
  });

  const thrice = (): Tale =>
    new Tale().tests(failed).edits('a.js').tests(failed.replace('3.2', '9.1')).edits('a.js').tests(failed);

  it('ends a run at the third time, with changes in between', () => {
    assert.equal(new Tale().tests(failed).edits('a.js').tests(failed).rule(), null);
    const found = thrice().found();
    assert.deepEqual([found?.rule, found?.args], ['sameFailure', { times: 3, command: 'npm test' }]);
    assert.deepEqual(thrice().evidence(), ['effect.done', 'effect.done', 'effect.done']);
  });

  it('is none where other tests fail, or nothing was changed', () => {
    const other = failed.replace('carries', 'borrows');
    assert.equal(new Tale().tests(failed).edits('a.js').tests(other).edits('a.js').tests(failed).rule(), null);
    assert.equal(new Tale().tests(failed).tests(`${failed}x`).edits('a.js').tests(failed).rule(), null);
  });

  it('is over when they pass, and when the person was heard', () => {
    assert.equal(thrice().edits('a.js').tests('ok', 0).rule(), null);
    assert.equal(thrice().add({ kind: 'person.said', text: 'Go on.' }).rule(), null);
  });

  it('knows how runners name a test, whatever its line or time', () => {
    const rows: [string, string][] = [
      ['not ok 3 - adds', 'not ok 9 - adds'],
      ['  1) the cart adds:\n at a.js:3', '  1) the cart adds:\n at a.js:77'],
      ['FAILED test/cart.py::adds - assert 1', 'FAILED test/cart.py::adds - assert 2'],
      ['--- FAIL: TestAdds (0.00s)', '--- FAIL: TestAdds (0.31s)'],
      ['test cart::adds ... FAILED', 'test cart::adds ... FAILED\nmore'],
      [' ✕ adds (3 ms)', ' ✕ adds (8 ms)'],
      ['something broke at 12:01', 'something broke at 12:09'],
    ];
    for (const [one, two] of rows) assert.equal(failingTests(one), failingTests(two), one);
    assert.notEqual(failingTests('not ok 1 - adds'), failingTests('not ok 1 - carries'));
  });
});

describe('a test run', () => {
  it('is known by the words of its program, in common tools', () => {
    const runs = [
      'npm test',
      'npm run test:unit',
      'yarn test',
      'pnpm -r test',
      'npx vitest run',
      'mocha --exit',
      'node --test test/',
      'python -m pytest -q',
      'go test ./...',
      'cargo test',
      './gradlew :app:test',
      'mvn -q verify',
      'make -j2 test',
      'dotnet test',
    ];
    for (const text of runs) assert.equal(isTestRun([{ text }]), true, text);
    const others = ['npm install', 'ls test', 'cat test.js', 'go build', 'git checkout test', 'node test.js', 'make'];
    for (const text of others) assert.equal(isTestRun([{ text }]), false, text);
  });
});

describe('the same call', () => {
  it('ends a run when it was made four times and gave the same', () => {
    const tale = new Tale().reads('a').reads('a').reads('a');
    assert.equal(tale.rule(), null);
    const found = tale.reads('a').found();
    assert.deepEqual([found?.rule, found?.args], ['sameCall', { times: 4, tool: 'Read' }]);
    assert.deepEqual(tale.evidence(), Array(4).fill('tool.answered'));
  });

  it('is none where its result differs, but for checkpoints and times', () => {
    const differs = new Tale().reads('a', '1').reads('a', '2').reads('a', '3').reads('a', '4');
    assert.equal(differs.rule(), null);
    const alike = ['in 3 ms [checkpoint 1]', 'in 4 ms [checkpoint 2]', 'in 5 ms', 'in 1.5s'];
    assert.equal(alike.reduce((tale, text) => tale.reads('a', text), new Tale()).rule(), 'sameCall');
  });

  it('is tests that are run again and again and come to the same, whatever they print', () => {
    const tap = (ms: string, at: string): string => `ok 1 - adds\n  duration_ms: ${ms}\nnot ok 2 - carries\n  ${at}`;
    const runs = ['506.40', '498.001', '512.2', '7'].map((ms, nth) => tap(ms, `/tmp/x-${nth}/a.js:3 ran ${nth} of 9`));
    const failing = runs.reduce((tale, text) => tale.tests(text), new Tale());
    assert.equal(failing.rule(), 'sameCall');
    assert.equal(runs.reduce((tale, text) => tale.tests(text, 0), new Tale()).rule(), 'sameCall');
    const codes = runs.reduce((tale, text, nth) => tale.tests(text, nth + 1), new Tale());
    assert.equal(codes.rule(), null);
    const others = runs.reduce(
      (tale, text, nth) => tale.tests(text.replace('carries', `${'c'.repeat(nth)}`)),
      new Tale(),
    );
    assert.equal(others.rule(), null);
    const mended = runs.reduce((tale, text) => tale.tests(text, 0).edits('a.js'), new Tale());
    assert.equal(mended.rule(), null, 'something was changed in between');
  });

  it('is none where it tells how far something has come', () => {
    const same = (...texts: string[]): string | null =>
      texts.reduce((tale, text) => tale.reads('a', text), new Tale()).rule();
    assert.equal(same('12.5 %', '25.0 %', '50.35 %', '99.9 %'), null);
    assert.equal(same('3 of 9', '4 of 9', '5 of 9', '6 of 9'), null);
    const at = [1, 2, 3, 4].map(nth => `at 2026-11-20T15:2${nth}:31.${nth}Z in /tmp/run-${nth}a/x, load 0.${nth}`);
    assert.equal(same(...at), 'sameCall');
    const said = [1, 2, 3, 4].map(nth => `Fri Nov 20 15:23:3${nth} UTC 2026 /var/folders/${nth}/T/x took 1.${nth}s`);
    assert.equal(same(...said), 'sameCall');
  });

  it('may be two that take turns', () => {
    const tale = new Tale();
    for (let round = 0; round < 3; round += 1) tale.reads('a').reads('b');
    assert.equal(tale.rule(), 'sameCall');
  });
});

describe('other stop rules', () => {
  it('end a run that changes nothing, but not one that is only to plan', () => {
    const tale = new Tale();
    for (let turn = 0; turn < 41; turn += 1) tale.reads(`f${turn}`);
    assert.equal(tale.rule(), 'noChange');
    assert.equal(tale.edits('a.md').rule(), null);
    const plan = new Tale();
    plan.events[0] = { ...plan.events[0], mode: 'plan' } as RunEvent;
    for (let turn = 0; turn < 41; turn += 1) plan.reads(`f${turn}`);
    assert.equal(plan.rule(), null);
  });

  it('do not count the turns in which a run may change nothing', () => {
    const reading = (tale: Tale): Tale => {
      for (let turn = 0; turn < 45; turn += 1) tale.reads(`f${turn}`);
      return tale;
    };
    const begun = (agent: 'planner' | 'executor'): EventBody => ({ kind: 'agent.begun', agent, systemDigest: digest });
    const planner = reading(new Tale().add(begun('planner')));
    assert.equal(planner.rule(), null);
    assert.equal(planner.add(begun('executor')).reads('a').rule(), null);
    assert.equal(reading(planner).rule(), 'noChange');
    const switched = new Tale().add({ kind: 'mode.changed', mode: 'plan', by: 'panel' });
    assert.equal(reading(switched).add({ kind: 'mode.changed', mode: 'auto', by: 'panel' }).reads('a').rule(), null);
  });

  it('count edits as tested by what ran after one, not by a look beforehand', () => {
    const edited = (tale: Tale): Tale => {
      for (let nth = 0; nth < 20; nth += 1) tale.edits(`f${nth}.js`);
      return tale;
    };
    const baseline: EventBody = {
      kind: 'acceptance.checked',
      when: 'baseline',
      results: [{ command: 'npm test', exitCode: 1, passed: false }],
    };
    assert.equal(edited(new Tale().tests(failed).add(baseline)).rule(), 'untested');
    assert.equal(edited(new Tale().edits('a.js').tests(failed)).rule(), null);
  });

  it('end a run whose repository orders what it forbids', () => {
    const wishes = (code: string): Tale =>
      new Tale().add({ kind: 'wishes.read', files: [], conflicts: [{ code, line: 0, excerpt: 'an order: x' }] });
    assert.deepEqual([wishes('contradiction').rule(), wishes('conflict').rule()], ['conflict', null]);
    assert.deepEqual(wishes('contradiction').evidence(), ['wishes.read']);
  });

  it('end a run that follows the orders of others', () => {
    const flagged: EventBody = { kind: 'result.flagged', call: 'c', effect: null, source: 'README.md', marks: [] };
    const tale = new Tale().add(flagged).refused('run.tainted');
    assert.equal(tale.rule(), null);
    assert.equal(tale.refused('run.tainted').rule(), 'unsafe');
    assert.deepEqual(tale.evidence(), ['result.flagged', 'effect.decided', 'effect.decided']);
    assert.equal(new Tale().add(flagged).refused('mode.ask').refused('mode.ask').rule(), null);
  });

  it('end a run that changes dependencies again and again', () => {
    const tale = new Tale();
    for (let nth = 0; nth < 5; nth += 1) tale.edits('package.json');
    assert.equal(tale.rule(), null);
    assert.equal(tale.edits('web/package-lock.json').rule(), 'dependencyChurn');
  });

  it('end a run that edits configuration of which nobody spoke', () => {
    const quiet = new Tale().edits('tsconfig.json', ['build-configuration']);
    assert.equal(quiet.rule(), null);
    assert.equal(quiet.edits('.eslintrc', ['checks-removed']).rule(), 'configuration');
    const said = new Tale('Loosen tsconfig.json.').edits('tsconfig.json', ['build-configuration']);
    assert.equal(said.edits('ci.yml', ['ci'], 'The job in ci.yml needs Node 24.').rule(), null);
  });

  it('end a run that changes far more files than its plan names', () => {
    const step = { title: 's', detail: '', files: ['a.md', 'b.md'] };
    const value = { fit: 'auto', objective: 'o', constraints: [], acceptance: [], steps: [step], risks: [] } as const;
    const planned = (files: readonly string[]): Tale => {
      const plan = { ...value, constraints: [], acceptance: [], risks: [], steps: [{ ...step, files: [...files] }] };
      return new Tale()
        .add({ kind: 'plan.submitted', plan: 1, call: 'p', value: plan })
        .add({ kind: 'plan.accepted', plan: 1, by: 'person' });
    };
    const tale = planned(step.files);
    for (let nth = 0; nth < 9; nth += 1) tale.edits(`f${nth}.md`);
    assert.equal(tale.rule(), null);
    assert.equal(tale.edits('one-more.md').rule(), 'largeDiff');
    const made = (path: string, added: number): EventBody => ({
      kind: 'checkpoint.made',
      checkpoint: 1,
      effect: 'x',
      before: null,
      after: null,
      files: 1,
      paths: [path],
      lines: { added, removed: 0, atMost: false, uncounted: 0, each: [[added, 0]] },
    });
    const lines = planned(step.files).add(made('a.md', 6_000));
    assert.equal(lines.rule(), null);
    assert.equal(lines.add(made('package-lock.json', 9_000)).rule(), null, 'a tool wrote it');
    const found = lines.add(made('b.md', 1)).found();
    assert.deepEqual([found?.rule, found?.args], ['largeDiff', { lines: 6_001, announced: 2 }]);
    assert.equal(lines.add({ kind: 'run.resumed', gatehouse: '0', cutBytes: 0 }).rule(), null);
    const silent = planned([]);
    for (let nth = 0; nth < 12; nth += 1) silent.edits(`f${nth}.md`);
    assert.equal(silent.rule(), null);
  });

  it('end a run whose migration fails its tests a second time', () => {
    const tale = new Tale().edits('db/migrations/7.sql', ['migration']).tests('not ok 1 - migrates users');
    assert.equal(tale.rule(), null);
    assert.equal(tale.tests('not ok 1 - migrates users and teams').rule(), 'migration');
    assert.equal(new Tale().tests('not ok 1 - migrates').tests('not ok 1 - migrates x').rule(), null);
  });

  it('can be set and switched off', () => {
    const tale = new Tale().reads('a').reads('a').reads('a').reads('a');
    assert.equal(tale.found({ sameCall: 5 }), null);
    assert.equal(tale.found({ sameCall: false }), null);
    assert.equal(new Tale().reads('a').reads('a').found({ sameCall: 2 })?.rule, 'sameCall');
    assert.equal(new Tale().reads('a').found({ sameCall: 1 }), null, 'one call repeats nothing');
  });
});

describe('acceptance that is met', () => {
  const checked = (when: 'baseline' | 'end', passed: boolean, command = 'npm test', exitCode = passed ? 0 : 1) =>
    ({ kind: 'acceptance.checked', when, results: [{ command, exitCode, passed }] }) satisfies EventBody;
  const refused: EventBody = {
    kind: 'acceptance.checked',
    when: 'baseline',
    results: [{ command: 'npm test', exitCode: null, passed: false, refused: true }],
  };
  const step = (number: number): EventBody => ({
    kind: 'step.completed',
    step: number,
    title: 's',
    outcome: '',
    tests: [],
    checked: [],
    risks: [],
    next: '',
    files: [],
    checkpoint: 0,
  });
  const planned = (...bodies: EventBody[]): Tale => {
    const steps = ['one', 'two'].map(title => ({ title, detail: '' }));
    const value = { fit: 'auto' as const, objective: 'o', constraints: [], acceptance: ['npm test'], steps, risks: [] };
    const tale = new Tale().add({ kind: 'plan.submitted', plan: 1, call: 'p', value });
    for (const body of [{ kind: 'plan.accepted', plan: 1, by: 'auto' } as const, ...bodies]) tale.add(body);
    return tale;
  };

  it('ends a run, by what failed before, each step and what passes now', () => {
    const tale = planned(checked('baseline', false)).edits('a.js').add(step(1)).add(step(2));
    assert.equal(tale.rule(), null);
    assert.equal(tale.add(checked('end', true)).rule(), 'acceptanceMet');
    assert.deepEqual(tale.evidence(), ['acceptance.checked', 'step.completed', 'step.completed', 'acceptance.checked']);
  });

  it('ends none where a step is left, whichever it is', () => {
    assert.equal(planned(checked('baseline', false), step(1), checked('end', true)).rule(), null);
    assert.equal(planned(checked('baseline', false), step(2), checked('end', true)).rule(), null);
  });

  it('ends none where nothing shows that it was not met before', () => {
    const rows: [name: string, ...before: EventBody[]][] = [
      ['never looked at'],
      ['passed', checked('baseline', true)],
      ['refused', refused],
      ['another command failed, that measures nothing any more', checked('baseline', false, 'old')],
    ];
    for (const [name, ...before] of rows)
      assert.equal(planned(...before, step(1), step(2), checked('end', true)).rule(), null, name);
    const both = planned(checked('baseline', false), checked('baseline', true, 'lint'), step(1), step(2));
    const results = ['npm test', 'lint'].map(command => ({ command, exitCode: 0, passed: true }));
    assert.equal(both.add({ kind: 'acceptance.checked', when: 'end', results }).rule(), 'acceptanceMet');
  });

  it('is over with whatever changed since, and with what the person said', () => {
    const snapshot = { manifest: { sha256: digest, bytes: 1 }, files: 1, notHeld: 0 };
    const restored: EventBody = {
      kind: 'restore.done',
      restore: 'r',
      checkpoint: 2,
      to: 0,
      whole: true,
      by: 'person',
      before: snapshot,
      after: snapshot,
      files: 1,
      conflicts: [],
    };
    const undone: EventBody = {
      kind: 'change.reviewed',
      path: '/w/a.js',
      how: 'undone',
      baseline: null,
      lines: 1,
      left: 0,
    };
    const met = (): Tale => planned(checked('baseline', false), step(1), step(2), checked('end', true));
    assert.equal(met().rule(), 'acceptanceMet');
    assert.equal(met().edits('a.js').rule(), null);
    for (const body of [restored, undone, { kind: 'person.said', text: 'Wait.' } as const])
      assert.equal(met().add(body).rule(), null, body.kind);
    assert.equal(met().add(checked('end', false)).rule(), null);
  });

  it('hides no other rule while its end is held up', async () => {
    const journal = memoryJournal();
    const stopping = createStopping(journal);
    const tale = planned(checked('baseline', false), step(1), step(2), checked('end', true));
    for (const event of tale.events) stopping.apply(event);
    assert.equal((await stopping.check())?.type, 'met');
    assert.equal(await stopping.check(), null, 'the same evidence ends nothing again');
    const before = tale.events.length;
    for (let nth = 0; nth < 4; nth += 1) tale.reads('a');
    for (const event of tale.events.slice(before)) stopping.apply(event);
    assert.equal((await stopping.check())?.type, 'stop');
  });
});

describe('stopping', () => {
  it('tells the model of untested edits first, once, and ends the run only then', async () => {
    const journal = memoryJournal();
    const stopping = createStopping({
      append: async body => {
        const event = await journal.append(body);
        stopping.apply(event);
        return event;
      },
    });
    const tale = new Tale();
    const verdicts: unknown[] = [];
    for (let nth = 0; nth < 20; nth += 1) {
      const before = tale.events.length;
      tale.edits(`f${nth}.js`);
      for (const event of tale.events.slice(nth === 0 ? 0 : before)) stopping.apply(event);
      verdicts.push(await stopping.check());
    }
    assert.deepEqual(
      journal.events.map(({ kind }) => kind),
      ['rule.nudged', 'context.added', 'rule.stopped'],
    );
    assert.deepEqual(
      verdicts.map(each => each !== null),
      [...Array(19).fill(false), true],
    );
    const [nudge] = journal.events;
    assert.equal(nudge?.kind === 'rule.nudged' && nudge.args['edits'], 8);
  });

  it('says by which record a rule of the policy ended the run', async () => {
    const journal = memoryJournal();
    const stopping = createStopping(journal);
    const tale = new Tale().refused('policy.rule');
    for (const event of tale.events) stopping.apply(event);
    assert.equal((await stopping.halted()).code, 'policy.halt');
    const [stopped] = journal.events;
    assert.deepEqual(stopped?.kind === 'rule.stopped' && stopped.evidence.map(seq => tale.events[seq]?.kind), [
      'effect.decided',
    ]);
  });
});
