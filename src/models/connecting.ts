import { subscribe } from 'node:diagnostics_channel';

/** Errors with which a connection, its TLS handshake included, came to nothing. Node's fetch gives them on as a cause. */
const unconnected = new WeakSet<Error>();

subscribe('undici:client:connectError', message => {
  if (typeof message === 'object' && message !== null && 'error' in message && message.error instanceof Error)
    unconnected.add(message.error);
});

/** Whether Node's fetch told of this error that there was no connection to send anything over. */
export function brokeConnecting(error: Error): boolean {
  return unconnected.has(error);
}

/** The ports that fetch connects to for nobody: https://fetch.spec.whatwg.org/#port-blocking */
const blocked: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

export const isBlockedPort = (port: number): boolean => blocked.has(port);

/** What OpenSSL says where the answer to its greeting is no TLS, as that of a server that speaks plain HTTP. */
const noTls: ReadonlySet<unknown> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);

export function speaksNoTls(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if ('code' in inner && noTls.has(inner.code) && brokeConnecting(inner)) return true;
  return false;
}
