import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { createClient } from '../../src/models/client.ts';
import { ModelError, type ModelRequest, type ModelTurn, type Retry } from '../../src/ports/model.ts';
import { FakeClock } from './clock.ts';

type Answer = string | ((response: ServerResponse) => void);

const request: ModelRequest = {
  model: 'claude-opus-5',
  system: 'You are careful.',
  tools: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
  maxTokens: 1000,
};

const sse = (event: { type: string; [key: string]: unknown }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const start = sse({
  type: 'message_start',
  message: { model: 'claude-opus-5', usage: { input_tokens: 5, output_tokens: 1 } },
});
const block = (index: number, head: object, delta: object): string =>
  sse({ type: 'content_block_start', index, content_block: head }) +
  sse({ type: 'content_block_delta', index, delta }) +
  sse({ type: 'content_block_stop', index });
const text = (index: number, said: string): string =>
  block(index, { type: 'text', text: '' }, { type: 'text_delta', text: said });
const call = (index: number, head: object): string =>
  block(index, { type: 'tool_use', input: {}, ...head }, { type: 'input_json_delta', partial_json: '{"a":1}' });
const stop = (reason: string): string =>
  sse({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 3 } }) +
  sse({ type: 'message_stop' });
const fine = start + text(0, 'Fine.') + stop('end_turn');

interface Told {
  turn: ModelTurn | null;
  error: ModelError | null;
  retries: Retry[];
  said: string;
  requests: number;
}

/** Asks a server that gives these answers in turn, the last one again and again. */
async function ask(answers: readonly Answer[], more: Partial<ModelRequest> = {}): Promise<Told> {
  let requests = 0;
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      const answer = answers[Math.min(requests++, answers.length - 1)] ?? '';
      if (typeof answer === 'function') return answer(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const client = createClient({
      apiKey: 'k',
      baseUrl,
      clock: new FakeClock(60_000),
      maxAttempts: 3,
      random: () => 0,
    });
    const told: Told = { turn: null, error: null, retries: [], said: '', requests: 0 };
    const io = {
      signal: new AbortController().signal,
      onText: (delta: string) => void (told.said += delta),
      onRetry: async (retry: Retry) => void told.retries.push(retry),
    };
    await client.respond({ ...request, ...more }, io).then(
      turn => (told.turn = turn),
      (error: unknown) => {
        assert.ok(error instanceof ModelError, String(error));
        told.error = error;
      },
    );
    return { ...told, requests };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a server that does not keep to the API', () => {
  it('is not listened to after the end of the message', async () => {
    const late = start + text(0, 'Done.') + stop('end_turn') + call(1, { id: 't1', name: 'Write' }) + text(2, 'More.');
    const { turn, said, requests } = await ask([late]);
    assert.deepEqual(turn?.content, [{ type: 'text', text: 'Done.' }]);
    assert.deepEqual([said, requests], ['Done.', 1]);
  });

  it('cannot hold a turn open with pings after its end', async () => {
    const closed = Promise.withResolvers<void>();
    const from = performance.now();
    const { turn } = await ask([
      response => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(fine);
        const timer = setInterval(() => response.write(sse({ type: 'ping' })), 20);
        response.on('close', () => {
          clearInterval(timer);
          closed.resolve();
        });
      },
    ]);
    assert.equal(turn?.stopReason, 'end_turn');
    assert.ok(performance.now() - from < 15_000);
    await closed.promise;
  });

  const calls: Record<string, string> = {
    'without an id': call(0, { name: 'Read' }),
    'with an empty id': call(0, { id: '', name: 'Read' }),
    'with a number for an id': call(0, { id: 7, name: 'Read' }),
    'with blanks in its id': call(0, { id: 'a b\n', name: 'Read' }),
    'without a name': call(0, { id: 't1' }),
    'with an empty name': call(0, { id: 't1', name: '' }),
    'with a number for a name': call(0, { id: 't1', name: 7 }),
    'with blanks in its name': call(0, { id: 't1', name: 'Re ad' }),
    'with the id of another': call(0, { id: 't1', name: 'Read' }) + call(1, { id: 't1', name: 'Read' }),
    'with an id of an earlier turn': call(0, { id: 'old', name: 'Read' }),
    'without an input':
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'R' } }) +
      sse({ type: 'content_block_stop', index: 0 }),
    'in a block that begins twice': call(0, { id: 't1', name: 'Read' }) + call(0, { id: 't2', name: 'Read' }),
    'beside a text that is none':
      block(0, { type: 'text', text: 7 }, { type: 'of_the_future' }) + call(1, { id: 't1', name: 'Read' }),
    'in a second message': start + call(0, { id: 't1', name: 'Read' }),
  };
  for (const [what, blocks] of Object.entries(calls)) {
    const messages: ModelRequest['messages'] = [
      ...request.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'old', name: 'Read', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'old', content: 'x' }] },
    ];
    it(`is asked again after a tool call ${what}, and given up in good order`, async () => {
      const broken = start + blocks + stop('tool_use');
      const healed = await ask([broken, fine], { messages });
      assert.deepEqual(
        [healed.retries.map(retry => retry.code), healed.turn?.stopReason],
        [['stream_cut'], 'end_turn'],
      );
      const given = await ask([broken], { messages });
      assert.equal(given.error?.failure.code, 'model.unreachable');
      assert.equal(given.requests, 3);
      assert.doesNotMatch(String(given.error?.failure.args['problem']), /zod|invalid_type|expected/i);
    });
  }

  it('leaves no blank text in a turn, as the API would not take it back', async () => {
    const { turn } = await ask([start + text(0, '\n\n ') + call(1, { id: 't1', name: 'Read' }) + stop('tool_use')]);
    assert.deepEqual(
      turn?.content.map(({ type }) => type),
      ['tool_use'],
    );
    assert.deepEqual((await ask([start + text(0, ' \n') + stop('end_turn')])).turn?.content, []);
  });

  const strangers: [string, (response: ServerResponse) => void][] = [
    ['a page', response => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>')],
    ['an object', response => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')],
    ['no such page', response => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>')],
    [
      'a 404 in no envelope',
      response => response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'),
    ],
  ];
  for (const [what, answer] of strangers)
    it(`is told at once to be no Messages API where it answers ${what}`, async () => {
      const { error, requests } = await ask([answer]);
      assert.equal(error?.failure.code, 'model.wrongServer');
      assert.match(String(error?.failure.args['origin']), /^http:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(requests, 1);
    });
});

describe('what a failed call used', () => {
  const usage = { input: 5, output: 3, cacheRead: 0, cacheWrite: 0 };
  const usd = (5 * 5 + 3 * 25) / 1_000_000;

  it('is told where the model refused', async () => {
    const { error } = await ask([start + text(0, 'No.') + stop('refusal')]);
    assert.equal(error?.failure.code, 'model.refused');
    assert.deepEqual(error?.spent, { usage, usd });
  });

  it('is told where the context was full, which is a failure that says so', async () => {
    const { error } = await ask([start + text(0, 'I will now') + stop('model_context_window_exceeded')]);
    assert.equal(error?.failure.code, 'model.contextTooLong');
    assert.deepEqual(error?.spent, { usage, usd });
  });

  it('is the worst case where the stream broke off: a token for each byte that came', async () => {
    const { error, retries } = await ask([start + text(0, 'Twenty bytes of it..')]);
    assert.equal(error?.failure.code, 'model.unreachable');
    for (const spent of [error?.spent, ...retries.map(retry => retry.spent)])
      assert.deepEqual(spent?.usage, { ...usage, output: 20 });
  });

  it('is nothing where the server told nothing', async () => {
    const { error } = await ask([response => response.writeHead(529).end()]);
    assert.equal(error?.spent, null);
  });
});
