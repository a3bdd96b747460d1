import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/**
 * The harness's own time per turn, seen from the model's side: from the last byte of one answer to the last byte of the
 * next request. It covers tools, gate and journal, and none of the server's time.
 */
export interface TurnWatch {
  /** In ms, one for each turn after the first. */
  gaps(): number[];
  stop(): void;
}

/** Watches every server of this process, which must therefore serve one run at a time. */
export function watchTurns(): TurnWatch {
  const received: number[] = [];
  const answered: number[] = [];
  const asks = (request: IncomingMessage): boolean => request.method === 'POST' && request.url === '/v1/messages';

  const onRequest = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (asks(request)) request.once('end', () => received.push(performance.now()));
  };
  const onFinish = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (asks(request)) answered.push(performance.now());
  };
  subscribe('http.server.request.start', onRequest);
  subscribe('http.server.response.finish', onFinish);
  return {
    gaps: () => received.slice(1).map((at, index) => at - (answered[index] ?? Number.NaN)),
    stop() {
      unsubscribe('http.server.request.start', onRequest);
      unsubscribe('http.server.response.finish', onFinish);
    },
  };
}
