import assert from 'node:assert/strict';
import { type Play, play } from '../../../src/models/rehearsal/play.ts';
import { parseScript, type Script } from '../../../src/models/rehearsal/script.ts';
import type { CreateMessage, RequestMessage } from '../../../src/models/rehearsal/wire.ts';

const user = (text: string): RequestMessage => ({ role: 'user', content: [{ type: 'text', text }] });
const result = (content: string, is_error = false): RequestMessage => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 't', content, is_error }],
});
const answer: RequestMessage = { role: 'assistant', content: [{ type: 'text', text: '…' }] };

const script = (yaml: string): Script => parseScript(yaml, 'test.yaml');
const ask = (on: Script, messages: RequestMessage[], rest: Partial<CreateMessage> = {}): Play =>
  play(on, { model: 'm', max_tokens: 100, messages, ...rest });

describe('playing a script', () => {
  it('gives one turn after the other, and says when there are no more', () => {
    const two = script('turns: [{ say: one }, { say: two }]');
    assert.equal(ask(two, [user('go')]).say, 'one');
    assert.equal(ask(two, [user('go'), answer, user('on')]).say, 'two');
    const over = ask(two, [user('go'), answer, user('on'), answer, user('on')]);
    assert.equal(over.say, 'The script has no more turns.');
    assert.equal(over.stop, 'end_turn');
    assert.equal(over.turn, null);
  });

  it('depends on the last tool result', () => {
    const branch = script(`turns:
      - calls: [{ tool: Bash, input: { command: npm test } }]
      - when: { result: { matches: '^# fail 0$' } }
        say: green
        goto: end
      - when: { result: { contains: denied, isError: true } }
        say: refused
        goto: end
      - say: red`);
    const after = (message: RequestMessage) => ask(branch, [user('go'), answer, message]).say;
    assert.equal(after(result('# pass 3\n# fail 0\n')), 'green');
    assert.equal(after(result('# fail 01')), 'red');
    assert.equal(after(result('denied', true)), 'refused');
    assert.equal(after(result('denied')), 'red');
    assert.match(ask(branch, [user('go'), answer, result('# fail 0'), answer, user('?')]).say ?? '', /no more turns/);
  });

  it('depends on what the person said, on the turn, the tools and the model', () => {
    const choosy = script(`turns:
      - { when: { user: please }, say: polite }
      - { when: { tool: Bash }, say: armed }
      - { when: { model: opus }, say: grand }
      - { when: { turn: 1 }, say: first }`);
    assert.equal(ask(choosy, [user('please go')]).say, 'polite');
    assert.equal(ask(choosy, [user('go')], { tools: [{ name: 'Bash' }] }).say, 'armed');
    assert.equal(ask(choosy, [user('go')], { model: 'an-opus' }).say, 'grand');
    assert.equal(ask(choosy, [user('go')]).say, 'first');
  });

  it('captures from one result what a later turn says', () => {
    const keen = script(`turns:
      - calls: [{ tool: Grep, input: { pattern: x } }]
      - { capture: { line: ':(\\d+):' }, say: 'line \${capture.line}' }
      - calls: [{ tool: Read, input: { offset: '\${capture.line}', deep: ['at \${capture.line}'] } }]`);
    const begun = [user('go'), answer, result('a.js:42: x')];
    assert.equal(ask(keen, begun).say, 'line 42');
    const later = ask(keen, [...begun, answer, user('on')]);
    assert.deepEqual(later.calls, [{ tool: 'Read', input: { offset: '42', deep: ['at 42'] } }]);
    assert.match(ask(keen, [user('go'), answer, result('nothing')]).say ?? '', /capture 'line'/);
  });

  it('repeats a turn, a number of times or forever, and jumps', () => {
    const loop = script('turns: [{ say: a, repeat: 2 }, { label: b, say: b }, { say: c, goto: b }]');
    const said = [0, 1, 2, 3, 4, 5].map(
      turns => ask(loop, [user('go'), ...Array.from({ length: turns }, () => [answer, user('on')]).flat()]).say,
    );
    assert.deepEqual(said, ['a', 'a', 'b', 'c', 'b', 'c']);
    const endless = script('turns: [{ say: again, repeat: forever }, { say: never }]');
    const long = Array.from({ length: 500 }, () => [answer, user('on')]).flat();
    assert.equal(ask(endless, [user('go'), ...long]).say, 'again');
  });

  it('leaves a repeated turn when its condition no longer holds', () => {
    const until = script(`turns:
      - calls: [{ tool: Bash, input: { command: poll } }]
      - { when: { result: { contains: busy } }, repeat: forever, calls: [{ tool: Bash, input: { command: poll } }] }
      - say: free`);
    const busy = [user('go'), answer, result('busy'), answer, result('busy')];
    assert.equal(ask(until, busy).calls.length, 1);
    assert.equal(ask(until, [...busy, answer, result('idle')]).say, 'free');
  });

  it('does not go round for ever in jumps alone', () => {
    const round = script('turns: [{ label: a, when: { turn: 1 }, goto: b }, { label: b, goto: a }]');
    assert.match(ask(round, [user('go')]).say ?? '', /no more turns/);
  });

  it('chooses the part by the system prompt', () => {
    const cast = script(`roles:
      - { name: planner, system: You plan, turns: [{ say: a plan }] }
      - { name: executor, system: '', turns: [{ say: work }] }`);
    assert.equal(ask(cast, [user('go')], { system: 'You plan well.' }).say, 'a plan');
    assert.equal(ask(cast, [user('go')], { system: [{ type: 'text', text: 'You plan.' }] }).say, 'a plan');
    assert.equal(ask(cast, [user('go')], { system: 'You work.' }).say, 'work');
  });
});
