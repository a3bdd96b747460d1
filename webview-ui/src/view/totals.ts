import type { Usage } from '../../../src/protocol/budget.ts';
import type { EventOf } from '../../../src/protocol/event.ts';
import type { Totals } from './items.ts';

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addTurn(totals: Totals, event: { usage: Usage; usd: number | null }): Totals {
  const { usage } = totals;
  return {
    ...totals,
    usage: {
      input: usage.input + event.usage.input,
      output: usage.output + event.usage.output,
      cacheRead: usage.cacheRead + event.usage.cacheRead,
      cacheWrite: usage.cacheWrite + event.usage.cacheWrite,
    },
    usd: totals.usd === null || event.usd === null ? null : totals.usd + event.usd,
  };
}

/** Calls beside the turns: one that came to nothing used tokens all the same, where its record tells, and so does a review or a summary. */
export function addLost(
  totals: Totals,
  event: { usage?: Usage | null | undefined; usd?: number | null | undefined; settled?: boolean | undefined },
): Totals {
  const { usage, usd = null, settled } = event;
  if (settled === true) return totals;
  return usage === null || usage === undefined ? totals : addTurn(totals, { usage, usd });
}

/** A turn whose call a limit kept from being made is none. */
export function lostTurn(totals: Totals, { failure }: EventOf<'model.failed'>): Totals {
  return failure.code === 'run.limitReached' ? { ...totals, turns: totals.turns - 1 } : totals;
}

export function addEdit(totals: Totals, path: string, added: number, removed: number): Totals {
  const before = totals.files.get(path) ?? { added: 0, removed: 0 };
  const files = new Map(totals.files);
  files.set(path, { added: before.added + added, removed: before.removed + removed });
  return { ...totals, files };
}

/** Processor time that was measured; nothing where it was not. */
export function addCpu(totals: Totals, ms: number | undefined): Totals {
  return ms === undefined ? totals : { ...totals, cpuMs: totals.cpuMs + ms };
}

/** What a command changed, as far as its lines were counted. */
export function addCommand(totals: Totals, workspace: string, event: EventOf<'checkpoint.made'>): Totals {
  if (event.paths === undefined || event.paths.length === 0) return totals;
  const files = new Map(totals.files);
  for (const [index, path] of event.paths.entries()) {
    const whole = workspace.includes('\\') ? `${workspace}\\${path.replaceAll('/', '\\')}` : `${workspace}/${path}`;
    const before = files.get(whole) ?? { added: 0, removed: 0 };
    const [added, removed] = event.lines?.each[index] ?? [0, 0];
    files.set(whole, { added: before.added + added, removed: before.removed + removed });
  }
  return { ...totals, files };
}

/** Every token that was read or written, cached or not. */
export function tokens(usage: Usage): number {
  return usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
}
