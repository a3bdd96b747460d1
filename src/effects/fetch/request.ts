import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { Place, Web } from './web.ts';

/** Bytes as they come, and what they may become when they are unpacked. */
export interface SizeLimits {
  received: number;
  unpacked: number;
}

export interface Answer {
  status: number;
  location: string | null;
  contentType: string;
  /** Unpacked; empty for an answer that only leads on. */
  body: Buffer;
}

const leadsOn = new Set([301, 302, 303, 307, 308]);

/** Asks once, at the place and nowhere else. Rejects with a `fetch.*` failure, or with the signal's reason. */
export async function ask(url: URL, place: Place, web: Web, limits: SizeLimits, signal: AbortSignal): Promise<Answer> {
  const host = url.hostname;
  const tooLarge = (bytes: number): GatehouseError =>
    new GatehouseError(failures.fetchTooLarge({ host, mebibytes: Math.round(bytes / 1024 / 1024) }));
  const response = await begin(url, place, web, signal);
  try {
    const status = response.statusCode ?? 0;
    const answer = {
      status,
      location: response.headers.location ?? null,
      contentType: response.headers['content-type'] ?? '',
    };
    if (leadsOn.has(status) && answer.location !== null) return { ...answer, body: Buffer.alloc(0) };
    if (Number(response.headers['content-length'] ?? 0) > limits.received) throw tooLarge(limits.received);
    return { ...answer, body: await bodyOf(response, limits, tooLarge, host) };
  } finally {
    response.destroy();
  }
}

function begin(url: URL, place: Place, web: Web, signal: AbortSignal): Promise<IncomingMessage> {
  const { addresses, port } = place;
  const found: LookupFunction = (_name, options, done) => {
    const [first] = addresses;
    if (options.all === true) return done(null, addresses);
    if (first === undefined) return done(new Error('no address'), '', 4);
    done(null, first.address, first.family);
  };
  const secure = url.protocol === 'https:';
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = (secure ? requestTls : requestPlain)({
      host: name,
      port,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      agent: false,
      lookup: found,
      ...(secure && web.ca !== undefined ? { ca: web.ca } : {}),
      headers: {
        host: url.host,
        accept: 'text/markdown, text/html;q=0.9, text/plain;q=0.9, application/json;q=0.8, */*;q=0.1',
        'accept-encoding': 'gzip, deflate, br',
        'user-agent': 'Gatehouse',
        connection: 'close',
      },
      signal,
    });
    asked.on('socket', socket => {
      // A connection that was made to any other address is given nothing.
      socket.once('connect', () => {
        if (!isOneOf(socket, place)) asked.destroy(new Error('another address'));
      });
    });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
}

function isOneOf({ remoteAddress }: Socket, { addresses }: Place): boolean {
  return addresses.some(({ address }) => address === remoteAddress);
}

/** Counted on both sides of the unpacking, so that a small answer cannot become a huge one. */
async function bodyOf(
  response: IncomingMessage,
  { received, unpacked }: SizeLimits,
  tooLarge: (bytes: number) => GatehouseError,
  host: string,
): Promise<Buffer> {
  let came = 0;
  response.on('data', (chunk: Buffer) => {
    came += chunk.length;
    if (came > received) response.destroy(tooLarge(received));
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of unpack(response, host)) {
    const piece = Buffer.from(chunk as Uint8Array);
    bytes += piece.length;
    if (bytes > unpacked) throw tooLarge(unpacked);
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

function unpack(response: IncomingMessage, host: string): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  const unpacker =
    encoding === 'br'
      ? createBrotliDecompress()
      : ['gzip', 'x-gzip', 'deflate'].includes(encoding)
        ? createUnzip()
        : null;
  if (unpacker === null)
    throw new GatehouseError(failures.fetchFailed({ host, problem: `it is packed as ${encoding.slice(0, 40)}` }));
  return pipeline(response, unpacker, () => undefined);
}
