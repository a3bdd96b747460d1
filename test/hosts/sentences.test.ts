import assert from 'node:assert/strict';
import { reasonCodes } from '../../src/gate/reasons.ts';
import { riskSentence } from '../../src/hosts/riskSentences.ts';
import { reasonSentence, sentenceFor, tellingReasons } from '../../src/hosts/sentences.ts';
import { type Failure, failures } from '../../src/protocol/failure.ts';

/** Arguments that show up in a sentence if it says them; numbers where numbers are wanted. */
const args = new Proxy<Record<string, string | number>>(
  {},
  {
    get: (_, name) =>
      /^(bytes|limit|count|line|column|status|attempts|expected|found|version)$/.test(String(name))
        ? 7
        : `<${String(name)}>`,
  },
);

describe('the sentence for a failure', () => {
  for (const factory of Object.values(failures)) {
    const failure: Failure = (factory as (given: unknown) => Failure)(args);
    it(`says what ${failure.code} means and what to do`, () => {
      const text = sentenceFor(failure);
      assert.ok(text.length > 8, text);
      assert.match(text, /^[^a-z].*[.!?]$/s);
      assert.doesNotMatch(text, /undefined|\bNaN\b|\.\./);
    });
  }

  it('names each argument that tells failures of one kind apart', () => {
    const said = sentenceFor(failures.editManyMatches({ path: 'src/a.ts', count: 3 }));
    assert.match(said, /src\/a\.ts/);
    assert.match(said, /3 times/);
    assert.match(
      sentenceFor(failures.journalDamaged({ run: 'r1', line: 12, problem: 'hash' })),
      /r1.*line 12.*changed/,
    );
    assert.doesNotMatch(sentenceFor(failures.journalDamaged({ run: 'r1', line: 0, problem: 'anchorMissing' })), /line/);
    assert.match(sentenceFor(failures.journalCut({ run: 'r1', expected: 9, found: 7 })), /8 records, and 10/);
    assert.match(
      sentenceFor(failures.stateUnsafe({ path: '/s', problem: 'inWorkspace' })),
      /\/s.*inside the workspace/,
    );
    assert.match(sentenceFor(failures.stateUnsafe({ path: '/s', problem: 'EROFS' })), /EROFS/);
  });

  it('names the rule of a refusal in words', () => {
    assert.match(sentenceFor(failures.refused({ rule: 'person.denied', why: 'not now' })), /A person said no: not now/);
    assert.match(
      sentenceFor(failures.refused({ rule: 'path.key', why: '/h/.ssh/id' })),
      /^Not allowed: \/h\/\.ssh\/id is a key\. No run may do that\. Do it yourself if it is needed\.$/,
    );
    assert.match(sentenceFor(failures.refused({ rule: 'observed.host', why: 'a.example' })), /reach a\.example,/);
    assert.equal(
      sentenceFor(failures.refused({ rule: 'no-push', why: 'Not on Fridays.' })),
      'Not allowed: The rule “no-push” applies. Not on Fridays.',
    );
    assert.equal(
      sentenceFor(failures.refused({ rule: 'toString', why: '' })),
      'Not allowed: The rule “toString” applies.',
    );
  });

  it('says for each reason that there is no sandbox what to do', () => {
    const whys = ['holdsHome', 'platform', 'bwrapMissing', 'seccompMissing', 'namespacesClosed', 'runtimeMissing'];
    for (const why of whys) {
      const text = sentenceFor(failures.sandboxUnavailable({ why }));
      assert.doesNotMatch(text, new RegExp(why));
      assert.match(text, /: .+\. (Use|Install|Reinstall|Open) .+\. `gatehouse doctor` says more\.$/);
    }
  });

  it('falls back to the code of a version to come, with its arguments', () => {
    const failure: Failure = { code: 'moon.full', audience: 'user', args: { phase: 'full' } };
    assert.equal(sentenceFor(failure), 'It failed with the code moon.full (phase: full).');
    assert.match(sentenceFor({ ...failure, code: 'toString', args: {} }), /code toString/);
  });
});

describe('the sentence for a reason', () => {
  for (const code of reasonCodes)
    it(`says what ${code} means, with and without its arguments`, () => {
      for (const given of [{}, { path: '/w/x', why: 'because' }]) {
        const text = reasonSentence({ code, args: given });
        assert.match(text, /^[^a-z].*[.!?]$|: because$/);
        assert.doesNotMatch(text, /undefined/);
      }
    });

  it('of the static risk fills in its arguments, and begins with a capital letter without them', () => {
    assert.equal(riskSentence('packages.asksRegistry', { program: 'npm' }), 'npm asks a public registry.');
    assert.equal(riskSentence('packages.asksRegistry', {}), 'It asks a public registry.');
    assert.equal(riskSentence('network.send', { host: 'a.example' }), 'It sends data to a.example.');
    assert.equal(riskSentence('network.send', {}), 'It sends data to it.');
    assert.equal(
      riskSentence('network.send', { host: '?' }),
      'It sends data to a host that is only known when it runs.',
    );
    assert.equal(riskSentence('constructor', {}), null);
  });

  it('leaves out that the mode asks about everything where more speaks against it', () => {
    const [mode, host] = [
      { code: 'mode.ask', args: {} },
      { code: 'observed.host', args: {} },
    ] as const;
    assert.deepEqual(tellingReasons([mode]), [mode]);
    const harmless = { code: 'static.harmless', args: {} } as const;
    assert.deepEqual(tellingReasons([mode, harmless]), [mode, harmless]);
    assert.deepEqual(tellingReasons([mode, host]), [host]);
    assert.deepEqual(tellingReasons([]), []);
  });

  it('falls back to the code of a version to come', () => {
    assert.equal(reasonSentence({ code: 'policy.new', args: { n: 1 } }), 'The rule policy.new applies (n: 1).');
  });
});
