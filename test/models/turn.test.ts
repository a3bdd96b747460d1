import assert from 'node:assert/strict';
import { BrokenTurn, TurnAssembler } from '../../src/models/turn.ts';
import { parseStreamEvent } from '../../src/models/wire.ts';

const start = { type: 'message_start', message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } };
const text = (index: number, ...parts: string[]) => [
  { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
  ...parts.map(part => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: part } })),
  { type: 'content_block_stop', index },
];
const tool = (index: number, ...parts: string[]) => [
  { type: 'content_block_start', index, content_block: { type: 'tool_use', id: `t${index}`, name: 'Bash', input: {} } },
  ...parts.map(part => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json: part },
  })),
  { type: 'content_block_stop', index },
];
const end = (stop_reason: string) => [
  { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 9, cache_read_input_tokens: 7 } },
  { type: 'message_stop' },
];

function assemble(events: object[]) {
  const assembler = new TurnAssembler();
  let said = '';
  for (const raw of events) {
    const event = parseStreamEvent(raw);
    if (event !== null) said += assembler.accept(event);
  }
  return { ...assembler.finish(), said };
}

describe('putting a streamed turn together', () => {
  it('joins text and tool input, and takes the last word on usage', () => {
    const turn = assemble([start, ...text(0, 'Hel', 'lo'), ...tool(1, '{"a"', ':1}'), ...tool(2), ...end('tool_use')]);
    assert.deepEqual(turn.content, [
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 't1', name: 'Bash', input: { a: 1 } },
      { type: 'tool_use', id: 't2', name: 'Bash', input: {} },
    ]);
    assert.equal(turn.said, 'Hello');
    assert.deepEqual(turn.usage, { input: 5, output: 9, cacheRead: 7, cacheWrite: 0 });
  });

  it('has no half of a surrogate pair in text or tool input, wherever it stands', () => {
    const whole = String.fromCodePoint(0x1f642);
    const turn = assemble([
      start,
      ...text(0, whole.slice(0, 1), `${whole.slice(1)} \ud83d!`),
      ...tool(1, '{"a":["\\ud83d"],"\\udc00":{"b":"\\ud83d\\ude42"},"__proto__":1}'),
      ...end('tool_use'),
    ]);
    assert.equal(turn.content[0]?.['text'], `${whole} \ufffd!`);
    assert.equal(
      JSON.stringify(turn.content[1]?.['input']),
      `{"a":["\ufffd"],"\ufffd":{"b":"${whole}"},"__proto__":1}`,
    );
  });

  it('keeps thinking with its signature, and fields that it does not know', () => {
    const turn = assemble([
      start,
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '', extra: 1 },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'abc' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'of_the_future' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'of_the_future' },
      ...end('end_turn'),
    ]);
    assert.deepEqual(turn.content, [{ type: 'thinking', thinking: 'hm', signature: 'abc', extra: 1 }]);
    assert.equal(turn.said, '');
  });

  it('drops the tool call that max_tokens cut off, and no other', () => {
    const cut = assemble([start, ...tool(0, '{"a":1}'), ...tool(1, '{"command":"rm -rf /tmp/x'), ...end('max_tokens')]);
    assert.deepEqual(
      cut.content.map(block => block['id']),
      ['t0'],
    );
    assert.equal(cut.stopReason, 'max_tokens');
    assert.deepEqual(assemble([start, ...tool(0), ...end('max_tokens')]).content, []);
    assert.deepEqual(assemble([start, ...tool(0).slice(0, -1), ...end('max_tokens')]).content, []);
  });

  it('leaves out empty text, which the API does not take back', () => {
    assert.deepEqual(assemble([start, ...text(0), ...end('end_turn')]).content, []);
  });

  it('is broken without an end, with half a tool input, or with events out of order', () => {
    const broken: object[][] = [
      [start, ...text(0, 'Hello')],
      [start, ...end('end_turn').slice(1)],
      [...end('end_turn')],
      [start, ...tool(0, '{"a":'), ...end('tool_use')],
      [start, ...tool(0, '[1]'), ...end('tool_use')],
      [start, ...tool(0, '{"a":'), ...text(1, 'more'), ...end('max_tokens')],
      [start, ...text(0, 'a').slice(0, -1), ...end('end_turn')],
      [start, ...text(0, 'a').slice(1), ...end('end_turn')],
    ];
    for (const events of broken) assert.throws(() => assemble(events), BrokenTurn, JSON.stringify(events));
  });
});
