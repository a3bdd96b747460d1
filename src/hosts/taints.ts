import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { list, readText, remove, writePrivate } from '../effects/files.ts';
import { fileTimes } from '../journal/files.ts';
import type { Home } from '../journal/home.ts';
import type { Taints, TaintTrace } from '../ports/taints.ts';

const Trace = z.object({
  v: z.literal(1),
  run: z.string(),
  source: z.string(),
  line: z.number(),
  paths: z.array(z.string()),
  everything: z.boolean(),
  shingles: z.array(z.string()),
});

/** Traces of so many runs are kept for a workspace; run ids begin with their time, so the oldest go first. */
const maxTraces = 100;

/**
 * One file for each run that was tainted, below the state folder, so that runs side by side never write the same one. A
 * file that cannot be read counts as a trace that holds everything.
 */
export function openTaints(home: Pick<Home, 'root'>, workspace: string): Taints {
  const folder = join(home.root, 'taint', createHash('sha256').update(workspace).digest('hex').slice(0, 16));
  const read = new Map<string, { modified: number; bytes: number; trace: TaintTrace }>();

  async function traceIn(name: string): Promise<TaintTrace | null> {
    const path = join(folder, name);
    const times = await fileTimes(path);
    const before = read.get(name);
    if (before?.bytes === times?.bytes && before?.modified === times?.modified && before !== undefined)
      return before.trace;
    const text = await readText(path);
    if (text === null || times === null) return null;
    const trace = parsed(text) ?? unreadable(name);
    read.set(name, { ...times, trace });
    return trace;
  }

  return {
    async all() {
      const names = (await list(folder)).filter(name => name.endsWith('.json'));
      const traces = await Promise.all(names.map(traceIn));
      return traces.filter(trace => trace !== null);
    },
    async keep(trace) {
      await writePrivate(join(folder, `${trace.run}.json`), JSON.stringify({ v: 1, ...trace }));
      const names = (await list(folder)).filter(name => name.endsWith('.json'));
      for (const name of names.slice(0, Math.max(0, names.length - maxTraces))) await remove(join(folder, name));
    },
  };
}

function parsed(text: string): TaintTrace | null {
  try {
    return Trace.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function unreadable(name: string): TaintTrace {
  return { run: name.replace(/\.json$/, ''), source: '', line: 0, paths: [], everything: true, shingles: [] };
}
