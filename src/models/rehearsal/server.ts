import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { compactionBeta } from '../wire.ts';
import { buildAnswer, newId, type SseEvent, toEvents, tokensOf } from './answer.ts';
import { plansHeader, rehearsalName } from './detect.ts';
import { errorEnvelope, typeOfStatus } from './errors.ts';
import { play } from './play.ts';
import { isReview } from './review.ts';
import { type Fault, type Script, submitsPlans } from './script.ts';
import { FaultCounters, SeenRequests } from './seen.ts';
import { checkCount, checkMessage } from './wire.ts';

const largestBody = 32 * 1024 * 1024;

export interface RehearsalOptions {
  script: Script;
  /** Default: any free one. */
  port?: number;
  /** What a client has to show, as `x-api-key` or as bearer token. Default: a random one. */
  token?: string;
  /** Keep every request for `requests()`. Off by default: a long conversation's bodies add up. */
  record?: boolean;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The client went away before it had its answer. */
  abandoned: boolean;
}

export interface RehearsalServer {
  url: string;
  port: number;
  token: string;
  requests(): readonly RecordedRequest[];
  /** Ends open answers and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves a script as a Messages API on 127.0.0.1: `/v1/messages`, `/v1/messages/count_tokens` and `/v1/models`. Speaks to
 * nobody without the token, nor to a page of another origin. Rejects where the port is taken.
 */
export async function serveRehearsal(options: RehearsalOptions): Promise<RehearsalServer> {
  const token = options.token ?? `rehearsal-${randomBytes(24).toString('base64url')}`;
  const recorded: RecordedRequest[] = [];
  let port = 0;
  const house = new House(options.script, token, () => port, options.record === true ? recorded : null);
  const server = createServer((request, response) => {
    house.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: options.port ?? 0 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  port = address.port;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    token,
    requests: () => recorded,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One exchange: what came, and how to answer it. */
class Exchange {
  readonly id = newId('req');
  readonly gone = new AbortController();
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.gone.abort());
  }

  json(status: number, value: unknown, headers: Record<string, string> = {}): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', 'request-id': this.id, ...headers });
    this.#response.end(JSON.stringify(value));
  }

  fail(
    status: number,
    message?: string,
    headers: Record<string, string> = {},
    type = typeOfStatus(status),
    code?: string,
  ): void {
    this.json(status, errorEnvelope(type, message, this.id, code), headers);
  }

  empty(status: number, headers: Record<string, string>): void {
    this.#response.writeHead(status, { 'request-id': this.id, ...headers });
    this.#response.end();
  }

  openStream(): void {
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'request-id': this.id,
    });
  }

  send(event: SseEvent): void {
    this.#response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  end(): void {
    this.#response.end();
  }

  /** Sends what was written, then drops the connection. */
  cut(): void {
    this.#response.write('', () => this.#response.destroy());
  }

  async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.gone.signal });
  }

  /** Waits until the client gives up. */
  async silence(): Promise<void> {
    if (this.gone.signal.aborted) return;
    await new Promise(resolve => this.gone.signal.addEventListener('abort', resolve, { once: true }));
  }
}

type Route = (exchange: Exchange, body: string, betas: string) => Promise<void> | void;

class House {
  readonly #seen = new SeenRequests();
  readonly #faults = new FaultCounters();
  readonly #script: Script;
  readonly #token: string;
  readonly #port: () => number;
  readonly #recorded: RecordedRequest[] | null;

  constructor(script: Script, token: string, port: () => number, recorded: RecordedRequest[] | null) {
    this.#script = script;
    this.#token = token;
    this.#port = port;
    this.#recorded = recorded;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(response);
    response.setHeader('server', rehearsalName);
    if (submitsPlans(this.#script)) response.setHeader(plansHeader, 'yes');
    if (!this.#isOurs(request)) return exchange.fail(403, 'This server answers to its own address alone.');
    const path = URL.parse(request.url ?? '/', 'http://localhost')?.pathname;
    if (path === undefined) return exchange.fail(400, 'Not a path');
    const routes = this.#routes(path);
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    if (routes === null) return exchange.fail(404, `Not found: ${path}`);
    const allow = [...Object.keys(routes), ...('GET' in routes ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    if (method === 'OPTIONS') return exchange.empty(204, { allow });
    const route = routes[method];
    if (route === undefined) return exchange.fail(405, 'Method not allowed', { allow });
    if (!this.#hasToken(request)) return exchange.fail(401);
    if (request.headers['anthropic-version'] === undefined)
      return exchange.fail(400, 'anthropic-version: header is required');

    const body = await readBody(request);
    if (body === null) return exchange.fail(413, 'Request exceeds the maximum size');
    const { method: verb = '', headers } = request;
    const entry: RecordedRequest = { method: verb, path, headers, body, abandoned: false };
    this.#recorded?.push(entry);
    response.once('close', () => {
      entry.abandoned = !response.writableFinished;
    });
    await route(exchange, body, String(headers['anthropic-beta'] ?? ''));
  }

  #routes(path: string): Record<string, Route | undefined> | null {
    if (path === '/v1/messages') return { POST: (exchange, body, betas) => this.#messages(exchange, body, betas) };
    if (path === '/v1/messages/count_tokens') return { POST: (exchange, body) => this.#count(exchange, body) };
    if (path === '/v1/models') return { GET: exchange => this.#models(exchange) };
    const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
    return model === undefined ? null : { GET: exchange => this.#model(exchange, decoded(model)) };
  }

  /** A page in a browser can reach loopback: by a name that resolves to it, or across origins. Both show in headers. */
  #isOurs({ headers }: IncomingMessage): boolean {
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${this.#port()}`);
    const { host = '', origin } = headers;
    return hosts.includes(host) && (origin === undefined || hosts.some(name => origin === `http://${name}`));
  }

  #hasToken({ headers }: IncomingMessage): boolean {
    const key = headers['x-api-key'];
    const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    const given = typeof key === 'string' ? key : (bearer ?? '');
    return timingSafeEqual(digest(given), digest(this.#token));
  }

  #knows(model: string): boolean {
    return this.#script.models === null || this.#script.models.includes(model);
  }

  #models(exchange: Exchange): void {
    const data = (this.#script.models ?? ['rehearsal']).map(modelInfo);
    exchange.json(200, { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
  }

  #model(exchange: Exchange, model: string | null): void {
    if (model === null) exchange.fail(400, 'model: not a percent-encoded name');
    else if (this.#knows(model)) exchange.json(200, modelInfo(model));
    else exchange.fail(404, `model: ${model}`);
  }

  #count(exchange: Exchange, body: string): void {
    const checked = checkCount(body);
    if ('problem' in checked) exchange.fail(400, checked.problem);
    else if (!this.#knows(checked.request.model)) exchange.fail(404, `model: ${checked.request.model}`);
    else exchange.json(200, { input_tokens: tokensOf(Buffer.byteLength(body)) });
  }

  async #messages(exchange: Exchange, body: string, betas: string): Promise<void> {
    const header = betas.split(',').some(beta => beta.trim() === compactionBeta);
    const checked = checkMessage(body, { offered: this.#script.compaction !== 'off', header });
    if ('problem' in checked) return exchange.fail(400, checked.problem, {}, typeOfStatus(400), checked.code);
    const { request, cached } = checked;
    // The reviewing model has a part in every script, whatever its name.
    if (!isReview(request) && !this.#knows(request.model)) return exchange.fail(404, `model: ${request.model}`);
    const scene = play(this.#script, request);
    await exchange.pause(scene.delayMs);
    const fault = this.#faults.take(scene.faults, body);
    if (fault !== null && 'status' in fault) return failWith(exchange, fault);
    const size = { bytes: Buffer.byteLength(body), repeatedBytes: this.#seen.take(body), cached };
    const answer = buildAnswer(scene, request, size);
    if (request.stream === true) {
      const halfJson = fault !== null && 'stream' in fault && fault.stream === 'half-json';
      return this.#stream(exchange, toEvents(answer, halfJson), fault);
    }
    if (fault === null) return exchange.json(200, answer.message);
    if ('event' in fault) return exchange.fail(500, fault.message, {}, fault.event);
    if (fault.stream === 'hang') return exchange.silence();
    exchange.cut();
  }

  async #stream(exchange: Exchange, events: SseEvent[], fault: Fault | null): Promise<void> {
    const whole = fault === null || ('stream' in fault && fault.stream === 'half-json');
    exchange.openStream();
    for (const event of whole ? events : events.slice(0, Math.ceil(events.length / 2))) {
      exchange.send(event);
      if (event.type === 'content_block_delta') await exchange.pause(this.#script.paceMs);
    }
    if (whole) return exchange.end();
    if ('event' in fault) {
      exchange.send({ ...errorEnvelope(fault.event, fault.message, exchange.id) });
      return exchange.end();
    }
    if ('status' in fault || fault.stream === 'end') return exchange.end();
    if (fault.stream === 'hang') return exchange.silence();
    exchange.cut();
  }
}

function failWith(exchange: Exchange, fault: Extract<Fault, { status: number }>): void {
  const headers: Record<string, string> = {};
  if (fault.retryAfter !== undefined) headers['retry-after'] = String(fault.retryAfter);
  if (fault.retryAfterMs !== undefined) headers['retry-after-ms'] = String(fault.retryAfterMs);
  if (fault.shouldRetry !== undefined) headers['x-should-retry'] = String(fault.shouldRetry);
  if (fault.location !== undefined) headers['location'] = fault.location;
  exchange.fail(fault.status, fault.message, headers, fault.type);
}

/** null where the percent signs spell no text. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function modelInfo(id: string) {
  return {
    type: 'model',
    id,
    display_name: `${id} (scripted, no AI)`,
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: null,
    capabilities: null,
    max_input_tokens: null,
    max_tokens: null,
  };
}

/** The whole body as text; null where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let body = '';
  let size = 0;
  const decoder = new TextDecoder();
  const chunks: AsyncIterable<Buffer> = request;
  for await (const chunk of chunks) {
    size += chunk.length;
    // What is too much is read all the same, since a client that is still writing does not hear the answer.
    if (size <= largestBody) body += decoder.decode(chunk, { stream: true });
  }
  return size > largestBody ? null : body + decoder.decode();
}
