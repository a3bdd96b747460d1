import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type ClientOptions, createClient } from '../../src/models/client.ts';
import { isBlockedPort } from '../../src/models/connecting.ts';
import type { RehearsalServer } from '../../src/models/rehearsal/server.ts';
import { buildBody, countRequestBytes } from '../../src/models/wire.ts';
import type { Model, ModelIo, ModelRequest, ModelTurn, Retry } from '../../src/ports/model.ts';
import { type Failure, GatehouseError } from '../../src/protocol/failure.ts';
import type { Message } from '../../src/protocol/message.ts';
import { FakeClock } from './clock.ts';
import { onStage } from './rehearsal/stage.ts';

const idleMs = 60_000;
const request: ModelRequest = {
  model: 'claude-opus-5',
  system: 'You are careful.',
  tools: ['Read', 'Bash'].map(name => ({ name, description: `${name}s.`, input_schema: { type: 'object' } })),
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
  maxTokens: 1000,
};

interface Listener extends ModelIo {
  said: string[];
  retries: Retry[];
}

function listener(signal: AbortSignal = new AbortController().signal): Listener {
  const said: string[] = [];
  const retries: Retry[] = [];
  return {
    signal,
    said,
    retries,
    onText: delta => void said.push(delta),
    onRetry: async retry => void retries.push(retry),
  };
}

/** Retries at once unless a test brings a clock of its own. */
function clientOf(server: RehearsalServer, more: Partial<ClientOptions> = {}): Model {
  const clock = new FakeClock(idleMs);
  return createClient({ apiKey: server.token, baseUrl: server.url, clock, random: () => 0, ...more });
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof GatehouseError, String(error));
    return error.failure;
  }
  return assert.fail('it did not fail');
}

const said = (turn: ModelTurn) => turn.content.map(block => block['text']).join('');

/** Resolves when `condition` holds; looks again whenever the event loop comes round. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

describe('a turn from the model', () => {
  it('comes whole, with its price, its size, and its text as it streamed', () =>
    onStage('turns: [{ say: Off we go., calls: [{ tool: Bash, input: { command: ls } }] }]', async server => {
      const io = listener();
      const turn = await clientOf(server).respond(request, io);
      assert.equal(io.said.join(''), 'Off we go.');
      assert.equal(turn.stopReason, 'tool_use');
      assert.equal(turn.model, 'claude-opus-5');
      assert.deepEqual(turn.content[1]?.['input'], { command: 'ls' });
      assert.ok(turn.usage.cacheWrite > 0 && turn.usage.output > 0);
      const { input, output, cacheWrite } = turn.usage;
      assert.equal(turn.usd, (input * 5 + output * 25 + cacheWrite * 6.25) / 1_000_000);
      assert.equal(turn.requestBytes, Buffer.byteLength(server.requests()[0]?.body ?? ''));
      assert.equal(turn.requestBytes, countRequestBytes(request).total);
      assert.equal(turn.repeatedBytes, 0);
    }));

  it('has no price where none is known', () =>
    onStage('turns: [{ say: hi }]', async server => {
      assert.equal((await clientOf(server).respond({ ...request, model: 'rehearsal' }, listener())).usd, null);
      const prices = { rehearsal: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 } };
      const priced = await clientOf(server, { prices }).respond({ ...request, model: 'rehearsal' }, listener());
      assert.ok((priced.usd ?? 0) > 0);
    }));

  it('loses the tool call that max_tokens cut off, and says so', () =>
    onStage(
      'turns: [{ say: Go., calls: [{ tool: Bash, input: { command: rm -rf build-and-more } }] }]',
      async server => {
        const turn = await clientOf(server).respond({ ...request, maxTokens: 7 }, listener());
        assert.equal(turn.stopReason, 'max_tokens');
        assert.deepEqual(turn.content, [{ type: 'text', text: 'Go.' }]);
      },
    ));

  it('is a failure where the model refuses, and goes on where it pauses', () =>
    onStage(
      'turns: [{ when: { user: bad }, say: No., stop: refusal }, { say: Wait., stop: pause_turn }]',
      async server => {
        const bad: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'bad' }] }];
        const refusal = await failureOf(clientOf(server).respond({ ...request, messages: bad }, listener()));
        assert.equal(refusal.code, 'model.refused');
        const paused = await clientOf(server).respond(request, listener());
        assert.deepEqual([paused.stopReason, said(paused)], ['pause_turn', 'Wait.']);
      },
    ));
});

describe('requests', () => {
  it('are in the order in which they stay the same, markers outside the messages', () => {
    const body = buildBody(request);
    assert.deepEqual(Object.keys(body), [
      'model',
      'max_tokens',
      'stream',
      'cache_control',
      'system',
      'tools',
      'messages',
    ]);
    assert.deepEqual(body.cache_control, { type: 'ephemeral' });
    assert.deepEqual(body.system[0]?.cache_control, { type: 'ephemeral' });
    assert.deepEqual(
      body.tools.map(tool => 'cache_control' in tool),
      [false, true],
    );
    assert.equal(JSON.stringify(body.messages).includes('cache_control'), false);
    const { total, shared } = countRequestBytes(request);
    assert.equal(total - shared, JSON.stringify(request.messages).length + 1);
  });

  it('each begin with the one before, byte for byte, over twenty turns', () =>
    onStage(
      `turns:
        - repeat: 20
          think: 'Hm — "quotes" & ünïcödé.'
          say: Turn after turn 🙂.
          calls: [{ tool: Bash, input: { command: 'echo "é\\n"' } }, { tool: Read, input: { file_path: a } }]
        - say: Done.`,
      async server => {
        const client = clientOf(server);
        const messages: Message[] = [...request.messages];
        const turns: ModelTurn[] = [];
        for (;;) {
          const turn = await client.respond({ ...request, messages }, listener());
          turns.push(turn);
          messages.push({ role: 'assistant', content: turn.content });
          const results = turn.content.flatMap(block =>
            block.type === 'tool_use'
              ? [
                  {
                    type: 'tool_result' as const,
                    tool_use_id: String(block['id']),
                    content: `ä result ${turns.length}`,
                  },
                ]
              : [],
          );
          if (results.length === 0) break;
          messages.push({ role: 'user', content: results });
        }
        const bodies = server.requests().map(each => each.body);
        assert.equal(bodies.length, 21);
        for (const [index, body] of bodies.slice(1).entries()) {
          const before = bodies[index] ?? '';
          // All of the previous request but the brackets that close its messages and itself.
          const repeated = Buffer.byteLength(before) - 2;
          assert.ok(body.startsWith(before.slice(0, -2)), `request ${index + 1} begins anew`);
          assert.equal(turns[index + 1]?.repeatedBytes, repeated);
          assert.equal(turns[index + 1]?.usage.cacheRead, Math.floor(repeated / 4));
        }
      },
    ));

  it('carry the key and nothing that the environment says', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const planted = {
        ANTHROPIC_API_KEY: 'sk-planted',
        ANTHROPIC_AUTH_TOKEN: 'planted',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
        ANTHROPIC_CUSTOM_HEADERS: 'x-api-key: planted\nx-planted: yes\nanthropic-beta: planted',
        ANTHROPIC_LOG: 'debug',
      };
      const before = Object.keys(planted).map(name => [name, process.env[name]] as const);
      Object.assign(process.env, planted);
      try {
        await clientOf(server).respond(request, listener());
        const bearer = createClient({ authToken: server.token, baseUrl: server.url, clock: new FakeClock(idleMs) });
        await bearer.respond(request, listener());
      } finally {
        for (const [name, value] of before)
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
      }
      const [byKey, byToken] = server.requests().map(each => each.headers);
      assert.equal(byKey?.['x-api-key'], server.token);
      assert.equal(byKey?.['authorization'], undefined);
      assert.equal(byToken?.['authorization'], `Bearer ${server.token}`);
      assert.equal(byToken?.['x-api-key'], undefined);
      assert.equal(JSON.stringify([byKey, byToken]).includes('planted'), false);
    }));

  it('do not follow a redirect', async () => {
    const visits: string[] = [];
    const thief = createServer((incoming, answer) => {
      visits.push(incoming.url ?? '');
      answer.end();
    });
    await new Promise<void>(resolve => thief.listen(0, '127.0.0.1', resolve));
    try {
      const address = thief.address();
      assert.ok(typeof address === 'object' && address !== null);
      await onStage(
        `turns: [{ say: hi, fault: { status: 307, location: 'http://127.0.0.1:${address.port}/v1/messages' } }]`,
        async server => {
          const failure = await failureOf(clientOf(server).respond(request, listener()));
          assert.deepEqual([failure.code, failure.args['status']], ['model.badRequest', 307]);
          assert.deepEqual(visits, []);
        },
      );
    } finally {
      thief.close();
    }
  });

  it('are not sent to what is no address', () => {
    for (const baseUrl of ['', 'localhost', 'ftp://a.example', 'https://user:pass@a.example'])
      assert.throws(
        () => createClient({ apiKey: 'k', baseUrl, clock: new FakeClock() }),
        (error: unknown) => error instanceof GatehouseError && error.failure.code === 'usage',
        baseUrl,
      );
  });

  it('are not sent with a key that no header can carry, and the failure does not tell it', async () => {
    const client = createClient({ apiKey: 'sk-secret\nx', clock: new FakeClock() });
    const failure = await failureOf(client.respond(request, listener()));
    assert.equal(failure.code, 'model.keyRejected');
    assert.equal(JSON.stringify(failure).includes('sk-secret'), false);
  });
});

describe('a call that goes wrong', () => {
  const rows: [string, string, Partial<Retry>][] = [
    ['429 with retry-after in seconds', '{ status: 429, retryAfter: 7 }', { code: 'rate_limited', waitMs: 7000 }],
    [
      '429 with retry-after as a date',
      "{ status: 429, retryAfter: 'Thu, 01 Jan 2026 00:00:30 GMT' }",
      { code: 'rate_limited', waitMs: 30_000 },
    ],
    [
      '429 with retry-after-ms',
      '{ status: 429, retryAfterMs: 90, retryAfter: 7 }',
      { code: 'rate_limited', waitMs: 90 },
    ],
    ['429 with nothing', '{ status: 429 }', { code: 'rate_limited', waitMs: 250 }],
    ['529', '{ status: 529 }', { code: 'overloaded', waitMs: 250 }],
    ['500', '{ status: 500 }', { code: 'server_error', waitMs: 250 }],
    ['503', '{ status: 503 }', { code: 'server_error', waitMs: 250 }],
    ['a 400 that the server wants retried', '{ status: 400, shouldRetry: true }', { code: 'server_error' }],
    ['an error inside the stream', '{ event: overloaded_error }', { code: 'overloaded', waitMs: 250 }],
    ['an api_error inside the stream', '{ event: api_error }', { code: 'server_error', waitMs: 250 }],
    ['a connection that is cut', 'cut', { code: 'stream_cut', waitMs: 250 }],
    ['a stream that ends too soon', 'end', { code: 'stream_cut', waitMs: 250 }],
    ['a tool call that comes in half', 'half-json', { code: 'stream_cut', waitMs: 250 }],
  ];
  for (const [name, fault, expected] of rows)
    it(`is tried again after ${name}`, () =>
      onStage(
        `turns: [{ say: A sentence to be cut., calls: [{ tool: Bash, input: { command: ls } }], fault: ${fault} }]`,
        async server => {
          const clock = new FakeClock(idleMs);
          const io = listener();
          const turn = await clientOf(server, { clock }).respond(request, io);
          assert.equal(turn.content.length, 2);
          assert.equal(io.retries.length, 1);
          const { spent, open, ...retry } = io.retries[0] ?? assert.fail('no retry');
          assert.deepEqual(retry, { attempt: 1, waitMs: 250, ...expected });
          const streamed = expected.code === 'stream_cut' || name.includes('inside the stream');
          assert.equal(spent !== null, streamed, 'what a stream had told before it broke off is not lost');
          assert.equal(open, streamed, 'and what it has not told may be more');
          assert.ok(clock.slept.includes(io.retries[0]?.waitMs ?? -1));
          assert.equal(server.requests().length, 2);
          assert.equal(server.requests()[0]?.body, server.requests()[1]?.body);
          assert.equal(turn.repeatedBytes, 0, 'a retry repeats itself, which is no cached prefix');
        },
      ));

  it('is tried again with growing pauses, then given up', () =>
    onStage('turns: [{ say: hi, fault: { status: 529, times: forever } }]', async server => {
      const io = listener();
      const failure = await failureOf(clientOf(server, { maxAttempts: 4 }).respond(request, io));
      assert.equal(failure.code, 'model.unreachable');
      assert.equal(failure.args['attempts'], 4);
      assert.match(String(failure.args['problem']), /529 Overloaded/);
      assert.deepEqual(
        io.retries.map(retry => [retry.attempt, retry.waitMs]),
        [
          [1, 250],
          [2, 500],
          [3, 1000],
        ],
      );
      assert.equal(server.requests().length, 4);
    }));

  it('is tried three times where the server was never there, and eight where it was, and says why', async () => {
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    let there = false;
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      if (!there) throw new TypeError('fetch failed', { cause: gone });
      there = false;
      assert.ok(init);
      return new Response('{"type":"error","error":{"type":"invalid_request_error","message":"No."}}', { status: 400 });
    };
    const client = createClient({ apiKey: 'k', clock: new FakeClock(idleMs), fetch });
    const tries = async (): Promise<[unknown, Retry[]]> => {
      const io = listener();
      const { code, args } = await failureOf(client.respond(request, io));
      return [code === 'model.unreachable' ? args['attempts'] : code, io.retries];
    };
    const [first, retries] = await tries();
    assert.equal(first, 3);
    assert.deepEqual(
      retries.map(({ code, problem }) => [code, problem]),
      Array.from({ length: 2 }, () => ['connection', 'connect ECONNREFUSED']),
    );
    there = true;
    assert.equal((await tries())[0], 'model.badRequest');
    assert.equal((await tries())[0], 8);
  });

  it('is not made to a port that fetch refuses, which is told before', async () => {
    for (const port of [1, 9, 25, 587, 6000, 6667, 10080]) {
      const baseUrl = `http://127.0.0.1:${port}`;
      assert.throws(() => createClient({ apiKey: 'k', baseUrl, clock: new FakeClock(idleMs) }), /usage|port/);
    }
    for (let port = 1; port <= 10_100; port += 1) {
      if (!isBlockedPort(port)) continue;
      const error: unknown = await fetch(`http://127.0.0.1:${port}`).catch((problem: unknown) => problem);
      assert.ok(error instanceof TypeError && error.cause instanceof Error, String(port));
      assert.equal(error.cause.message, 'bad port');
    }
  });

  it('is given up at once where the server says so, or asks for more than an hour', () =>
    onStage(
      `turns:
        - { when: { user: spent }, say: hi, fault: { status: 429, shouldRetry: false, message: Credit is spent. } }
        - { when: { user: down }, say: hi, fault: { status: 503, shouldRetry: false } }
        - { say: hi, fault: { status: 429, retryAfter: 7200 } }`,
      async server => {
        const ask = (text: string) => {
          const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text }] }];
          return failureOf(clientOf(server).respond({ ...request, messages }, listener()));
        };
        const spent = await ask('spent');
        assert.deepEqual([spent.code, spent.args['message']], ['model.badRequest', 'Credit is spent.']);
        assert.equal((await ask('down')).code, 'model.unreachable');
        assert.equal((await ask('later')).code, 'model.unreachable');
        assert.equal(server.requests().length, 3);
      },
    ));

  it('is tried again after 60 s of silence, and not before', () =>
    onStage('turns: [{ say: A sentence that stops in the middle., fault: hang }]', async server => {
      const clock = new FakeClock(1000);
      const io = listener();
      const answer = clientOf(server, { clock }).respond(request, io);
      await until(() => io.said.length > 0);
      const begun = io.said.length;
      clock.advance(idleMs - 1);
      await new Promise(resolve => setTimeout(resolve, 20));
      assert.deepEqual(io.retries, []);
      clock.advance(1);
      assert.equal(said(await answer), 'A sentence that stops in the middle.');
      assert.deepEqual(
        io.retries.map(({ attempt, code, waitMs }) => [attempt, code, waitMs]),
        [[1, 'stream_idle', 250]],
      );
      assert.ok(io.said.length > begun);
      await until(() => server.requests()[0]?.abandoned === true);
      assert.equal(clock.sleepers, 0);
    }));

  it('does not take pings for silence', async () => {
    const clock = new FakeClock();
    const encoder = new TextEncoder();
    const event = (value: { type: string; [key: string]: unknown }) =>
      encoder.encode(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const client = createClient({
      apiKey: 'k',
      clock,
      fetch: async (_, init) => {
        init?.signal?.addEventListener('abort', () => void writer.abort(new Error('aborted')));
        return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
      },
    });
    const io = listener();
    const answer = client.respond(request, io);
    await writer.write(event({ type: 'message_start', message: { model: 'm', usage: {} } }));
    for (let ping = 0; ping < 5; ping += 1) {
      clock.advance(idleMs - 1);
      await writer.write(event({ type: 'ping' }));
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await writer.write(event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }));
    await writer.write(event({ type: 'message_stop' }));
    await writer.close();
    assert.equal((await answer).stopReason, 'end_turn');
    assert.deepEqual(io.retries, []);
  });

  const failures: [string, string, string][] = [
    ['401', '{ status: 401 }', 'model.keyRejected'],
    ['403', '{ status: 403 }', 'model.forbidden'],
    ['404', '{ status: 404 }', 'model.unknown'],
    ['413', '{ status: 413 }', 'model.contextTooLong'],
    [
      '400, too long',
      "{ status: 400, message: 'prompt is too long: 208310 tokens > 200000 maximum' }",
      'model.contextTooLong',
    ],
    ['400', "{ status: 400, message: 'max_tokens: too large' }", 'model.badRequest'],
    ['402', '{ status: 402 }', 'model.badRequest'],
    ['422', '{ status: 422 }', 'model.badRequest'],
    ['invalid_request_error in the stream', '{ event: invalid_request_error }', 'model.badRequest'],
  ];
  for (const [name, fault, code] of failures)
    it(`is a failure of its own: ${name} is ${code}`, () =>
      onStage(`turns: [{ say: hi, fault: ${fault} }]`, async server => {
        const io = listener();
        const failure = await failureOf(clientOf(server).respond(request, io));
        assert.equal(failure.code, code);
        assert.equal(failure.audience, 'user');
        assert.deepEqual(io.retries, []);
      }));

  it('tells what the server said, cut short and without the key', async () => {
    const message = `Key KEY is bad.\n${'x'.repeat(5000)}`;
    const client = createClient({
      apiKey: 'KEY',
      clock: new FakeClock(),
      fetch: async () =>
        Response.json({ type: 'error', error: { type: 'authentication_error', message } }, { status: 401 }),
    });
    const failure = await failureOf(client.respond(request, listener()));
    assert.match(String(failure.args['message']), /^Key \[key\] is bad\. x+…$/);
    assert.ok(String(failure.args['message']).length < 600);
  });

  it('passes on what goes wrong on our own side, without a retry', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const io = { ...listener(), onText: () => assert.fail('our own fault') };
      await assert.rejects(clientOf(server).respond(request, io), /our own fault/);
      assert.equal(server.requests().length, 1);
    }));
});

describe('stopping', () => {
  it('in the middle of a stream ends the connection at once', () =>
    onStage('turns: [{ say: A sentence that stops in the middle., fault: hang }]', async server => {
      const stop = new AbortController();
      const io = listener(stop.signal);
      const clock = new FakeClock(1000);
      const answer = failureOf(clientOf(server, { clock }).respond(request, io));
      await until(() => io.said.length > 0);
      stop.abort();
      assert.equal((await answer).code, 'cancelled');
      await until(() => server.requests()[0]?.abandoned === true);
      assert.deepEqual(io.retries, []);
      assert.equal(clock.sleepers, 0);
    }));

  it('before the first byte ends the connection, too', () =>
    onStage('turns: [{ say: hi, delayMs: 60000 }]', async server => {
      const stop = new AbortController();
      const answer = failureOf(
        clientOf(server, { clock: new FakeClock(1000) }).respond(request, listener(stop.signal)),
      );
      await until(() => server.requests().length === 1);
      stop.abort();
      assert.equal((await answer).code, 'cancelled');
      await until(() => server.requests()[0]?.abandoned === true);
    }));

  it('ends a wait', () =>
    onStage('turns: [{ say: hi, fault: { status: 429, retryAfter: 100 } }]', async server => {
      const stop = new AbortController();
      const clock = new FakeClock(1000);
      const answer = failureOf(clientOf(server, { clock }).respond(request, listener(stop.signal)));
      await clock.sleeping(100_000);
      stop.abort();
      assert.equal((await answer).code, 'cancelled');
      assert.equal(server.requests().length, 1);
      assert.equal(clock.sleepers, 0);
    }));

  it('before the call sends nothing', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const failure = await failureOf(clientOf(server).respond(request, listener(AbortSignal.abort())));
      assert.equal(failure.code, 'cancelled');
      assert.equal(server.requests().length, 0);
    }));

  it('leaves no listener behind on a signal that lives on', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const stop = new AbortController();
      let open = 0;
      const { signal } = stop;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        open += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        open -= 1;
        remove(...args);
      };
      await clientOf(server).respond(request, listener(signal));
      assert.equal(open, 0);
    }));
});
