import type { FetchEffect } from '../../protocol/effect.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { errnoOf } from '../errno.ts';
import type { FetchOutcome } from '../outcome.ts';
import { type Answer, ask, type SizeLimits } from './request.ts';
import { decode, kindOf } from './text.ts';
import type { Place, Web } from './web.ts';

export interface FetchLimits extends SizeLimits {
  /** For all of it, in ms. */
  time: number;
  redirects: number;
  /** Characters of text that are passed on. */
  text: number;
}

/** Room for the longest manuals that are pages, and no more than a person would wait for. */
export const fetchLimits: FetchLimits = {
  received: 5 * 1024 * 1024,
  unpacked: 20 * 1024 * 1024,
  time: 30_000,
  redirects: 5,
  text: 60_000,
};

/**
 * Reads one page of the web. Each name is looked up first, and each of its addresses has to be one that may be reached; the
 * connection goes to one of those. So does every redirect. One to another host, port or scheme is not followed but told.
 */
export async function fetchPage(
  { url: text }: FetchEffect,
  web: Web,
  signal: AbortSignal,
  limits: FetchLimits = fetchLimits,
): Promise<FetchOutcome> {
  let url = new URL(text);
  const late = AbortSignal.timeout(limits.time);
  const both = AbortSignal.any([signal, late]);
  try {
    for (let left = limits.redirects; ; left--) {
      const answer = await ask(url, await placeOf(url, web, both), web, limits, both);
      const next = movedTo(answer, url);
      if (next === null) return await outcomeOf(url, answer, limits);
      if (!isSamePlace(next, url)) return { ...moved(url, answer), movedTo: next.href };
      if (left === 0)
        throw new GatehouseError(failures.fetchRedirects({ host: url.hostname, limit: limits.redirects }));
      url = next;
    }
  } catch (error) {
    throw failureOf(error, url.hostname, { stopped: signal.aborted, late: late.aborted, limits });
  }
}

async function placeOf(url: URL, web: Web, signal: AbortSignal): Promise<Place> {
  const host = url.hostname;
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const place = await until(web.locate(host, port), signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new GatehouseError(failures.fetchUnresolved({ host }), error);
  });
  if (place.addresses.length === 0) throw new GatehouseError(failures.fetchUnresolved({ host }));
  // One that may not be reached is enough: which of them is taken is not for the name's owner to choose.
  const refused = place.addresses.find(({ address }) => !web.mayReach(address));
  if (refused !== undefined) throw new GatehouseError(failures.fetchAddress({ host, address: refused.address }));
  return place;
}

/** A resolver does not stop when it is told to. */
function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** null for an answer that stands for itself. */
function movedTo({ location, status, body }: Answer, url: URL): URL | null {
  if (location === null || status < 300 || status > 399 || body.length > 0 || !URL.canParse(location, url.href))
    return null;
  const next = new URL(location, url);
  next.hash = '';
  return next;
}

/** From http to https on the usual ports it is still the same place. */
function isSamePlace(next: URL, url: URL): boolean {
  if (next.username !== '' || next.password !== '' || next.hostname !== url.hostname) return false;
  if (next.protocol === url.protocol) return next.port === url.port;
  return url.protocol === 'http:' && next.protocol === 'https:' && next.port === '' && url.port === '';
}

const empty = { title: '', text: '', chars: 0, hidden: 0, cut: false };

function moved(url: URL, { status, contentType }: Answer): Omit<FetchOutcome, 'movedTo'> {
  return { kind: 'fetch', url: url.href, status, contentType: contentType.slice(0, 200), bytes: 0, ...empty };
}

async function outcomeOf(url: URL, answer: Answer, limits: FetchLimits): Promise<FetchOutcome> {
  const { contentType, body } = answer;
  const kind = kindOf(contentType, body);
  if (kind === null && body.length > 0)
    throw new GatehouseError(failures.fetchNotText({ host: url.hostname, type: contentType.slice(0, 100) }));
  const whole = decode(contentType, body);
  // What reads HTML is large, and most runs never need it.
  const page =
    kind === 'html'
      ? (await import('./page.ts')).readPage(whole, url)
      : { ...empty, text: whole.replaceAll('\r\n', '\n') };
  const { title, text, hidden } = page;
  return {
    ...moved(url, answer),
    bytes: body.length,
    title,
    text: text.slice(0, limits.text),
    chars: text.length,
    hidden,
    cut: page.cut || text.length > limits.text,
    movedTo: null,
  };
}

function failureOf(
  error: unknown,
  host: string,
  { stopped, late, limits }: { stopped: boolean; late: boolean; limits: FetchLimits },
): GatehouseError {
  if (error instanceof GatehouseError) return error;
  if (stopped) return new GatehouseError(failures.stopped({}), error);
  if (late) return new GatehouseError(failures.fetchSlow({ host, seconds: Math.round(limits.time / 1000) }), error);
  const problem = errnoOf(error) ?? (error instanceof Error ? error.message.slice(0, 200) : 'unknown');
  return new GatehouseError(failures.fetchFailed({ host, problem }), error);
}
