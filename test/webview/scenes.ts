import { termsSentence } from '../../src/hosts/permitWords.ts';
import { reasonSentence } from '../../src/hosts/sentences.ts';
import type { Terms } from '../../src/protocol/containment.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import type { ExplainedPart, HostMessage, Told } from '../../src/protocol/panel.ts';
import { answered, createScript, digest, edit, exec, execDone, harmless, started, workspace } from './events.ts';

const call = (id: string, name: string, input: unknown) => ({ type: 'tool_use' as const, id, name, input });
const text = (words: string) => ({ type: 'text' as const, text: words });
const proposed = (effect: string, id: string, tool: string, value: Effect): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: id,
  tool,
  value,
  digest,
});
const by = { type: 'static' as const };
const allowed = (effect: string): EventBody => ({
  kind: 'effect.decided',
  effect,
  decision: { verdict: 'allow', by, reasons: [] },
});
const told = (id: string, tool: string, words: string, isError = false): EventBody => ({
  kind: 'tool.answered',
  call: id,
  tool,
  text: words,
  isError,
  masked: 0,
});
const terms: Terms = { profile: 'workspace', hosts: [], writes: [] };

const failingTests = [
  '\u001b[31m✖ format carries a rest that rounds up\u001b[0m (1.2ms)',
  "  AssertionError: Expected '1m', got '60s'",
  ...Array.from({ length: 60 }, (_, at) => `  at frame ${at} (file:///project/test/format.test.js:${at}:5)`),
  'ℹ pass 11',
  'ℹ fail 1',
].join('\n');

export const ruleText = 'id: npm-test\ndecision: allow\nwhen:\n  command: npm test\n  tier: low\n';
const explained: ExplainedPart[] = [
  { text: 'npm test -- --test-reporter=spec', depth: 0, says: ['Writes the workspace.'] },
  {
    text: 'node --test --test-reporter=spec',
    depth: 1,
    says: ['Nothing was found that it touches, and nothing speaks against it.'],
  },
];

/** A run up to the question whether its first command may run, and then as far as `until`. */
export function story(until: 'question' | 'streaming' | 'end' | 'failure'): HostMessage {
  const { event, live } = createScript();
  const items: Told[] = [
    event(started),
    event({ kind: 'turn.started', turn: 1 }),
    event(
      answered(1, text("I'll run the tests first, to see what fails."), call('c1', 'Bash', { command: 'npm test' })),
    ),
    event(proposed('e1', 'c1', 'Bash', exec('npm test -- --test-reporter=spec'))),
    {
      ...event({ kind: 'effect.assessed', effect: 'e1', assessment: harmless, terms }, termsSentence(terms)),
      explained,
    },
    event(
      { kind: 'effect.decided', effect: 'e1', decision: { verdict: 'ask', by, reasons: [] } },
      reasonSentence({ code: 'mode.ask', args: {} }),
    ),
    event({ kind: 'question.asked', question: 'q1', effect: 'e1', lasting: true, ruleText }),
    live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'nonce-1' }),
  ];
  const message: HostMessage = { type: 'replay', run: 'run-1', items };
  if (until === 'question') return message;
  items.push(
    event({ kind: 'question.answered', question: 'q1', effect: 'e1', answer: { verdict: 'allow' } }),
    live({ type: 'questionClosed', question: 'q1' }),
    event(
      {
        kind: 'effect.decided',
        effect: 'e1',
        decision: { verdict: 'allow', by: { type: 'person', surface: 'panel', afterMs: 2100 }, reasons: [] },
      },
      'A person allowed it.',
    ),
    event({ kind: 'effect.intended', effect: 'e1', digest }),
    event(execDone('e1', 1)),
    event(told('c1', 'Bash', failingTests, true)),
    event({ kind: 'turn.started', turn: 2 }),
    event(
      answered(
        2,
        text(
          'Durations just short of a minute are written wrongly: `60s` in place of `1m`. Two things stand out:\n\n1. `format` rounds **after** splitting\n2. the tests in [test/format.test.js](test/format.test.js#L12) say so\n\n```js\nconst seconds = Math.round((duration % units.m) / units.s);\n```\n\n| unit | ms |\n| :-- | --: |\n| m | 60000 |',
        ),
        call('c2', 'Grep', { pattern: 'Math\\.(round|floor)' }),
        call('c3', 'Read', { file_path: 'src/format.js' }),
        call('c4', 'Edit', { file_path: 'src/format.js' }),
      ),
    ),
    event(
      proposed('e2', 'c2', 'Grep', {
        kind: 'search',
        by: 'content',
        pattern: 'Math\\.(round|floor)',
        root: `${workspace}/src`,
        output: 'content',
      }),
    ),
    event(allowed('e2')),
    event({ kind: 'effect.intended', effect: 'e2', digest }),
    event({
      kind: 'effect.done',
      effect: 'e2',
      durationMs: 12,
      outcome: { kind: 'search', matches: 4, truncated: false },
    }),
    event(told('c2', 'Grep', 'src/format.js:9:  const days = Math.floor(duration / units.d);')),
    event(proposed('e3', 'c3', 'Read', { kind: 'read', path: `${workspace}/src/format.js` })),
    event(allowed('e3')),
    event({ kind: 'effect.intended', effect: 'e3', digest }),
    event({
      kind: 'effect.done',
      effect: 'e3',
      durationMs: 3,
      outcome: { kind: 'read', path: `${workspace}/src/format.js`, file: { sha256: digest, bytes: 800 }, lines: 31 },
    }),
    event(told('c3', 'Read', '1\tconst units = {};\n2\t')),
    event(proposed('e4', 'c4', 'Edit', edit)),
    event(allowed('e4'), 'It changes a file inside the workspace.'),
    event({ kind: 'effect.intended', effect: 'e4', digest }),
    event({
      kind: 'effect.done',
      effect: 'e4',
      durationMs: 5,
      outcome: { kind: 'edit', path: `${workspace}/src/format.js`, file: { sha256: digest, bytes: 900 } },
    }),
    event(told('c4', 'Edit', 'Edited src/format.js.')),
    event({ kind: 'turn.started', turn: 3 }),
  );
  if (until === 'failure') {
    items.push(
      event(
        { kind: 'model.retrying', turn: 3, attempt: 1, code: 'overloaded', waitMs: 2000 },
        'The API is overloaded. This is retry 1; the answer so far is dropped.',
      ),
      event(
        {
          kind: 'model.failed',
          turn: 3,
          failure: { code: 'model.keyRejected', audience: 'user', args: {} },
          usage: null,
        },
        'The API did not accept the key (401: invalid x-api-key). Check the key and that it belongs to this address.',
      ),
      event(
        {
          kind: 'run.ended',
          status: 'failed',
          exitCode: 1,
          failure: { code: 'model.keyRejected', audience: 'user', args: {} },
          survivors: [],
        },
        'The API did not accept the key (401: invalid x-api-key). Check the key and that it belongs to this address.',
      ),
    );
    return message;
  }
  items.push(
    event(answered(3, text('Now the tests again.'), call('c5', 'Bash', { command: 'npm test' }))),
    event(proposed('e5', 'c5', 'Bash', exec('npm test'))),
    event(allowed('e5')),
    event({ kind: 'effect.intended', effect: 'e5', digest }),
  );
  if (until === 'streaming') {
    items.push(
      live({
        type: 'output',
        effect: 'e5',
        text: '> spell-duration@1.2.0 test\n> node --test\n\n✔ parse reads hours (0.9ms)\n',
      }),
    );
    return message;
  }
  items.push(
    event(execDone('e5', 0)),
    event(told('c5', 'Bash', 'ℹ pass 12\nℹ fail 0')),
    event({ kind: 'turn.started', turn: 4 }),
    event(answered(4, text('All tests pass. `format` now rounds the whole duration once; nothing else has changed.'))),
    event({ kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] }),
  );
  return message;
}
