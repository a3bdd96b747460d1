import type { Outcome } from '../effects/outcome.ts';
import type { OutcomeRecord } from '../protocol/event.ts';

/** The outcome as the journal keeps it: facts and digests, no bytes. */
export function recordOf(outcome: Outcome): OutcomeRecord {
  switch (outcome.kind) {
    case 'read':
      return {
        kind: 'read',
        path: outcome.path,
        file: outcome.file,
        lines: outcome.to === 0 ? 0 : outcome.to - outcome.from + 1,
      };
    case 'search':
      return { kind: 'search', matches: outcome.total, truncated: outcome.truncated };
    case 'edit':
      return { kind: 'edit', path: outcome.path, file: outcome.file };
    case 'exec':
      return {
        kind: 'exec',
        exitCode: outcome.exitCode,
        signal: outcome.signal,
        timedOut: outcome.timedOut,
        stopped: outcome.stopped,
        durationMs: Math.round(outcome.durationMs),
        ...(typeof outcome.cpuMs === 'number' ? { cpuMs: Math.round(outcome.cpuMs) } : {}),
        outputBytes: outcome.outputBytes,
        ...(outcome.background === null ? {} : { process: outcome.background.process }),
        survivors: outcome.survivors,
        ...(outcome.signing === undefined ? {} : { signing: outcome.signing }),
      };
    case 'push':
      return { kind: 'push', remote: outcome.remote, shown: outcome.shown, refs: outcome.refs };
    case 'fetch': {
      const { url, status, contentType, bytes, movedTo } = outcome;
      return { kind: 'fetch', url, status, contentType, bytes, movedTo };
    }
    case 'restore':
      return outcome;
    case 'diagnostics':
      return { kind: 'diagnostics', items: outcome.items.length };
  }
}
