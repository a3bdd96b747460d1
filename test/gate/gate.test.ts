import assert from 'node:assert/strict';
import { createGate } from '../../src/gate/gate.ts';
import type { Answered } from '../../src/ports/approver.ts';
import type { Place, Workspace } from '../../src/ports/workspace.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import { handClock, memoryJournal, scriptedApprover } from '../support/fakes.ts';

const zeros = { sha256: '0'.repeat(64), bytes: 0 };
const read = (path: string): Effect => ({ kind: 'read', path });
const edit = (path: string): Effect => ({
  kind: 'edit',
  path,
  base: null,
  next: zeros,
  patch: '',
  added: 1,
  removed: 0,
});
const exec: Effect = { kind: 'exec', command: 'npm test', cwd: '/w', timeoutMs: 1000, background: false };
const yes: Answered = { answer: { verdict: 'allow' }, surface: 'terminal' };
const no: Answered = { answer: { verdict: 'deny', why: 'not today' }, surface: 'terminal' };

function workspace(places: Record<string, Partial<Place>> = {}): Workspace {
  return {
    root: '/w',
    async locate(path) {
      const inside = path === '/w' || path.startsWith('/w/');
      return { path, real: path, inside, kind: 'file', links: 1, ...places[path] };
    },
    look: async () => null,
  };
}

function setUp(mode: Mode, answer: Answered | null | Error, over: { workspace?: Workspace } = {}) {
  const journal = memoryJournal();
  const approver = scriptedApprover(() => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const around = {
    workspace: over.workspace ?? workspace(),
    ownState: ['/state'],
    ownOutput: '/state/runs/r/out',
    home: '/home/ann',
  };
  let ids = 0;
  const gate = createGate({
    journal,
    approver,
    clock: handClock(),
    around,
    mode: () => mode,
    newId: () => `q${ids++}`,
  });
  const admit = (effect: Effect, signal = new AbortController().signal) => gate.admit('e1', effect, signal);
  return { admit, journal, approver };
}

interface Row {
  effect: Effect;
  mode: Mode;
  answer?: Answered | null;
  places?: Record<string, Partial<Place>>;
  asks: boolean;
  /** `permit`, or the rule that refuses. */
  comes: string;
}

const rows: Record<string, Row> = {
  'a read inside passes in Plan': { effect: read('/w/a'), mode: 'plan', asks: false, comes: 'permit' },
  'a read outside is asked about': {
    effect: read('/etc/hosts'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'a read through a link to the outside is asked about': {
    effect: read('/w/link'),
    mode: 'auto',
    answer: no,
    places: { '/w/link': { real: '/etc/hosts', inside: false } },
    asks: true,
    comes: 'person.denied',
  },
  'a private key is refused unasked': {
    effect: read('/home/ann/.ssh/id_rsa'),
    mode: 'auto',
    asks: false,
    comes: 'floor.keyMaterial',
  },
  'a key by link is refused unasked': {
    effect: read('/w/notes'),
    mode: 'auto',
    places: { '/w/notes': { real: '/home/ann/.aws/credentials', inside: false } },
    asks: false,
    comes: 'floor.keyMaterial',
  },
  'our own state is refused unasked': {
    effect: edit('/state/policy.yaml'),
    mode: 'auto',
    asks: false,
    comes: 'floor.ownState',
  },
  'the log of the run’s own background command is read unasked': {
    effect: read('/state/runs/r/out/bg-1.log'),
    mode: 'auto',
    asks: false,
    comes: 'permit',
  },
  'the log is not written by the run': {
    effect: edit('/state/runs/r/out/bg-1.log'),
    mode: 'auto',
    asks: false,
    comes: 'floor.ownState',
  },
  'an edit inside passes in Auto': { effect: edit('/w/src/a.ts'), mode: 'auto', asks: false, comes: 'permit' },
  'an edit inside is asked about in Ask': {
    effect: edit('/w/a'),
    mode: 'ask',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'an edit is refused in Plan': { effect: edit('/w/a'), mode: 'plan', asks: false, comes: 'mode.plan' },
  'an edit of a git hook is asked about in Auto': {
    effect: edit('/w/.git/hooks/pre-commit'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'another case of .git is .git': {
    effect: edit('/w/.GIT/config'),
    mode: 'auto',
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'an edit through a link to the outside is asked about': {
    effect: edit('/w/out/a'),
    mode: 'auto',
    answer: no,
    places: { '/w/out/a': { real: '/tmp/a', inside: false } },
    asks: true,
    comes: 'person.denied',
  },
  'a command is asked about in Auto': { effect: exec, mode: 'auto', answer: yes, asks: true, comes: 'permit' },
  'a command is refused in Plan': { effect: exec, mode: 'plan', asks: false, comes: 'mode.plan' },
  'nobody there is a no': { effect: exec, mode: 'auto', answer: null, asks: true, comes: 'nobodyToAsk' },
};

describe('the gate', () => {
  for (const [name, row] of Object.entries(rows)) {
    it(`decides: ${name}`, async () => {
      const { admit, approver, journal } = setUp(row.mode, row.answer ?? null, { workspace: workspace(row.places) });
      const admission = await admit(row.effect);
      assert.equal(approver.asked.length > 0, row.asks);
      const comes = admission.type === 'permit' ? 'permit' : admission.failure.args['rule'];
      assert.equal(comes, row.comes);
      const decided = journal.events.filter(event => event.kind === 'effect.decided');
      assert.equal(decided.at(-1)?.decision.verdict, row.comes === 'permit' ? 'allow' : 'deny');
    });
  }

  it('takes a fault of the approver for a no', async () => {
    const { admit } = setUp('auto', new Error('boom'));
    const admission = await admit(exec);
    assert.equal(admission.type, 'refused');
  });

  it('takes a fault of its own for a no, without asking', async () => {
    const broken: Workspace = { ...workspace(), locate: () => Promise.reject(new Error('boom')) };
    const { admit, approver } = setUp('auto', yes, { workspace: broken });
    const admission = await admit(exec);
    assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'gateFault');
    assert.equal(approver.asked.length, 0);
  });

  it('gives the model the person’s sentence', async () => {
    const { admit } = setUp('auto', no);
    const admission = await admit(exec);
    assert.equal(admission.type === 'refused' && admission.failure.args['why'], 'not today');
  });

  it('refuses what became worse while the person thought', async () => {
    const places: Record<string, Partial<Place>> = {};
    const { admit } = setUp('ask', null, {});
    assert.equal((await admit(edit('/w/a'))).type, 'refused');
    const swapped = setUp('ask', yes, { workspace: workspace(places) });
    swapped.approver.ask = async () => {
      places['/w/a'] = { real: '/home/ann/.ssh/authorized_keys', inside: false };
      return yes;
    };
    const admission = await swapped.admit(edit('/w/a'));
    assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'factsChanged');
  });

  it('mints nothing after a stop', async () => {
    const stop = new AbortController();
    const { admit, approver } = setUp('auto', yes);
    approver.ask = async () => {
      stop.abort();
      return yes;
    };
    const admission = await admit(exec, stop.signal);
    assert.equal(admission.type, 'refused');
  });

  it('writes the question and the answer down in the order in which they happened', async () => {
    const { admit, journal } = setUp('auto', yes);
    await admit(exec);
    const kinds = journal.events.map(event => event.kind);
    assert.deepEqual(kinds, ['effect.decided', 'question.asked', 'question.answered', 'effect.decided']);
    const last = journal.events.at(-1);
    assert.equal(last?.kind === 'effect.decided' && last.decision.by.type, 'person');
  });
});
