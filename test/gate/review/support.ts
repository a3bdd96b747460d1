import { realClock } from '../../../src/effects/clock.ts';
import { createReviewer, type ReviewerDeps } from '../../../src/gate/review/reviewer.ts';
import { createClient } from '../../../src/models/client.ts';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import type { ReviewCase, Reviewer } from '../../../src/ports/reviewer.ts';
import type { Assessment } from '../../../src/protocol/assessment.ts';
import type { Effect } from '../../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';

export const medium: Assessment = {
  tier: 'medium',
  categories: ['unknown-program'],
  footprint: {
    reads: [],
    writes: ['/w/out'],
    deletes: [],
    hosts: [],
    unknownPaths: true,
    unknownHosts: false,
    reversible: true,
    secrets: false,
  },
  findings: [{ tier: 'medium', category: 'unknown-program', code: 'program.unknown', args: { program: 'frob' } }],
  understood: true,
  floor: 'none',
  parts: [{ program: 'frob', text: 'frob', from: null }],
};

export const exec = (command: string): Effect => ({
  kind: 'exec',
  command,
  cwd: '/w',
  timeoutMs: 60_000,
  background: false,
});

export function caseOf(value: Effect = exec('frob --all'), more: Partial<ReviewCase> = {}): ReviewCase {
  return {
    effect: 'now',
    value,
    assessment: medium,
    terms: { profile: 'workspace', hosts: [], writes: [] },
    targets: [],
    mode: 'auto',
    contained: true,
    sandbox: true,
    ...more,
  };
}

/** Bodies as the events of a run. */
export function eventsOf(bodies: readonly EventBody[]): RunEvent[] {
  const zeros = '0'.repeat(64);
  return bodies.map((body, seq): RunEvent => ({ v: 1, seq, at: seq, prev: zeros, hash: zeros, ...body }));
}

export interface Staged {
  reviewer: Reviewer;
  server: RehearsalServer;
  /** The parsed body of each request, in order. */
  bodies(): { max_tokens: number; messages: { content: { text: string }[] }[] }[];
}

/** A reviewer that speaks over HTTP with a script of these `review:` entries. Close the server after use. */
export async function stage(entries: unknown[], more: Partial<ReviewerDeps> = {}): Promise<Staged> {
  const script = parseScript(JSON.stringify({ review: entries, turns: [{ say: 'no part of this' }] }), 'review');
  const server = await serveRehearsal({ script, record: true });
  const model = createClient({ apiKey: server.token, baseUrl: server.url, clock: realClock, maxAttempts: 2 });
  const reviewer = createReviewer({
    model,
    modelName: 'claude-haiku-5-5',
    clock: realClock,
    events: () => [],
    root: '/w',
    rules: [],
    repository: async () => null,
    say: () => null,
    ...more,
  });
  return { reviewer, server, bodies: () => server.requests().map(({ body }) => JSON.parse(body)) };
}
