import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { createClient } from '../../src/models/client.ts';
import { ModelError, type ModelRequest } from '../../src/ports/model.ts';
import { FakeClock } from './clock.ts';

const request: ModelRequest = {
  model: 'claude-opus-5',
  system: 'S',
  tools: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
  maxTokens: 1_000,
};
const idleMs = 60_000;

const sse = (event: { type: string; [key: string]: unknown }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const begun = sse({ type: 'message_start', message: { model: 'claude-opus-5', usage: { input_tokens: 5 } } });
const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'later' } };

/** What a server does once it has the whole request. */
type Act = (response: ServerResponse, stop: () => void, clock: FakeClock) => void;

const status =
  (code: number, body: string, type = 'application/json'): Act =>
  response =>
    void response.writeHead(code, { 'content-type': type }).end(body);
const failed = (code: number, type: string): Act => status(code, JSON.stringify({ type: 'error', error: { type } }));
const streamed =
  (...parts: string[]): Act =>
  response =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(parts.join(''));

/** The one attempt that is made at a server that does this, as the person or nobody gives it up. */
async function lostAt(act: Act): Promise<ModelError> {
  const stop = new AbortController();
  const clock = new FakeClock(idleMs);
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => act(response, () => stop.abort(), clock));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return await askAt(`http://127.0.0.1:${address.port}`, clock, stop.signal);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function askAt(baseUrl: string, clock: FakeClock, signal: AbortSignal): Promise<ModelError> {
  const client = createClient({ apiKey: 'k', baseUrl, clock, maxAttempts: 1 });
  const io = { signal, onText: () => undefined, onRetry: async () => undefined };
  try {
    await client.respond(request, io);
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
}

const nothing: Record<string, Act> = {
  'a bad request': failed(400, 'invalid_request_error'),
  'a key that is refused': failed(401, 'authentication_error'),
  'a model that is not there': failed(404, 'not_found_error'),
  'a request that is too large': failed(413, 'request_too_large'),
  'too many requests': failed(429, 'rate_limit_error'),
  'a server that says that it failed': failed(500, 'api_error'),
  'a server that says that it is overloaded': failed(529, 'overloaded_error'),
  'a page that is somewhere else': status(307, '', 'text/html'),
  'an error in the place of the first event': streamed(sse(overloaded)),
};

const all: Record<string, Act> = {
  'a gateway that lost its answer': status(502, '<h1>Bad gateway</h1>', 'text/html'),
  'a server error without a word': status(500, '', 'text/plain'),
  'a success that is no stream': status(200, '{}'),
  'a connection that breaks before the first byte': response => void response.destroy(),
  'a stream that ends before its first event': streamed(),
  'a stream that breaks after its head': response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    setImmediate(() => response.destroy());
  },
  'a person who stops it before the first byte': (_response, stop) => stop(),
  'a server that is silent': (_response, _stop, clock) => clock.advance(idleMs),
  'an error after the message began': streamed(begun, sse(overloaded)),
  'a person who stops it after the first event': (response, stop) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(begun);
    setImmediate(stop);
  },
};

describe('an attempt that gives no turn', () => {
  for (const [name, act] of Object.entries(nothing))
    it(`costs nothing after ${name}`, async () => {
      const { spent, open } = await lostAt(act);
      assert.deepEqual({ spent, open }, { spent: null, open: false });
    });

  for (const [name, act] of Object.entries(all))
    it(`may cost all that it could after ${name}`, async () => {
      assert.equal((await lostAt(act)).open, true);
    });

  it('costs nothing where nobody listens, where the host has no address, or where it was stopped before', async () => {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    await new Promise(resolve => server.close(resolve));
    const { signal } = new AbortController();
    const clock = new FakeClock(idleMs);
    for (const [url, until] of [
      [`http://127.0.0.1:${address.port}`, signal],
      [`http://localhost:${address.port}`, signal],
      ['http://nowhere.invalid', signal],
      ['http://nowhere.invalid', AbortSignal.abort()],
    ] as const) {
      const { spent, open } = await askAt(url, clock, until);
      assert.deepEqual({ spent, open }, { spent: null, open: false }, url);
    }
  });

  it('costs nothing where no TLS comes about, and says where http:// was meant', async () => {
    const plain = createServer();
    const deaf = createNetServer(socket => socket.once('data', () => socket.destroy()));
    const garbled = createNetServer(socket => socket.once('data', () => socket.end('what is this')));
    const { signal } = new AbortController();
    for (const [server, http] of [
      [plain, true],
      [deaf, false],
      [garbled, true],
    ] as const) {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      try {
        const address = server.address();
        assert.ok(typeof address === 'object' && address !== null);
        const url = `https://127.0.0.1:${address.port}`;
        const { spent, open, failure } = await askAt(url, new FakeClock(idleMs), signal);
        assert.deepEqual({ spent, open }, { spent: null, open: false });
        assert.equal(/does not speak TLS.*http:/.test(String(failure.args['problem'])), http);
      } finally {
        await new Promise(resolve => server.close(resolve));
      }
    }
  });

  it('may cost all that it could after an error of TLS that ended no greeting', async () => {
    const cause = Object.assign(new Error('wrong version number'), {
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      library: 'SSL routines',
    });
    const fetch = async () => Promise.reject(new TypeError('fetch failed', { cause }));
    const client = createClient({ apiKey: 'k', clock: new FakeClock(idleMs), maxAttempts: 1, fetch });
    const io = { signal: new AbortController().signal, onText: () => undefined, onRetry: async () => undefined };
    await assert.rejects(client.respond(request, io), (error: unknown) => error instanceof ModelError && error.open);
  });
});
