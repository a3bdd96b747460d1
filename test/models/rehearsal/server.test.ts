import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import type { RehearsalServer } from '../../../src/models/rehearsal/server.ts';
import { onStage } from './stage.ts';

const hello: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'rehearsal',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Hello' }],
};
const working = `turns:
  - think: Where to begin?
    say: I will look at the tests — first of all — and then we shall see.
    calls:
      - { tool: Bash, input: { command: npm test, description: 'Run the tests, "all" of them' } }
      - { tool: Read, input: { file_path: src/ä.js } }
  - say: Done.`;

function post(server: RehearsalServer, body: unknown, headers: Record<string, string> = {}, path = '/v1/messages') {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'x-api-key': server.token, 'anthropic-version': '2023-06-01', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function errorOf(response: Response): Promise<{ status: number; type: string; message: string }> {
  const body = (await response.json()) as {
    type: string;
    error: { type: string; message: string };
    request_id: string;
  };
  assert.equal(body.type, 'error');
  assert.equal(body.request_id, response.headers.get('request-id'));
  return { status: response.status, ...body.error };
}

/** Plain HTTP, where every header can be forged. */
async function forge(server: RehearsalServer, headers: Record<string, string>, path = '/v1/models', method = 'GET') {
  const sent = httpRequest({
    host: '127.0.0.1',
    port: server.port,
    path,
    method,
    headers: { 'x-api-key': server.token, 'anthropic-version': '2023-06-01', ...headers },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = method === 'HEAD' || response.statusCode === 204 ? null : await json(response);
  response.resume();
  return { status: response.statusCode, headers: response.headers, body: text };
}

describe('the rehearsal server and the bare SDK', () => {
  const client = (server: RehearsalServer) =>
    new Anthropic({ apiKey: server.token, baseURL: server.url, maxRetries: 0 });

  it('agree on a message in one piece', () =>
    onStage(working, async server => {
      const message = await client(server).messages.create(hello);
      assert.equal(message.role, 'assistant');
      assert.equal(message.model, 'rehearsal');
      assert.equal(message.stop_reason, 'tool_use');
      assert.deepEqual(
        message.content.map(block => block.type),
        ['thinking', 'text', 'tool_use', 'tool_use'],
      );
      const [, , bash, read] = message.content;
      assert.ok(bash?.type === 'tool_use' && read?.type === 'tool_use');
      assert.deepEqual(bash.input, { command: 'npm test', description: 'Run the tests, "all" of them' });
      assert.notEqual(bash.id, read.id);
      assert.match(message._request_id ?? '', /^req_/);
      assert.equal(message.usage.input_tokens, Math.ceil(JSON.stringify(hello).length / 4));
      assert.ok(message.usage.output_tokens > 20);
    }));

  it('agree on the same message as a stream', () =>
    onStage(working, async server => {
      const whole = await client(server).messages.create(hello);
      let text = '';
      const stream = client(server).messages.stream(hello);
      stream.on('text', delta => {
        text += delta;
      });
      const streamed = await stream.finalMessage();
      const plain = (content: Anthropic.ContentBlock[]) =>
        content.map(block => (block.type === 'tool_use' ? { ...block, id: '' } : block));
      assert.deepEqual(plain(streamed.content), plain(whole.content));
      assert.deepEqual(streamed.usage.output_tokens, whole.usage.output_tokens);
      assert.equal(text, 'I will look at the tests — first of all — and then we shall see.');
    }));

  it('go on after tool results, and accept a bearer token', () =>
    onStage(working, async server => {
      const bearer = new Anthropic({ authToken: server.token, baseURL: server.url, maxRetries: 0 });
      const first = await bearer.messages.create(hello);
      const results = first.content.flatMap(block =>
        block.type === 'tool_use'
          ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: [{ type: 'text' as const, text: 'ok' }] }]
          : [],
      );
      const second = await bearer.messages.create({
        ...hello,
        messages: [
          ...hello.messages,
          { role: 'assistant', content: first.content },
          { role: 'user', content: results },
        ],
      });
      assert.deepEqual(second.content, [{ type: 'text', text: 'Done.' }]);
      assert.equal(second.stop_reason, 'end_turn');
    }));

  it('report what a cache would have repeated', () =>
    onStage('turns: [{ say: one }, { say: two }]', async server => {
      const system = 'x'.repeat(4000);
      const ask = (messages: Anthropic.MessageParam[]) =>
        client(server).messages.create({
          model: 'rehearsal',
          max_tokens: 50,
          cache_control: { type: 'ephemeral' },
          system,
          messages,
        });
      const first = await ask([{ role: 'user', content: 'Hello' }]);
      assert.equal(first.usage.cache_read_input_tokens, 0);
      assert.ok((first.usage.cache_creation_input_tokens ?? 0) > 1000);
      const second = await ask([
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: first.content },
        { role: 'user', content: 'And?' },
      ]);
      assert.ok((second.usage.cache_read_input_tokens ?? 0) > 1000);
      assert.ok((second.usage.cache_creation_input_tokens ?? 0) < 60);
    }));

  it('agree on counts and models', () =>
    onStage('models: [big, small]\nturns: [{ say: hi }]', async server => {
      const { models, messages } = client(server);
      const ids: string[] = [];
      for await (const model of models.list()) ids.push(model.id);
      assert.deepEqual(ids, ['big', 'small']);
      assert.match((await models.retrieve('small')).display_name, /scripted, no AI/);
      const { input_tokens } = await messages.countTokens({ model: 'big', messages: [...hello.messages] });
      assert.ok(input_tokens > 5);
      await assert.rejects(models.retrieve('huge'), NotFoundError);
      await assert.rejects(messages.create(hello), NotFoundError);
    }));

  it('agree on errors', () =>
    onStage(
      `turns:
        - fault:
            - { status: 429, retryAfter: 3 }
            - { status: 529 }
            - { status: 500 }
          say: at last`,
      async server => {
        const sdk = client(server);
        const wrong = new Anthropic({ apiKey: 'wrong', baseURL: server.url, maxRetries: 0 });
        await assert.rejects(wrong.messages.create(hello), AuthenticationError);
        await assert.rejects(sdk.messages.create({ ...hello, messages: [] }), BadRequestError);
        await assert.rejects(sdk.get('/v1/nothing'), NotFoundError);
        await assert.rejects(
          sdk.messages.create(hello),
          (error: unknown) => error instanceof RateLimitError && error.headers.get('retry-after') === '3',
        );
        await assert.rejects(
          sdk.messages.create(hello),
          (error: unknown) => error instanceof InternalServerError && error.status === 529,
        );
        await assert.rejects(sdk.messages.create(hello), InternalServerError);
        const message = await sdk.messages.create(hello);
        assert.deepEqual(message.content, [{ type: 'text', text: 'at last' }]);
      },
    ));

  it('agree on an error inside a stream, and on a stream that is cut', () =>
    onStage('turns: [{ say: A long way to go., fault: [{ event: overloaded_error }, cut] }]', async server => {
      await assert.rejects(
        client(server).messages.stream(hello).finalMessage(),
        (error: unknown) => error instanceof APIError && error.type === 'overloaded_error',
      );
      await assert.rejects(client(server).messages.stream(hello).finalMessage());
      const message = await client(server).messages.stream(hello).finalMessage();
      assert.equal(message.stop_reason, 'end_turn');
    }));

  it('agree that max_tokens cuts a message', () =>
    onStage('turns: [{ say: A sentence that is much too long for four tokens. }]', async server => {
      const message = await client(server).messages.create({ ...hello, max_tokens: 4 });
      assert.equal(message.stop_reason, 'max_tokens');
      assert.deepEqual(message.content, [{ type: 'text', text: 'A sentence that ' }]);
    }));
});

describe('the rehearsal server and a plain fetch', () => {
  it('stream events in the order that the API documents', () =>
    onStage(working, async server => {
      const response = await post(server, { ...hello, stream: true });
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      const events = (await response.text())
        .split('\n\n')
        .filter(block => block !== '')
        .map(block => {
          const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? assert.fail(`not an event: ${block}`);
          const value = JSON.parse(data ?? '') as { type: string; index?: number; delta?: { partial_json?: string } };
          assert.equal(value.type, name);
          return value;
        });
      const kinds = events.map(event => event.type).filter((kind, index, all) => kind !== all[index - 1]);
      const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
      const first = block.toSpliced(1, 0, 'ping');
      assert.deepEqual(kinds, [
        'message_start',
        ...first,
        ...block,
        ...block,
        ...block,
        'message_delta',
        'message_stop',
      ]);
      const pieces = events.flatMap(event => (event.index === 2 ? (event.delta?.partial_json ?? []) : []));
      assert.ok(pieces.length > 2, 'the input comes in several pieces');
      assert.equal((JSON.parse(pieces.join('')) as { command: string }).command, 'npm test');
    }));

  const badBodies: [string, unknown, RegExp][] = [
    ['no JSON', '{', /not valid JSON/],
    ['no model', { ...hello, model: undefined }, /^model: Field required$/],
    ['no max_tokens', { ...hello, max_tokens: undefined }, /^max_tokens: Field required$/],
    ['no messages', { ...hello, messages: undefined }, /^messages: Field required$/],
    ['an empty conversation', { ...hello, messages: [] }, /at least one message/],
    ['an assistant that speaks first', { ...hello, messages: [{ role: 'assistant', content: 'Hi' }] }, /first message/],
    ['an unknown role', { ...hello, messages: [{ role: 'robot', content: 'Hi' }] }, /^messages\.0\.role: /],
    ['empty text', { ...hello, messages: [{ role: 'user', content: '' }] }, /must be non-empty/],
    ['half of a surrogate pair', JSON.stringify(hello).replace('Hello', '\\ud83d'), /no low surrogate/],
    [
      'blank text',
      { ...hello, messages: [{ role: 'user', content: [{ type: 'text', text: ' \n' }] }] },
      /must contain non-whitespace text/,
    ],
    [
      'an answer begun with a blank at its end',
      { ...hello, messages: [...hello.messages, { role: 'assistant', content: 'So ' }] },
      /cannot end with trailing whitespace/,
    ],
    ['no content', { ...hello, messages: [{ role: 'user', content: [] }, ...hello.messages] }, /non-empty content/],
    [
      'a tool call without its result',
      {
        ...hello,
        messages: [
          ...hello.messages,
          { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }] },
          { role: 'user', content: 'Well?' },
        ],
      },
      /messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1/,
    ],
    [
      'a result without its call',
      { ...hello, messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't9', content: 'ok' }] }] },
      /unexpected `tool_use_id` found in `tool_result` blocks: t9/,
    ],
    ['two tools of one name', { ...hello, tools: [tool('Bash'), tool('Bash')] }, /unique/],
    ['a tool with a bad name', { ...hello, tools: [tool('no spaces')] }, /^tools\.0\.name: /],
    [
      'five cache breakpoints',
      {
        ...hello,
        tools: ['a', 'b', 'c', 'd', 'e'].map(name => ({ ...tool(name), cache_control: { type: 'ephemeral' } })),
      },
      /maximum of 4 blocks with cache_control may be provided. Found 5/,
    ],
  ];
  for (const [name, body, message] of badBodies)
    it(`answer 400 to ${name}`, () =>
      onStage(working, async server => {
        const error = await errorOf(await post(server, body));
        assert.deepEqual([error.status, error.type], [400, 'invalid_request_error']);
        assert.match(error.message, message);
      }));

  it('take neighbours of the same role as one turn, like the API', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const messages = [...hello.messages, { role: 'user', content: 'And hello again' }];
      assert.equal((await post(server, { ...hello, messages })).status, 200);
    }));

  it('insist on the version header', () =>
    onStage(working, async server => {
      const response = await fetch(`${server.url}/v1/models`, { headers: { 'x-api-key': server.token } });
      const error = await errorOf(response);
      assert.deepEqual([error.status, error.message], [400, 'anthropic-version: header is required']);
    }));

  it('answer 400 to a path that spells no text', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const headers = { 'x-api-key': server.token, 'anthropic-version': '2023-06-01' };
      assert.equal((await errorOf(await fetch(`${server.url}/v1/models/%zz`, { headers }))).status, 400);
      assert.equal((await forge(server, {}, '//[')).status, 400);
    }));

  it('refuse the id of a tool call twice, in one turn and in two', () =>
    onStage('turns: [{ say: hi }]', async server => {
      const use = { type: 'tool_use', id: 't1', name: 'Read', input: {} };
      const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'x' }] };
      const twice = [...hello.messages, { role: 'assistant', content: [use, use] }, result];
      const again = [...hello.messages, { role: 'assistant', content: [use] }, result];
      const later = [...again, { role: 'assistant', content: [use] }, result];
      for (const messages of [twice, later]) {
        const { status, message } = await errorOf(await post(server, { ...hello, messages }));
        assert.equal(status, 400);
        assert.match(message, /ids must be unique/);
      }
      assert.equal((await post(server, { ...hello, messages: again })).status, 200);
    }));

  it('answer 404, 405 and 413 as the API does', () =>
    onStage(working, async server => {
      assert.equal((await errorOf(await post(server, hello, {}, '/v1/complete'))).type, 'not_found_error');
      const wrong = await forge(server, {}, '/v1/messages');
      assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'POST, OPTIONS']);
      const huge = await errorOf(await post(server, `"${'x'.repeat(32 * 1024 * 1024)}"`));
      assert.deepEqual([huge.status, huge.type], [413, 'request_too_large']);
    }));

  it('answer HEAD and OPTIONS without a body, and no page across origins', () =>
    onStage(working, async server => {
      assert.equal((await forge(server, {}, '/v1/models', 'HEAD')).status, 200);
      const options = await forge(server, {}, '/v1/messages', 'OPTIONS');
      assert.equal(options.status, 204);
      assert.deepEqual(
        Object.keys(options.headers).filter(name => name.startsWith('access-control')),
        [],
      );
    }));

  it('play two conversations at once without mixing them up', () =>
    onStage('turns: [{ say: one, delayMs: 5 }, { say: two }]', async server => {
      const talk = async (name: string) => {
        const first = [{ role: 'user', content: name }];
        const one = (await (await post(server, { ...hello, messages: first })).json()) as Anthropic.Message;
        const then = [...first, { role: 'assistant', content: one.content }, { role: 'user', content: 'on' }];
        const two = (await (await post(server, { ...hello, messages: then })).json()) as Anthropic.Message;
        return [one, two].map(message =>
          message.content.map(block => (block.type === 'text' ? block.text : '')).join(),
        );
      };
      assert.deepEqual(await Promise.all([talk('a'), talk('b')]), [
        ['one', 'two'],
        ['one', 'two'],
      ]);
    }));
});

function tool(name: string) {
  return { name, input_schema: { type: 'object' } };
}

describe('the door of the rehearsal server', () => {
  it('opens for its own names and its own origin', () =>
    onStage(working, async server => {
      for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`, `[::1]:${server.port}`])
        assert.equal((await forge(server, { host })).status, 200, host);
      const own = { host: `127.0.0.1:${server.port}`, origin: `http://127.0.0.1:${server.port}` };
      assert.equal((await forge(server, own)).status, 200);
    }));

  it('stays shut for other hosts and origins, even with the token', () =>
    onStage(working, async server => {
      const host = `127.0.0.1:${server.port}`;
      const strangers: Record<string, string>[] = [
        { host: 'evil.example' },
        { host: `evil.example:${server.port}` },
        { host: '127.0.0.1:1' },
        { host: '127.0.0.1' },
        { host, origin: 'https://evil.example' },
        { host, origin: 'null' },
        { host, origin: `https://127.0.0.1:${server.port}` },
        { host, origin: `http://127.0.0.1:${server.port}.evil.example` },
      ];
      for (const headers of strangers)
        assert.equal((await forge(server, headers)).status, 403, JSON.stringify(headers));
      assert.equal(server.requests().length, 0);
    }));

  it('wants the token, whole and exact', () =>
    onStage(working, async server => {
      for (const key of ['', server.token.slice(0, -1), `${server.token}x`, server.token.toUpperCase()]) {
        assert.equal((await forge(server, { 'x-api-key': key })).status, 401, key);
        assert.equal((await forge(server, { 'x-api-key': '', authorization: `Bearer ${key}` })).status, 401, key);
      }
      const bare = await fetch(`${server.url}/v1/models`, { headers: { 'anthropic-version': '2023-06-01' } });
      assert.deepEqual(await errorOf(bare), {
        status: 401,
        type: 'authentication_error',
        message: 'invalid x-api-key',
      });
    }));

  it('has another token and another port each time', () =>
    onStage(working, one =>
      onStage(working, async two => {
        assert.notEqual(one.token, two.token);
        assert.notEqual(one.port, two.port);
        assert.ok(one.token.length > 32);
      }),
    ));
});
