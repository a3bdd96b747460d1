import assert from 'node:assert/strict';
import { createDenials } from '../../src/gate/denials.ts';
import { createGate } from '../../src/gate/gate.ts';
import { createJudge } from '../../src/policy/decide.ts';
import { defaultRules } from '../../src/policy/defaults.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { factsOf, parseBash } from '../risk/shell/support.ts';
import { handClock, memoryJournal, scriptedApprover } from '../support/fakes.ts';

const root = '/work/app';
const exec = (command: string): Effect => ({ kind: 'exec', command, cwd: root, timeoutMs: 1000, background: false });

describe('what a person refused', () => {
  let mode: Mode;
  let verdict: 'allow' | 'deny';
  let ids: number;
  let asked: () => number;
  let admit: (what: string | Effect) => Promise<string>;
  let speak: () => Promise<unknown>;

  beforeEach(() => {
    mode = 'ask';
    verdict = 'deny';
    ids = 0;
    const denials = createDenials();
    const records = memoryJournal();
    const journal: typeof records = {
      ...records,
      async append(body) {
        const event = await records.append(body);
        denials.apply(event);
        return event;
      },
    };
    const approver = scriptedApprover(() => ({ answer: { verdict }, surface: 'terminal' }));
    const facts = factsOf({ scripts: { test: 'node --test' } });
    const gate = createGate({
      journal,
      approver,
      clock: handClock(),
      assess: {
        reader: async () => ({ parse: parseBash, table: programs }),
        facts: { begin: () => ({ facts: () => facts, gather: async () => undefined }) },
        texts: async () => ({ before: null, after: 'x\n' }),
      },
      policy: createJudge({ rules: defaultRules, trustedHosts: [] }, root),
      root,
      containment: async () => ({ sandbox: true, contained: true }),
      mode: () => mode,
      newId: () => `q${ids++}`,
      denials,
    });
    asked = () => approver.asked.length;
    speak = () => journal.append({ kind: 'person.said', text: 'Go ahead.' });
    admit = async what => {
      const id = `e${ids++}`;
      const value = typeof what === 'string' ? exec(what) : what;
      await journal.append({
        kind: 'effect.proposed',
        effect: id,
        call: id,
        tool: 'Bash',
        value,
        digest: '0'.repeat(64),
      });
      const admitted = await gate.admit(id, value, new AbortController().signal);
      return admitted.type === 'permit' ? 'permit' : String(admitted.failure.args['rule'] ?? admitted.failure.code);
    };
  });

  it('stays refused in a mode that would not have asked, in other words too', async () => {
    assert.equal(await admit('rm -r docs'), 'person.denied');
    mode = 'auto';
    assert.equal(await admit('rm -r docs'), 'denied.before');
    assert.equal(await admit('rm -r ./docs'), 'denied.before');
    assert.equal(asked(), 1);
    assert.equal(await admit('npm test'), 'permit');
  });

  it('stays refused however its words are quoted', async () => {
    assert.equal(await admit('frobnicate one "it\'s"'), 'person.denied');
    for (const other of ['frobnicate "one" it\\\'s', "frobnicate 'one' it\"'\"s", 'frobnicate o""ne "it\'s"'])
      assert.equal(await admit(other), 'denied.before', other);
    assert.equal(asked(), 1);
    assert.equal(await admit('frobnicate two "it\'s"'), 'person.denied');
    assert.equal(asked(), 2);
  });

  for (const other of [
    'touch x && rm -r docs',
    'rm docs/a.md',
    'find docs -type f -delete',
    'mv docs .trash',
    'echo gone > docs/a.md',
  ])
    it(`is asked about where it comes back in another command: ${other}`, async () => {
      assert.equal(await admit('rm -r docs'), 'person.denied');
      mode = 'auto';
      assert.equal(await admit(other), 'person.denied');
      assert.equal(asked(), 2);
    });

  it('is asked about where another edit of the same file comes', async () => {
    const edit = (digit: string): Effect => ({
      kind: 'edit',
      path: `${root}/src/a.ts`,
      base: { sha256: '1'.repeat(64), bytes: 1 },
      next: { sha256: digit.repeat(64), bytes: 2 },
      patch: '',
      added: 1,
      removed: 1,
    });
    assert.equal(await admit(edit('2')), 'person.denied');
    mode = 'auto';
    assert.equal(await admit(edit('3')), 'person.denied');
    assert.equal(asked(), 2);
  });

  it('leaves alone what changes other places, or whatever a program changes in the workspace', async () => {
    assert.equal(await admit('rm -r docs'), 'person.denied');
    mode = 'auto';
    for (const other of ['touch docs2', 'ls docs', 'prettier --write .', 'npm test', 'git add -A', 'git commit -m x'])
      assert.equal(await admit(other), 'permit', other);
    assert.equal(asked(), 1);
  });

  it('is settled for its place once they allow something there', async () => {
    assert.equal(await admit('rm -r docs'), 'person.denied');
    mode = 'auto';
    verdict = 'allow';
    assert.equal(await admit('rm docs/a.md'), 'permit');
    assert.equal(await admit('rm docs/b.md'), 'permit');
    assert.equal(asked(), 2);
    assert.equal(await admit('rm -r docs'), 'denied.before');
  });

  it('is weighed anew once they have said something else', async () => {
    assert.equal(await admit('rm -r docs'), 'person.denied');
    mode = 'auto';
    await speak();
    assert.equal(await admit('rm -r docs'), 'permit');
  });
});
