import assert from 'node:assert/strict';
import { type Bounds, noBounds } from '../../src/gate/bounds.ts';
import { digestOf } from '../../src/gate/digest.ts';
import { createGate } from '../../src/gate/gate.ts';
import { createGrants } from '../../src/gate/grants.ts';
import type { Taint } from '../../src/gate/taint.ts';
import type { Containment } from '../../src/gate/terms.ts';
import { createJudge } from '../../src/policy/decide.ts';
import { defaultRules } from '../../src/policy/defaults.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Layer } from '../../src/policy/rule.ts';
import type { Answered } from '../../src/ports/approver.ts';
import type { KeptGrant, KeptGrants } from '../../src/ports/grants.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { Violation } from '../../src/protocol/containment.ts';
import type { Effect, EffectOf } from '../../src/protocol/effect.ts';
import type { Facts, PathFact } from '../../src/risk/facts.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { factsOf, parseBash } from '../risk/shell/support.ts';
import { handClock, memoryJournal, scriptedApprover } from '../support/fakes.ts';

const root = '/work/app';
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
const exec = (command: string): Effect => ({ kind: 'exec', command, cwd: root, timeoutMs: 1000, background: false });
const push = (over: Partial<EffectOf<'push'>> = {}): Effect => ({
  kind: 'push',
  command: 'git push',
  cwd: root,
  remote: 'origin',
  shown: 'https://***@git.example.com/app.git',
  refspecs: [{ sha: 'a'.repeat(40), ref: 'refs/heads/topic' }],
  force: false,
  lease: null,
  setUpstream: false,
  ...over,
});
const yes: Answered = { answer: { verdict: 'allow' }, surface: 'terminal' };
const forRun: Answered = { answer: { verdict: 'allow', scope: 'run' }, surface: 'terminal' };
const forWorkspace: Answered = { answer: { verdict: 'allow', scope: 'workspace' }, surface: 'terminal' };
const no: Answered = { answer: { verdict: 'deny', why: 'not today' }, surface: 'terminal' };
const sandboxed: Containment = { sandbox: true, contained: true };
const bare: Containment = { sandbox: false, contained: false };
const container: Containment = { sandbox: false, contained: true };

interface Over {
  kept?: KeptGrants;
  taint?: Taint;
  bounds?: Bounds;
  places?: Record<string, Partial<PathFact>>;
  containment?: Containment;
  policy?: Partial<Record<Layer, string>>;
}

function setUp(mode: Mode, answer: Answered | null | Error, over: Over = {}) {
  const journal = memoryJournal();
  const approver = scriptedApprover(() => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const base = factsOf({ scripts: { test: 'node --test', deploy: 'vercel --prod' } });
  const facts: Facts = {
    ...base,
    ownState: ['/state'],
    ownOutput: '/state/runs/r/out',
    path: path => ({ ...(base.path(path) as PathFact), ...over.places?.[path] }),
  };
  const sources = Object.entries(over.policy ?? {}).map(([layer, text]) => ({
    file: `${layer}.yaml`,
    text: `version: 1\nrules:\n${text}`,
    layer: layer as Layer,
  }));
  const { policy, diagnostics } = loadPolicy(sources, {
    root,
    subjectOf: () => {
      throw new Error('no examples here');
    },
  });
  assert.deepEqual(
    diagnostics.filter(each => each.severity === 'error'),
    [],
  );
  let ids = 0;
  const gate = createGate({
    journal,
    approver,
    clock: handClock(),
    assess: {
      reader: async () => ({ parse: parseBash, table: programs }),
      facts: { begin: () => ({ facts: () => facts, gather: async () => undefined }) },
      texts: async () => ({ before: null, after: 'x\n' }),
    },
    policy: createJudge({ ...policy, rules: [...defaultRules, ...policy.rules] }, root),
    root,
    containment: async () => over.containment ?? sandboxed,
    mode: () => mode,
    newId: () => `q${ids++}`,
    ...(over.kept === undefined
      ? {}
      : {
          grants: createGrants(root, [], { kept: over.kept, run: 'r', policyDigest: zeros.sha256, clock: handClock() }),
        }),
    taint: () => over.taint ?? null,
    bounds: () => over.bounds ?? noBounds,
  });
  const signal = new AbortController().signal;
  return {
    gate,
    facts,
    journal,
    approver,
    admit: (effect: Effect, stop = signal) => gate.admit('e1', effect, stop),
    widen: (effect: Effect, violations: Violation[]) =>
      gate.widen('e1', effect, { profile: 'workspace', hosts: [], writes: [] }, violations, signal),
  };
}

interface Row extends Over {
  effect: Effect;
  mode: Mode;
  answer?: Answered | null;
  asks: boolean;
  /** `permit`, a profile that it comes with, or the rule that refuses. */
  comes: string;
}

const rows: Record<string, Row> = {
  'a read inside passes in Plan': { effect: read(`${root}/a.ts`), mode: 'plan', asks: false, comes: 'permit' },
  'a system file is read unasked': { effect: read('/etc/hosts'), mode: 'auto', asks: false, comes: 'permit' },
  'a file in the temporary folder of the machine is looked at before it is read': {
    effect: read('/tmp/others/notes.txt'),
    mode: 'auto',
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'an edit in the temporary folder of the machine is asked about': {
    effect: edit('/tmp/x.ts'),
    mode: 'auto',
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'a file of the home folder is asked about': {
    effect: read('/home/ann/notes.txt'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'a private key is refused unasked': {
    effect: read('/home/ann/.ssh/id_rsa'),
    mode: 'auto',
    asks: false,
    comes: 'read.keyMaterial',
  },
  'a key by link is refused unasked': {
    effect: read(`${root}/notes`),
    mode: 'auto',
    places: { [`${root}/notes`]: { real: '/home/ann/.aws/credentials', inside: false } },
    asks: false,
    comes: 'read.keyMaterial',
  },
  'our own state is refused unasked': {
    effect: edit('/state/policy.yaml'),
    mode: 'auto',
    asks: false,
    comes: 'path.ownState',
  },
  'the log of the run’s own background command is read unasked': {
    effect: read('/state/runs/r/out/bg-1.log'),
    mode: 'auto',
    asks: false,
    comes: 'permit',
  },
  'that log is not written by the run': {
    effect: edit('/state/runs/r/out/bg-1.log'),
    mode: 'auto',
    asks: false,
    comes: 'path.ownState',
  },
  'an edit of a source file passes in Auto': {
    effect: edit(`${root}/src/a.ts`),
    mode: 'auto',
    asks: false,
    comes: 'permit',
  },
  'an edit is asked about in Ask': {
    effect: edit(`${root}/src/a.ts`),
    mode: 'ask',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'an edit is refused in Plan': { effect: edit(`${root}/src/a.ts`), mode: 'plan', asks: false, comes: 'mode.plan' },
  'an edit of a git hook is asked about in Auto': {
    effect: edit(`${root}/.git/hooks/pre-commit`),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'another case of .git is .git': {
    effect: edit(`${root}/.GIT/config`),
    mode: 'auto',
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'an edit through a link to the outside is asked about': {
    effect: edit(`${root}/out/a.ts`),
    mode: 'auto',
    answer: no,
    places: { [`${root}/out/a.ts`]: { real: '/srv/a.ts', inside: false } },
    asks: true,
    comes: 'person.denied',
  },
  'a CI file is asked about': {
    effect: edit(`${root}/.github/workflows/ci.yml`),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'permit',
  },
  'the tests run unasked in Auto, held to the workspace': {
    effect: exec('npm test'),
    mode: 'auto',
    asks: false,
    comes: 'workspace',
  },
  'looking runs unasked in every mode, held to looking': {
    effect: exec('git log --oneline -5'),
    mode: 'plan',
    asks: false,
    comes: 'read-only',
  },
  'the tests are refused in Plan': { effect: exec('npm test'), mode: 'plan', asks: false, comes: 'mode.plan' },
  'the tests are asked about in Ask': {
    effect: exec('npm test'),
    mode: 'ask',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'a commit runs under the profile that opens git’s data': {
    effect: exec('git add -A && git commit -m x'),
    mode: 'auto',
    asks: false,
    comes: 'git',
  },
  'a container command alone leaves the sandbox, asked': {
    effect: exec('docker ps'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'uncontained',
  },
  'several container commands and nothing else, too': {
    effect: exec('docker compose build && docker compose up -d'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'uncontained',
  },
  'no rule lifts that question': {
    effect: exec('docker ps'),
    mode: 'auto',
    policy: { user: '  - { decision: allow, when: { command: docker ps } }\n' },
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'what is more than containers stays in the sandbox: docker ps; node src/x.js': {
    effect: exec('docker ps; node src/x.js'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker ps && docker() { node x.js; }; docker ps': {
    effect: exec('docker ps && docker() { node x.js; }; docker ps'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker ps | sh': {
    effect: exec('docker ps | sh'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker ps > out.txt': {
    effect: exec('docker ps > out.txt'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker ps; ./docker x': {
    effect: exec('docker ps; ./docker x'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: sudo docker ps': {
    effect: exec('sudo docker ps'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker run -e A=$(node x.js) a': {
    effect: exec('docker run -e A=$(node x.js) a'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: PATH=. docker ps': {
    effect: exec('PATH=. docker ps'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'what is more than containers stays in the sandbox: docker ps & node x.js': {
    effect: exec('docker ps & node x.js'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'git beside what only looks has git’s profile': {
    effect: exec('cd src && git add -A; echo done'),
    mode: 'auto',
    asks: false,
    comes: 'git',
  },
  'git beside other programs has the workspace': {
    effect: exec('npm test && git commit -m x'),
    mode: 'auto',
    asks: false,
    comes: 'workspace',
  },
  'a script beside git cannot write git’s data': {
    effect: exec('git add -A && node x.js'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace',
  },
  'a download is asked about, and its permit names the host': {
    effect: exec('curl -o x https://files.example.com/x'),
    mode: 'auto',
    answer: yes,
    asks: true,
    comes: 'workspace-hosts',
  },
  'without a sandbox the tests are reviewed': {
    effect: exec('npm test'),
    mode: 'auto',
    answer: yes,
    containment: bare,
    asks: true,
    comes: 'uncontained',
  },
  'in a container that is the boundary they are not': {
    effect: exec('npm test'),
    mode: 'auto',
    containment: container,
    asks: false,
    comes: 'uncontained',
  },
  'removing everything is refused, whatever a rule says': {
    effect: exec('rm -rf /work/app'),
    mode: 'auto',
    policy: { user: '  - { decision: allow, when: { command: rm -rf /work/app } }\n' },
    asks: false,
    comes: 'delete.everything',
  },
  'a rule of the person lifts what the tier would ask': {
    effect: exec('git push origin main'),
    mode: 'auto',
    policy: { user: '  - { decision: allow, when: { command: git push origin main } }\n' },
    asks: false,
    comes: 'permit',
  },
  'the same rule of the repository lifts nothing': {
    effect: exec('git push origin main'),
    mode: 'auto',
    answer: null,
    policy: { workspace: '  - { decision: allow, when: { command: git push origin main } }\n' },
    asks: true,
    comes: 'nobodyToAsk',
  },
  'a rule of the repository tightens': {
    effect: exec('npm test'),
    mode: 'auto',
    policy: { workspace: '  - { id: no-tests, decision: deny, when: { program: npm } }\n' },
    asks: false,
    comes: 'no-tests',
  },
  'a rule of the person does not lift Plan': {
    effect: exec('npm test'),
    mode: 'plan',
    policy: { user: '  - { decision: allow, when: { command: npm test } }\n' },
    asks: false,
    comes: 'mode.plan',
  },
  'a task that deploys is asked about by what it runs': {
    effect: exec('npm run deploy'),
    mode: 'auto',
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'a push is asked about in Auto': { effect: push(), mode: 'auto', answer: yes, asks: true, comes: 'permit' },
  'a push is asked about in a container that is the boundary': {
    effect: push(),
    mode: 'auto',
    containment: container,
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'a push is refused in Plan': { effect: push(), mode: 'plan', asks: false, comes: 'mode.plan' },
  'a rule about the command is about the push that it became': {
    effect: push(),
    mode: 'auto',
    policy: { workspace: '  - { id: no-push, decision: deny, when: { effect: exec, command: git push* } }\n' },
    asks: false,
    comes: 'no-push',
  },
  'a rule about a host is about the address of a push': {
    effect: push(),
    mode: 'auto',
    policy: { workspace: '  - { id: not-there, decision: deny, when: { hosts: git.example.com } }\n' },
    asks: false,
    comes: 'not-there',
  },
  'a rule of the person lifts what is asked of a push': {
    effect: push(),
    mode: 'auto',
    policy: { user: '  - { decision: allow, when: { command: git push } }\n' },
    asks: false,
    comes: 'permit',
  },
  'no rule lifts a push by force to the main branch': {
    effect: push({ force: true, refspecs: [{ sha: 'a'.repeat(40), ref: 'refs/heads/main' }] }),
    mode: 'auto',
    policy: { user: '  - { decision: allow, when: { command: git push } }\n' },
    answer: no,
    asks: true,
    comes: 'person.denied',
  },
  'nobody there is a no': { effect: exec('git push'), mode: 'auto', answer: null, asks: true, comes: 'nobodyToAsk' },
};

describe('the gate', () => {
  for (const [name, row] of Object.entries(rows)) {
    it(`decides: ${name}`, async () => {
      const { admit, approver, journal } = setUp(row.mode, row.answer ?? null, row);
      const admission = await admit(row.effect);
      assert.equal(approver.asked.length > 0, row.asks, JSON.stringify(journal.events.slice(0, 2)));
      const { comes } = row;
      if (admission.type === 'refused') assert.equal(admission.failure.args['rule'], comes);
      else if (comes !== 'permit') assert.equal(admission.permit.terms.profile, comes);
      const decided = journal.events.filter(event => event.kind === 'effect.decided');
      assert.equal(decided.at(-1)?.decision.verdict, admission.type === 'permit' ? 'allow' : 'deny');
    });
  }

  it('never remembers an answer that let a command out of the sandbox', async () => {
    const { admit, approver } = setUp('auto', forRun);
    for (let i = 0; i < 2; i++) assert.equal((await admit(exec('docker ps'))).type, 'permit');
    assert.equal(approver.asked.length, 2);
    assert.ok(approver.asked[0]?.decision.reasons.some(({ code }) => code === 'uncontained.leaves'));
  });

  it('says to run a container command alone, and a git command', async () => {
    for (const [command, what] of [
      ['docker ps; node src/x.js', 'container'],
      ['git add -A && node x.js', 'git'],
    ] as const) {
      const { admit, journal } = setUp('auto', yes);
      await admit(exec(command));
      const decided = journal.events.find(event => event.kind === 'effect.decided');
      const alone = decided?.decision.reasons.find(({ code }) => code === 'uncontained.alone');
      assert.deepEqual(alone?.args, { what });
    }
  });

  it('lets no code of the workspace out with what only looks like containers', async () => {
    for (const command of ['vagrant up', 'docker run ${X@P} a', 'docker ps; docker ps <(node x.js)']) {
      const { admit } = setUp('auto', yes);
      const admission = await admit(exec(command));
      assert.notEqual(admission.type === 'permit' && admission.permit.terms.profile, 'uncontained', command);
    }
  });

  it('gives each reason once', async () => {
    const { admit, journal } = setUp('auto', yes);
    await admit(exec('rm -rf .git/hooks && curl https://a.example && sudo docker ps'));
    const decided = journal.events.find(event => event.kind === 'effect.decided');
    const reasons = (decided?.decision.reasons ?? []).map(each => JSON.stringify(each));
    assert.equal(new Set(reasons).size, reasons.length);
    assert.ok(reasons.length > 1);
  });

  for (const host of ['localhost', 'localhost.', 'app.localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1'])
    it(`never opens this machine by a name: ${host}`, async () => {
      const { admit, widen } = setUp('auto', forRun);
      const named = await admit(exec(`curl -o x http://${host}:8080/x https://a.example/y`));
      assert.deepEqual(named.type === 'permit' && named.permit.terms.hosts, ['a.example']);
      const wider = await widen(exec('npm test'), [{ type: 'host', host, port: 80 }]);
      assert.deepEqual(wider.type === 'permit' && wider.permit.terms.hosts, []);
    });

  it('writes a lasting answer down before it counts, without what was shown', async () => {
    const { admit, journal } = setUp('auto', forRun);
    const command = exec('git push origin main');
    for (let i = 0; i < 2; i++) assert.equal((await admit(command)).type, 'permit');
    const kinds = journal.events.map(({ kind }) => kind);
    assert.equal(kinds.filter(kind => kind === 'grant.given').length, 1);
    assert.ok(kinds.indexOf('grant.given') < kinds.lastIndexOf('effect.decided'));
    const given = journal.events.find(event => event.kind === 'grant.given');
    assert.match(given?.signature ?? '', /^[0-9a-f]{64}$/);
  });

  describe('an answer for the workspace', () => {
    const host: Violation = { type: 'host', host: 'a.example', port: 443 };
    const store = () => {
      const all = new Map<string, KeptGrant>();
      const kept: KeptGrants = {
        all: async () => [...all.values()],
        keep: async grant => void all.set(grant.id, grant),
        revoke: async id => all.delete(id),
      };
      return { all, kept };
    };
    const npmTest = exec('npm test');

    it('holds for later runs until it is revoked, also by another process', async () => {
      const { all, kept } = store();
      const first = setUp('ask', forWorkspace, { kept });
      await first.admit(npmTest);
      const given = first.journal.events.find(event => event.kind === 'grant.given');
      assert.equal(given?.scope, 'workspace');
      assert.equal(all.get(given?.grant ?? '')?.expiresAt, given?.expiresAt);
      const later = setUp('ask', no, { kept });
      assert.equal((await later.admit(npmTest)).type, 'permit');
      assert.equal(later.approver.asked.length, 0);
      all.clear();
      assert.equal((await later.admit(npmTest)).type, 'refused');
      assert.equal(later.approver.asked.length, 1);
    });

    it('holds for what a command was seen to want, while its scripts stay as they are', async () => {
      const { kept } = store();
      await setUp('auto', forWorkspace, { kept }).widen(npmTest, [host]);
      const later = setUp('auto', no, { kept });
      const same = await later.admit(npmTest);
      assert.deepEqual(same.type === 'permit' && same.permit.terms.hosts, ['a.example']);
      const before = { ...later.facts };
      later.facts.manifest = (...args) => {
        const found = before.manifest(...args);
        return found && { ...found, tasks: { ...found.tasks, test: 'node --test && echo more' } };
      };
      const other = await later.admit(npmTest);
      assert.deepEqual(other.type === 'permit' ? other.permit.terms.hosts : [], []);
    });

    it('is kept for the run where it cannot be kept for longer', async () => {
      const broken: KeptGrants = {
        all: async () => [],
        keep: () => Promise.reject(new Error('EROFS')),
        revoke: async () => false,
      };
      const { admit, approver, journal } = setUp('ask', forWorkspace, { kept: broken });
      for (let i = 0; i < 2; i++) assert.equal((await admit(npmTest)).type, 'permit');
      assert.equal(approver.asked.length, 1);
      assert.equal(journal.events.find(event => event.kind === 'grant.given')?.scope, undefined);
    });

    it('is never kept beyond the run for what is critical, and not at all for what is asked about each time', async () => {
      const { all, kept } = store();
      const critical = setUp('auto', forWorkspace, { kept });
      await critical.admit(exec('git push --force origin main'));
      await critical.admit(edit(`${root}/.git/hooks/pre-commit`));
      assert.equal(all.size, 0);
    });

    it('does not lift what the person ruled out in the run at hand', async () => {
      const { kept } = store();
      await setUp('ask', forWorkspace, { kept }).admit(npmTest);
      const said = [{ sentence: 'Do not run the tests.', categories: [], commands: ['npm test'], only: [], not: [] }];
      const later = setUp('ask', no, { kept, bounds: { allowed: null, said } });
      assert.equal((await later.admit(npmTest)).type, 'refused');
      assert.equal(later.approver.asked.length, 1);
    });

    it('is not used by a tainted run for what leaves the machine', async () => {
      const { kept } = store();
      const command = exec('curl -o x https://a.example/x');
      const first = setUp('auto', forWorkspace, { kept });
      await first.admit(command);
      assert.equal(first.journal.events.filter(event => event.kind === 'grant.given').length, 1);
      const tainted = setUp('auto', no, { kept, taint: { source: 'README.md', line: 3 } });
      assert.equal((await tainted.admit(command)).type, 'refused');
      assert.equal(tainted.approver.asked.length, 1);
      // A host that was granted takes it off the machine as well.
      await setUp('auto', forWorkspace, { kept }).widen(npmTest, [host]);
      assert.equal((await tainted.admit(npmTest)).type, 'refused');
      assert.equal(tainted.approver.asked.length, 2);
    });
  });

  it('asks again when a script that the answer was given for has changed', async () => {
    const { admit, approver, facts } = setUp('auto', forRun);
    const command = exec('bash tools/x.sh && curl -o y https://a.example/y');
    facts.text = () => 'echo one';
    await admit(command);
    await admit(command);
    assert.equal(approver.asked.length, 1);
    facts.text = () => 'echo two';
    await admit(command);
    assert.equal(approver.asked.length, 2);
  });

  it('mints nothing where a script changes between the judgement and the permit', async () => {
    for (const command of ['bash tools/x.sh', 'npm test']) {
      const { admit, facts } = setUp('auto', yes);
      let reads = 0;
      facts.text = () => `echo ${reads++}`;
      const before = { ...facts };
      facts.manifest = (...args) => {
        const found = before.manifest(...args);
        return found && { ...found, tasks: { ...found.tasks, other: `echo ${reads++}` } };
      };
      const admission = await admit(exec(command));
      assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'factsChanged', command);
    }
  });

  it('gives a permit only the hosts that the text names', async () => {
    const { admit } = setUp('auto', yes);
    const admission = await admit(exec('curl -o x https://files.example.com/x'));
    assert.deepEqual(admission.type === 'permit' && admission.permit.terms.hosts, ['files.example.com']);
  });

  it('gives a permit for a push that holds its very commits, once each time it is asked', async () => {
    const { admit, approver } = setUp('auto', forRun);
    for (const sha of ['a', 'b', 'b']) {
      const effect = push({ refspecs: [{ sha: sha.repeat(40), ref: 'refs/heads/topic' }] });
      const admission = await admit(effect);
      assert.equal(admission.type, 'permit');
      assert.equal(admission.permit.digest, digestOf(effect));
      assert.deepEqual(admission.permit.redeem(0).effect, effect);
    }
    assert.equal(approver.asked.length, 3);
    assert.ok(approver.asked.every(({ assessment }) => assessment?.tier === 'high'));
  });

  it('ends the run where a rule says so', async () => {
    const { admit } = setUp('auto', yes, { policy: { user: '  - { decision: halt, when: { program: npm } }\n' } });
    const admission = await admit(exec('npm test'));
    assert.deepEqual(admission.type === 'refused' && admission.halt, true);
  });

  it('takes a fault of the approver for a no', async () => {
    const { admit } = setUp('auto', new Error('boom'));
    assert.equal((await admit(exec('git push'))).type, 'refused');
  });

  it('takes a fault of its own for a no, without asking', async () => {
    const { admit, approver, facts } = setUp('auto', yes);
    facts.path = () => {
      throw new Error('boom');
    };
    const admission = await admit(exec('cat a'));
    assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'gateFault');
    assert.equal(approver.asked.length, 0);
  });

  it('gives the model the person’s sentence', async () => {
    const { admit } = setUp('auto', no);
    const admission = await admit(exec('git push'));
    assert.equal(admission.type === 'refused' && admission.failure.args['why'], 'not today');
  });

  it('refuses what became another thing while the person thought', async () => {
    const places: Record<string, Partial<PathFact>> = {};
    const { admit, approver } = setUp('ask', yes, { places });
    approver.ask = async () => {
      places[`${root}/a.ts`] = { real: '/srv/a.ts', inside: false };
      return yes;
    };
    const admission = await admit(edit(`${root}/a.ts`));
    assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'factsChanged');
  });

  describe('a permit that was not used in time', () => {
    it('is given anew, without asking again', async () => {
      for (const [effect, answer] of [
        [exec('npm test'), null],
        [exec('npm publish'), yes],
        [edit('/tmp/x.ts'), yes],
      ] as const) {
        const { gate, admit, approver } = setUp('auto', answer);
        const given = await admit(effect);
        assert.equal(given.type, 'permit');
        if (given.type !== 'permit') return;
        const asked = approver.asked.length;
        const again = await gate.renew('e1', given, new AbortController().signal);
        assert.equal(again.type, 'permit');
        if (again.type !== 'permit') return;
        assert.notEqual(again.permit, given.permit);
        assert.deepEqual([again.value, again.permit.terms], [given.value, given.permit.terms]);
        assert.deepEqual([approver.asked.length, again.permit.redeem(0).effect], [asked, effect]);
      }
    });

    it('is given anew with what was granted beyond the text', async () => {
      const { gate, widen } = setUp('auto', forRun);
      const given = await widen(exec('npm test'), [{ type: 'host', host: 'registry.example', port: 443 }]);
      assert.equal(given.type, 'permit');
      if (given.type !== 'permit') return;
      const again = await gate.renew('e1', given, new AbortController().signal);
      assert.deepEqual(again.type === 'permit' && again.permit.terms, given.permit.terms);
    });

    it('is refused where what it was given for is another thing by now, and after a stop', async () => {
      const over: Over = {};
      const { gate, admit, journal } = setUp('auto', yes, over);
      const { signal } = new AbortController();
      const given = await admit(exec('npm publish'));
      assert.equal(given.type, 'permit');
      if (given.type !== 'permit') return;
      over.taint = { source: 'a.md', line: 1 };
      const again = await gate.renew('e1', given, signal);
      assert.equal(again.type === 'refused' && again.failure.args['rule'], 'factsChanged');
      const last = journal.events.at(-1);
      assert.equal(last?.kind === 'effect.decided' && last.decision.verdict, 'deny');
      delete over.taint;
      assert.equal((await gate.renew('e1', given, AbortSignal.abort())).type, 'refused');
      const forged = { ...given, value: exec('make other') };
      assert.equal((await gate.renew('e1', forged, signal)).type, 'refused');
    });
  });

  it('mints nothing after a stop', async () => {
    const stop = new AbortController();
    const { admit, approver } = setUp('auto', yes);
    approver.ask = async () => {
      stop.abort();
      return yes;
    };
    assert.equal((await admit(exec('git push'), stop.signal)).type, 'refused');
  });

  it('asks once for a command that was allowed for the run, and anew for any other', async () => {
    const { admit, approver } = setUp('auto', forRun);
    await admit(exec('git push origin main'));
    assert.equal((await admit(exec('git push origin main'))).type, 'permit');
    assert.equal(approver.asked.length, 1);
    await admit(exec('git push origin main --force'));
    assert.equal(approver.asked.length, 2);
  });

  it('asks each time where a floor asks, whatever was answered', async () => {
    const { admit, approver } = setUp('auto', forRun);
    for (const times of [1, 2]) {
      assert.equal((await admit(exec('echo x > .vscode/settings.json'))).type, 'permit');
      assert.equal(approver.asked.length, times);
    }
  });

  it('writes down what was found, asked and answered in the order in which it happened', async () => {
    const { admit, journal } = setUp('auto', yes);
    await admit(exec('git push'));
    const kinds = journal.events.map(event => event.kind);
    assert.deepEqual(kinds, [
      'effect.assessed',
      'effect.decided',
      'question.asked',
      'question.answered',
      'effect.decided',
    ]);
    const last = journal.events.at(-1);
    assert.equal(last?.kind === 'effect.decided' && last.decision.by.type, 'person');
  });
});

describe('what was observed', () => {
  const host: Violation = { type: 'host', host: 'example.com', port: 443 };

  it('becomes a question that names it, and a yes a permit that holds it', async () => {
    const { widen, approver } = setUp('auto', yes);
    const admission = await widen(exec('npm test'), [host, { type: 'write', path: '/srv/x' }]);
    assert.deepEqual(
      approver.asked[0]?.decision.reasons.map(reason => reason.code),
      ['observed.host', 'observed.write'],
    );
    assert.deepEqual(admission.type === 'permit' && admission.permit.terms, {
      profile: 'workspace-hosts',
      hosts: ['example.com'],
      writes: ['/srv/x'],
    });
  });

  it('is told apart where it is a file that runs outside the sandbox', async () => {
    const { widen, approver } = setUp('auto', yes);
    const path = `${root}/eslint.config.js`;
    const admission = await widen(exec('npm test'), [{ type: 'write', path }]);
    assert.deepEqual(approver.asked[0]?.decision.reasons, [{ code: 'observed.hostFile', args: { path } }]);
    assert.deepEqual(admission.type === 'permit' && admission.permit.terms.writes, [path]);
  });

  it('is in the permit beforehand where the command names such a file, which is not put back then', async () => {
    const { admit } = setUp('auto', yes);
    for (const command of ['echo x > package.json', 'rm package.json']) {
      const admission = await admit(exec(command));
      assert.deepEqual(admission.type === 'permit' && admission.permit.terms.writes, [`${root}/package.json`]);
    }
    const other = await admit(exec('echo x > src/new.ts'));
    assert.deepEqual(other.type === 'permit' && other.permit.terms.writes, []);
  });

  it('is refused unasked where a rule forbids it', async () => {
    const { widen, approver } = setUp('auto', yes, {
      policy: { managed: '  - { id: no-example, decision: deny, when: { hosts: example.com } }\n' },
    });
    const admission = await widen(exec('npm test'), [host]);
    assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'no-example');
    assert.equal(approver.asked.length, 0);
  });

  it('is refused unasked where nothing of a run may write', async () => {
    for (const path of ['/state/policy.yaml', '/state/runs/r/journal.ndjson']) {
      const { widen, approver } = setUp('auto', forRun);
      assert.equal((await widen(exec('npm test'), [{ type: 'write', path }])).type, 'refused', path);
      assert.equal(approver.asked.length, 0);
    }
  });

  it('is asked about each time where a floor asks', async () => {
    for (const path of [`${root}/.vscode/tasks.json`, `${root}/.git/hooks/pre-commit`, '/home/ann/.bashrc']) {
      const { widen, approver, journal } = setUp('auto', forRun);
      await widen(exec('npm test'), [{ type: 'write', path }]);
      assert.deepEqual([approver.asked.length, approver.asked[0]?.lasting], [1, false], path);
      assert.ok(!journal.events.some(({ kind }) => kind === 'grant.given'), path);
    }
  });

  it('is refused where nobody answers', async () => {
    const { widen } = setUp('auto', null);
    assert.equal((await widen(exec('npm test'), [host])).type, 'refused');
  });

  it('is in the next permit where it was allowed for the run, and not where it was allowed once', async () => {
    for (const [answer, hosts] of [
      [forRun, ['example.com']],
      [yes, []],
    ] as const) {
      const { widen, admit } = setUp('auto', answer);
      await widen(exec('npm test'), [host]);
      const next = await admit(exec('npm test'));
      assert.deepEqual(next.type === 'permit' && next.permit.terms.hosts, hosts);
      const other = await admit(exec('npm test -- --watch=false'));
      assert.deepEqual(other.type === 'permit' && other.permit.terms.hosts, []);
    }
  });
});
