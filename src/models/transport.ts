import { failures, GatehouseError } from '../protocol/failure.ts';

/** A secret and how it is sent: as `x-api-key`, or as a bearer token. */
export type Credential = { apiKey: string } | { authToken: string };

export interface TransportOptions {
  fetch: typeof globalThis.fetch;
  /** The only origin that the credential may go to. */
  origin: string;
  credential: Credential;
  /** Values of `anthropic-beta`. */
  betas: readonly string[];
  /** The text of the request's body, as it goes out. */
  onBody(text: string): void;
  /** The response's head arrived, or a piece of its body. */
  onBytes(): void;
}

/** The version that the SDK's types describe. */
const apiVersion = '2026-10-21';

/**
 * A fetch that speaks to one origin, follows no redirect, and takes no success that is not a stream of events: that comes
 * from something else than the API (`model.wrongServer`). It writes the headers itself, since the SDK merges some from
 * the environment (`ANTHROPIC_CUSTOM_HEADERS`) that could replace the key or tell of this machine.
 */
export function boundFetch(options: TransportOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== options.origin)
      throw new GatehouseError(failures.internal({ problem: 'a request to an origin that the key is not for' }));
    if (typeof init?.body === 'string') options.onBody(init.body);
    const headers = headersFor(options.credential, options.betas);
    const response = await options.fetch(url, { ...init, headers, redirect: 'manual' });
    options.onBytes();
    const found = response.headers.get('content-type');
    if (response.ok && found !== null && !/^text\/event-stream\b/i.test(found))
      throw new GatehouseError(
        failures.wrongServer({ origin: options.origin, found: `content-type ${found.slice(0, 100)}` }),
      );
    if (response.body === null) return response;
    const watched = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          options.onBytes();
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(watched, response);
  };
}

function headersFor(credential: Credential, betas: readonly string[]): Headers {
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/json',
    'anthropic-version': apiVersion,
    'user-agent': 'gatehouse',
  });
  if (betas.length > 0) headers.set('anthropic-beta', betas.join(','));
  if ('apiKey' in credential) headers.set('x-api-key', credential.apiKey);
  else headers.set('authorization', `Bearer ${credential.authToken}`);
  return headers;
}

export function secretOf(credential: Credential): string {
  return 'apiKey' in credential ? credential.apiKey : credential.authToken;
}
