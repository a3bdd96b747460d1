import assert from 'node:assert/strict';
import { decidedSentence } from '../../src/hosts/decidedWords.ts';
import { isPlainLine, toastOf } from '../../src/hosts/toastText.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { assess } from '../risk/shell/support.ts';
import { createScript } from '../webview/events.ts';

const ask = (value: Effect, over: Partial<Question> = {}): Question => ({
  id: 'q',
  effect: 'e',
  value,
  decision: { verdict: 'ask', by: { type: 'static' }, reasons: [{ code: 'mode.ask', args: {} }] },
  assessment: value.kind === 'exec' ? assess(value.command) : null,
  terms: { profile: 'workspace', hosts: [], writes: [] },
  lasting: true,
  ...over,
});
const exec = (command: string, background = false): Effect => ({
  kind: 'exec',
  command,
  cwd: '/work/app',
  timeoutMs: 1,
  background,
});
const of = (command: string): ReturnType<typeof toastOf> => toastOf(ask(exec(command)));

describe('a notification about a question', () => {
  it('shows a short, plain command whole, and can be allowed there', () => {
    assert.deepEqual(of('npm test'), {
      text: 'Gatehouse: Run “npm test”? Risk: medium (package script). In mode Ask, everything but looking is asked about.',
      allow: true,
    });
    assert.equal(of('git commit -m "mend it"').allow, true);
  });

  it('allows nothing where the command was seen to want what its words do not say', () => {
    const wants = { ...assess('curl https://a.example'), parts: [] };
    const { text, allow } = toastOf(ask(exec('npm test'), { assessment: wants }));
    assert.deepEqual([allow, text.startsWith('Gatehouse: Run a command? Risk: high (network).')], [false, true]);
  });

  for (const [name, command] of Object.entries({
    'a newline': 'npm test\nrm -rf src',
    'a link that would run something': '[Allow](command:workbench.action.quit)',
    'an address': 'frobnicate https://a.example',
    'text that turns around': 'npm \u202etset',
    'a zero-width letter': 'npm\u200b test',
    'another letter that looks the same': 'nрm test',
    'a control character': 'npm test\u0007',
    'several programs': 'npm test && npm run lint',
    'a pipe': 'npm test | tail',
    'a redirection': 'npm test > out',
    'a variable': 'npm $X',
    'a substitution': 'npm `id`',
    'a backslash': 'npm te\\st',
    'a home folder': 'cat ~/notes',
    'more than fits at a glance': `touch ${'a'.repeat(60)}`,
  }))
    it(`neither shows nor allows ${name}`, () => {
      const { text, allow } = of(command);
      assert.equal(allow, false);
      assert.match(text, /^Gatehouse: Run (a command|[\w.-]+( and other programs)?)\? [\x20-\x7e]*$/);
      assert.ok(!/[[\]()<>]|command:|:\/\//.test(text.replace(/ \([a-z ,]+\)\./, '')), text);
    });

  it('names the program of what it does not show', () => {
    assert.match(of('npm test && npm run lint').text, /Run npm and other programs\?/);
    assert.match(of('curl -s https://a.example/x').text, /Run curl\? Risk: high \(network\)\./);
  });

  it('can never be allowed there where it is critical, a floor asks, it stays, or it was not understood', () => {
    const plain = ask(exec('frobnicate x'));
    assert.equal(toastOf(plain).allow, true);
    const { assessment } = plain;
    assert.ok(assessment !== null);
    for (const over of [{ tier: 'critical' }, { floor: 'ask' }, { understood: false }] as const)
      assert.equal(toastOf({ ...plain, assessment: { ...assessment, ...over } }).allow, false, JSON.stringify(over));
    assert.equal(toastOf({ ...plain, assessment: null }).allow, false);
    assert.equal(toastOf(ask(exec('npm test', true))).allow, false);
  });

  it('holds no words of a rule, a path or a host', () => {
    const evil = '[x](command:evil)';
    const reasons = [
      { code: 'policy.rule', args: { rule: evil, because: evil } },
      { code: 'network.reach', args: { host: evil } },
    ];
    const { text } = toastOf(ask(exec('npm test'), { decision: { verdict: 'ask', by: { type: 'static' }, reasons } }));
    assert.ok(!text.includes('command:'), text);
    assert.match(text, /A rule of the policy asks about it\./);
    const edit = ask({ kind: 'read', path: `/work/${evil}` });
    assert.equal(toastOf(edit).text, 'Gatehouse: Read a file? In mode Ask, everything but looking is asked about.');
  });

  it('takes a line for plain by what it may hold, not by what it may not', () => {
    for (const line of ['npm test', './run.sh a=b', 'git log -p --stat', "echo 'a b'"])
      assert.ok(isPlainLine(line), line);
    for (const line of ['', ' npm', '“npm”', 'a;b', 'a&b', '(a)', '{a}', 'a*', 'a?', '!a', 'a#b', '~a', 'a\tb'])
      assert.ok(!isPlainLine(line), line);
  });
});

describe('a late answer', () => {
  const { event } = createScript();
  const answered = (verdict: 'allow' | 'deny', surface: string): EventBody[] => [
    { kind: 'question.asked', question: 'q', effect: 'e' },
    { kind: 'question.answered', question: 'q', effect: 'e', answer: { verdict } },
    {
      kind: 'effect.decided',
      effect: 'e',
      decision: { verdict, by: { type: 'person', surface, afterMs: 1 }, reasons: [] },
    },
  ];
  const said = (bodies: EventBody[]): string =>
    decidedSentence(
      bodies.flatMap(body => {
        const told = event(body);
        return told.type === 'event' ? [told.event] : [];
      }),
      'q',
    );

  it('is told what was decided, and where', () => {
    assert.equal(said(answered('allow', 'panel')), 'That was decided before: you allowed it in the panel.');
    assert.equal(said(answered('deny', 'notification')), 'That was decided before: you said no from a notification.');
    assert.match(said(answered('allow', 'panel').slice(0, 1)), /withdrawn before: the run was stopped or has ended/);
  });
});
