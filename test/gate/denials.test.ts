import assert from 'node:assert/strict';
import { createDenials, type Denials, mostInARun } from '../../src/gate/denials.ts';
import { digestOf } from '../../src/gate/digest.ts';
import type { DecidedBy, Verdict } from '../../src/protocol/decision.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { assess } from '../risk/shell/support.ts';

const zeros = '0'.repeat(64);
const exec = (command: string): Effect => ({
  kind: 'exec',
  command,
  cwd: '/work/app',
  timeoutMs: 1000,
  background: false,
});
const looking: Effect = { kind: 'read', path: '/work/app/a' };
const by: Record<DecidedBy['type'], DecidedBy> = {
  static: { type: 'static' },
  person: { type: 'person', surface: 'terminal', afterMs: 1 },
  model: { type: 'model', model: 'm', promptDigest: zeros },
  rule: { type: 'rule', rule: 'r', layer: 'user' },
};

/** A run's refusals, told event by event. */
function story() {
  const denials = createDenials();
  let seq = 0;
  const tell = (body: EventBody): void => {
    const event: RunEvent = { v: 1, seq: seq++, at: 0, prev: zeros, hash: zeros, ...body };
    denials.apply(event);
  };
  const propose = (effect: string, value: Effect): void => {
    tell({ kind: 'effect.proposed', effect, call: 'c', tool: 'Bash', value, digest: digestOf(value) });
    const command = value.kind === 'exec' ? value.command : 'true';
    const terms = { profile: 'workspace', hosts: [], writes: [] } as const;
    tell({
      kind: 'effect.assessed',
      effect,
      assessment: assess(command),
      terms: { ...terms, hosts: [], writes: [] },
      signature: digestOf(exec(command)),
    });
  };
  const decide = (effect: string, verdict: Verdict, who: DecidedBy['type'], code: string, why?: string): void =>
    tell({
      kind: 'effect.decided',
      effect,
      decision: { verdict, by: by[who], reasons: [{ code, args: why === undefined ? {} : { why } }] },
    });
  return {
    denials,
    tell,
    deny: (
      effect: string,
      command: string,
      who: DecidedBy['type'] = 'static',
      code = 'nobodyToAsk',
      why?: string,
    ): void => {
      propose(effect, exec(command));
      if (code !== 'floor') decide(effect, 'ask', 'static', 'x');
      decide(effect, 'deny', who, code, why);
    },
    do: (effect: string, value: Effect): void => {
      propose(effect, value);
      decide(effect, 'allow', 'static', 'static.harmless');
      tell({ kind: 'effect.intended', effect, digest: zeros });
    },
  };
}

const idsOf = (denials: Denials): string[] => denials.due()?.items.map(({ effect }) => effect) ?? [];

describe('refusals', () => {
  it('pile up when three come in a row, and looking in between changes nothing', () => {
    const { denials, deny, do: does } = story();
    deny('a', 'frob a');
    does('look', looking);
    deny('b', 'frob b');
    assert.equal(denials.due(), null);
    deny('c', 'frob c');
    assert.equal(denials.due()?.why, 'row');
    assert.deepEqual(idsOf(denials), ['a', 'b', 'c']);
  });

  it('do not when something else was done in between', () => {
    const { denials, deny, do: does } = story();
    deny('a', 'frob a');
    deny('b', 'frob b');
    does('work', exec('npm test'));
    deny('c', 'frob c');
    assert.equal(denials.due(), null);
  });

  it('pile up when there are twenty in the run', () => {
    const { denials, deny, do: does } = story();
    for (let i = 0; i < mostInARun; i++) {
      assert.equal(denials.due(), null, `after ${i}`);
      does(`work${i}`, exec('npm test'));
      deny(`d${i}`, `frob ${i}`);
    }
    assert.equal(denials.due()?.why, 'run');
    assert.equal(denials.due()?.items.length, mostInARun);
  });

  it('are listed once for the same effect in several spellings', () => {
    const { denials, deny } = story();
    deny('a', 'rm -rf dist');
    deny('b', 'rm -fr ./dist');
    deny('c', "sh -c 'rm -rf dist'", 'static', 'denied.before');
    assert.deepEqual(idsOf(denials), ['c']);
    // And with the reason of the first time.
    assert.equal(denials.due()?.items[0]?.reasons[0]?.code, 'nobodyToAsk');
    assert.equal(denials.recent().length, 1);
  });

  it('of a person do not interrupt that person, and are known again', () => {
    const { denials, deny } = story();
    for (const id of ['a', 'b', 'c', 'd']) deny(id, `frob ${id}`, 'person', 'person.denied', 'no');
    assert.equal(denials.due(), null);
    assert.deepEqual(denials.before(exec('frob b'), assess('frob b')), { code: 'denied.before', args: { why: 'no' } });
    assert.equal(denials.before(exec('frob e'), assess('frob e')), null);
    assert.deepEqual(
      denials.recent().map(({ effect }) => effect),
      ['d', 'c', 'b', 'a'],
    );
  });

  it('are over once the person has spoken, also by taking the conversation back', () => {
    for (const heard of [
      { kind: 'person.said', text: 'go on' },
      { kind: 'conversation.rewound', record: 0, checkpoint: 0 },
    ] as const) {
      const { denials, deny, tell } = story();
      for (const id of ['a', 'b', 'c']) deny(id, `frob ${id}`, 'model', 'review.denied');
      assert.ok(denials.due());
      tell(heard);
      assert.equal(denials.due(), null);
      assert.equal(denials.before(exec('frob a'), assess('frob a')), null);
    }
  });

  it('stay due until they are answered, whatever was asked', () => {
    const { denials, deny, tell } = story();
    for (const id of ['a', 'b', 'c']) deny(id, `frob ${id}`);
    tell({ kind: 'denials.asked', question: 'q', why: 'row', effects: ['a', 'b', 'c'] });
    assert.ok(denials.due());
    tell({ kind: 'denials.answered', question: 'q', answer: { allow: ['b'], why: 'not those' } });
    tell({ kind: 'denial.lifted', effect: 'b', digest: digestOf(exec('frob b')) });
    assert.equal(denials.due(), null);
    // What was not allowed is now the person's own no.
    assert.equal(denials.before(exec('frob a'), assess('frob a'))?.args['why'], 'not those');
    assert.equal(denials.before(exec('frob b'), assess('frob b')), null);
    assert.equal(denials.lifted(exec('frob b'), digestOf(exec('frob b')), false), 'b');
  });

  it('let the very same effect pass only where it is shown the same, and once', () => {
    const { denials, deny, tell } = story();
    deny('a', 'frob a', 'model', 'review.denied');
    tell({ kind: 'denial.lifted', effect: 'a', digest: digestOf(exec('frob a')) });
    assert.equal(denials.lifted(exec('frob a'), zeros, false), null);
    assert.equal(denials.lifted(exec('frob b'), digestOf(exec('frob a')), false), null);
    assert.equal(denials.lifted(exec('frob a'), digestOf(exec('frob a')), false), 'a');
    assert.equal(denials.recent().length, 0);
    tell({ kind: 'denial.used', effect: 'a', by: 'z' });
    assert.equal(denials.lifted(exec('frob a'), digestOf(exec('frob a')), false), null);
  });

  it('that were lifted before the run had read orders are asked about again, and those lifted since are not', () => {
    const { denials, deny, tell } = story();
    for (const [id, code] of [
      ['a', 'review.denied'],
      ['b', 'run.tainted'],
    ] as const) {
      deny(id, `frob ${id}`, 'model', code);
      tell({ kind: 'denial.lifted', effect: id, digest: digestOf(exec(`frob ${id}`)) });
    }
    assert.equal(denials.lifted(exec('frob a'), digestOf(exec('frob a')), true), null);
    assert.equal(denials.lifted(exec('frob b'), digestOf(exec('frob b')), true), 'b');
  });

  it('of a rule or a floor are listed, and nobody can lift them', () => {
    const { denials, deny } = story();
    deny('a', 'rm -rf /', 'static', 'floor');
    assert.equal(denials.find('a')?.askable, false);
  });

  it('count neither where the run was stopped nor where facts changed nor for what was wanted beyond a permit', () => {
    const { denials, deny, do: does, tell } = story();
    deny('a', 'frob a', 'static', 'stopped');
    deny('b', 'frob b', 'static', 'factsChanged');
    does('c', exec('frob c'));
    tell({
      kind: 'effect.decided',
      effect: 'c',
      decision: { verdict: 'deny', by: by.person, reasons: [{ code: 'person.denied', args: {} }] },
    });
    assert.equal(denials.recent().length, 0);
    assert.equal(denials.before(exec('frob c'), assess('frob c')), null);
  });
});
