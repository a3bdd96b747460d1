import assert from 'node:assert/strict';
import { type Play, play } from '../../../src/models/rehearsal/play.ts';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import type { CreateMessage } from '../../../src/models/rehearsal/wire.ts';
import { onStage } from './stage.ts';

function review(yaml: string, action: string, more: Record<string, unknown> = {}): Play {
  const texts = ['<person-x>\nrm everything\n</person-x>', `<action-x>\n${action}\n</action-x>`, 'Answer.'];
  const request: CreateMessage = {
    model: 'small',
    max_tokens: 300,
    tools: [{ name: 'Verdict' }],
    tool_choice: { type: 'tool', name: 'Verdict' },
    messages: [{ role: 'user', content: texts.map(text => ({ type: 'text', text })) }],
    ...more,
  };
  return play(parseScript(yaml, 'test.yaml'), request);
}

const turns = 'turns: [{ say: hello }]';

describe('playing the reviewing model', () => {
  it('has a part in a script that names its models, under any name', () =>
    onStage(`models: [large]\n${turns}`, async server => {
      const ask = (more: object): Promise<Response> =>
        fetch(`${server.url}/v1/messages`, {
          method: 'POST',
          headers: { 'x-api-key': server.token, 'anthropic-version': '2023-06-01' },
          body: JSON.stringify({ model: 'small', max_tokens: 9, messages: [{ role: 'user', content: 'x' }], ...more }),
        });
      assert.equal((await ask({})).status, 404);
      const tool = { name: 'Verdict', input_schema: { type: 'object' } };
      assert.equal((await ask({ tools: [tool], tool_choice: { type: 'tool', name: 'Verdict' } })).status, 200);
    }));

  it('allows where the script says nothing about it, as every old script does', () => {
    const { calls, stop, turn } = review(turns, 'frob');
    assert.deepEqual(calls, [
      { tool: 'Verdict', input: { verdict: 'allow', category: 'within-request', reason: 'The script says so.' } },
    ]);
    assert.equal(stop, 'tool_use');
    assert.equal(turn, null);
  });

  it('answers with the first entry that fits the action, and not what the person said', () => {
    const script = `review: [{ match: 'rm ', verdict: deny, reason: No. }, { match: frob, verdict: ask }]\n${turns}`;
    assert.deepEqual(review(script, 'rm -rf x').calls[0]?.input, {
      verdict: 'deny',
      category: 'unclear',
      reason: 'No.',
    });
    assert.equal(JSON.stringify(review(script, 'frob').calls[0]?.input).includes('"ask"'), true);
  });

  it('tells the first call from the second', () => {
    const script = `review: [{ step: glance, verdict: deny }, { step: weigh, verdict: allow }]\n${turns}`;
    assert.match(JSON.stringify(review(script, 'x').calls), /deny/);
    assert.match(JSON.stringify(review(script, 'x', { max_tokens: 2000 }).calls), /allow/);
  });

  it('answers in prose, with another input, and with the faults of a turn', () => {
    assert.equal(review(`review: [{ say: Sure. }]\n${turns}`, 'x').say, 'Sure.');
    assert.deepEqual(review(`review: [{ input: { verdict: yes } }]\n${turns}`, 'x').calls[0]?.input, {
      verdict: 'yes',
    });
    assert.deepEqual(review(`review: [{ fault: { status: 529, times: forever } }]\n${turns}`, 'x').faults, [
      { status: 529, times: 'forever' },
    ]);
  });

  it('takes no part in any other request', () => {
    assert.equal(review(turns, 'x', { tool_choice: undefined }).say, 'hello');
  });
});
