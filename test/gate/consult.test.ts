import assert from 'node:assert/strict';
import { consult } from '../../src/gate/consult.ts';
import type { Judged } from '../../src/gate/judged.ts';
import type { Tier } from '../../src/protocol/assessment.ts';
import type { EditEffect } from '../../src/protocol/effect.ts';
import { assess } from '../risk/shell/support.ts';

const bytes = (digit: string) => ({ sha256: digit.repeat(64), bytes: 1 });
const edit: EditEffect = {
  kind: 'edit',
  path: '/work/app/src/a.ts',
  base: bytes('1'),
  next: bytes('2'),
  patch: '',
  added: 1,
  removed: 1,
};
const judged = (tier: Tier, verdict: 'allow' | 'ask' = 'ask'): Judged => {
  const assessment = { ...assess('true'), tier };
  return {
    decision: { verdict, by: { type: 'static' }, reasons: [] },
    assessment,
    recorded: assessment,
    terms: { profile: 'workspace', hosts: [], writes: [] },
    halt: false,
    once: false,
    rule: () => null,
    seen: [],
    crossed: [],
    targets: [],
    containment: { sandbox: true, contained: true },
  };
};

/** An edit of this tier, whose file is another one when it is allowed; what it would be by then is judged as `now`. */
async function allowed(first: Tier, now: Judged, second: 'allow' | 'deny' = 'allow') {
  const asked: [string, Tier | undefined][] = [];
  const consulted = await consult(edit, judged(first), {
    async ask(value, { assessment }) {
      asked.push([value.kind === 'edit' ? value.next.sha256.slice(0, 1) : '', assessment?.tier]);
      const verdict = asked.length === 1 ? 'allow' : second;
      return [
        { answer: { verdict }, surface: 'terminal' },
        { type: 'person', surface: 'terminal', afterMs: 1 },
      ];
    },
    judge: async () => now,
    assessed: async () => undefined,
    settle: async decision => decision,
    remember: async () => undefined,
    keepRule: async () => undefined,
    stopped: () => false,
    revise: async value =>
      value.next.sha256 === edit.next.sha256
        ? {
            type: 'revised',
            bytes: { base: bytes('3'), next: bytes('4'), patch: '', added: 1, removed: 1 },
            revised: { by: ['disk'], patch: '' },
          }
        : { type: 'same' },
  });
  return { asked, verdict: consulted.decision.verdict };
}

describe('an edit that is made in its file as that is by then', () => {
  it('is asked about anew where that makes it worse', async () => {
    const twice = [
      ['2', 'low'],
      ['4', 'high'],
    ];
    assert.deepEqual(await allowed('low', judged('high')), { asked: twice, verdict: 'allow' });
    assert.deepEqual(await allowed('low', judged('high'), 'deny'), { asked: twice, verdict: 'deny' });
  });

  it('is asked about once where it does not, or where nobody would be asked', async () => {
    for (const now of [judged('medium'), judged('low'), judged('critical', 'allow')])
      assert.deepEqual(await allowed('medium', now), { asked: [['2', 'medium']], verdict: 'allow' });
  });
});
