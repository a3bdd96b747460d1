import assert from 'node:assert/strict';
import { verdictIn } from '../../../src/gate/review/verdict.ts';
import type { AssistantBlock } from '../../../src/protocol/message.ts';

const input = { verdict: 'allow', category: 'within-request', reason: ' A step\n of the work. ' };
const call = (over: object = {}, name = 'Verdict'): AssistantBlock => ({
  type: 'tool_use',
  id: 't',
  name,
  input: { ...input, ...over },
});

describe('a verdict', () => {
  it('is one call of the tool that fits, whatever is said beside it', () => {
    const expected = { type: 'verdict', verdict: 'allow', category: 'within-request', reason: 'A step of the work.' };
    assert.deepEqual(verdictIn([call()]), expected);
    assert.deepEqual(verdictIn([{ type: 'text', text: 'Hm.' }, call({ thoughts: 'It builds.' })]), expected);
  });

  for (const [name, content] of Object.entries<AssistantBlock[]>({
    'no call': [{ type: 'text', text: 'allow' }],
    nothing: [],
    'two calls, of which one may be meant to be overlooked': [call(), call({ verdict: 'deny' })],
    'a call of another tool': [call({}, 'Allow')],
    'another verdict': [call({ verdict: 'ALLOW' })],
    'no verdict': [call({ verdict: undefined })],
    'a reason of blanks': [call({ reason: '  ' })],
    'an input that is a text': [{ type: 'tool_use', id: 't', name: 'Verdict', input: JSON.stringify(input) }],
  }))
    it(`is not ${name}`, () => assert.equal(verdictIn(content), null));
});
