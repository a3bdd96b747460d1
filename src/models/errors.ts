import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import { brokeConnecting, speaksNoTls } from './connecting.ts';
import { retryAfterMs } from './retry.ts';

/** The codes of a `Retry`. */
export type RetryCode = 'rate_limited' | 'overloaded' | 'server_error' | 'stream_cut' | 'stream_idle' | 'connection';

/**
 * What to make of a call that went wrong: try again (`afterMs` where the server asked for a pause), or give up. `open`:
 * whether it may be billed all the same (`Lost`).
 */
export type Judgement = (
  | {
      retry: RetryCode;
      afterMs: number | null;
      problem: string;
      /** There was not even a connection. */
      unconnected?: true;
    }
  | { failure: Failure }
) & {
  open: boolean;
};

export interface JudgeContext {
  model: string;
  /** From 1. */
  attempt: number;
  /** Unix time in ms, for a `retry-after` that is a date. */
  now: number;
  secret: string;
  /** The server that was asked. */
  origin: string;
}

const longestMessage = 500;

/** The statuses that stand for the API's error types; an error inside a stream has only a type. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Judges what a call of the SDK rejected with. Anything that is neither the server's nor the network's is thrown on. */
export function judge(error: unknown, context: JudgeContext): Judgement {
  if (error instanceof APIConnectionError) {
    if (error.cause instanceof GatehouseError) throw error.cause;
    const problem = speaksNoTls(error) ? plainServer : clean(rootMessage(error), context.secret);
    const unconnected = neverSent(error);
    return { retry: 'connection', afterMs: null, problem, open: !unconnected, ...(unconnected ? { unconnected } : {}) };
  }
  if (!(error instanceof APIError)) throw error;
  const headers = error.headers instanceof Headers ? error.headers : undefined;
  const inStream = error.status === undefined;
  const status: number = inStream ? (statusOfType[error.type ?? ''] ?? 500) : Number(error.status);
  const message = clean(error.apiMessage ?? error.message, context.secret);
  const told = inStream ? null : headers?.get('x-should-retry');
  const code = retryCode(status, error.type);
  // The API bills no request that it answers with an error of its own. What stands between may have lost its answer.
  const open = status >= 500 && error.type === null;
  if (told === 'true' || (code !== null && told !== 'false'))
    return {
      retry: code ?? 'server_error',
      afterMs: inStream ? null : retryAfterMs(headers, context.now),
      problem: `${status} ${message}`,
      open,
    };
  return { failure: failureOf(status, message, error.type !== null, context), open };
}

const plainServer = 'the server does not speak TLS; is its address one with http:// instead of https://?';

/** System calls of Node before the first byte of a request: finding the server's address, and calling it. */
const callsBefore: ReadonlySet<unknown> = new Set(['getaddrinfo', 'connect']);

/** Codes of the same: of undici, and of Node's TLS where it does not trust the server's certificate. */
const codesBefore: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether it is certain that nothing of the request was sent: as Node's fetch tells, or by what another one gives as a cause. */
function neverSent(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (brokeConnecting(inner)) return true;
    if ('syscall' in inner && callsBefore.has(inner.syscall)) return true;
    if ('code' in inner && codesBefore.has(inner.code)) return true;
    // Each of a server's addresses was tried.
    if (inner instanceof AggregateError && inner.errors.length > 0) return inner.errors.every(neverSent);
  }
  return false;
}

function retryCode(status: number, type: string | null): RetryCode | null {
  if (status === 429) return 'rate_limited';
  if (status === 529 || type === 'overloaded_error') return 'overloaded';
  if (status >= 500 || status === 408 || status === 409) return 'server_error';
  return null;
}

function failureOf(status: number, message: string, inEnvelope: boolean, context: JudgeContext): Failure {
  const { model, attempt, origin } = context;
  if (status >= 500) return failures.modelUnreachable({ attempts: attempt, problem: `${status} ${message}` });
  switch (status) {
    case 401:
      return failures.keyRejected({ status, message });
    case 403:
      return failures.modelForbidden({ model, message });
    case 404:
      // The API says in its own envelope which model it does not know; another server has no such page.
      if (!inEnvelope) return failures.wrongServer({ origin, found: `status 404 ${message}` });
      return failures.modelUnknown({ model, message });
    case 413:
      return failures.contextTooLong({ message });
    default:
      if (status === 400 && tooLong.test(message)) return failures.contextTooLong({ message });
      return failures.modelBadRequest({ status, message });
  }
}

/** The API has neither a type nor a code for this one, so its sentence is all there is to go by. */
const tooLong = /prompt is too long|exceeds? (the )?(model's )?(maximum )?context|context (window|length)/i;

/** A server's sentence, fit to be shown: one line, of sane length, and never with the key in it. */
export function clean(message: string, secret: string): string {
  const line = (secret === '' ? message : message.replaceAll(secret, '[key]')).replace(/\s+/g, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

/** `fetch failed` says nothing; the reason is in the innermost cause. */
export function rootMessage(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return String(inner);
  return inner.message !== '' ? inner.message : 'code' in inner ? String(inner.code) : inner.name;
}
