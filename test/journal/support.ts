import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorPath, type Home, openHome } from '../../src/journal/home.ts';
import type { Say } from '../../src/journal/report/words.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { type Failure, GatehouseError } from '../../src/protocol/failure.ts';

/** What a report is written with where its sentences do not matter. */
export const plainSay: Say = {
  reason: code => code,
  failure: ({ code }) => code,
  mark: code => code,
  rule: ({ rule, args }) => `${rule} ${JSON.stringify(args)}`,
  limit: (limit, figure) => `${figure} ${limit}`,
  capped: (reason, why) => [reason ?? 'lifted', why].join(' '),
};

/** A clock that goes on by 10 ms whenever it is read. */
export function tickingClock(start = Date.UTC(2026, 10, 20, 4, 29, 17)): Clock {
  let now = start;
  return { now: () => (now += 10), sleep: () => Promise.resolve() };
}

/** A fresh state folder below the system's temporary one, removed after each test of the suite that asks for it. */
export function freshHome(): { open(): Promise<Home>; folder(): string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return { folder: () => folder, open: () => openHome({ env: { GATEHOUSE_HOME: join(folder, 'state') } }) };
}

export const newRun = (): string => newRunId(Date.UTC(2026, 10, 20, 4, 29, 17, 123));

export const said = (text: string): EventBody => ({ kind: 'person.said', text });

export const started = (run: string, prompt = 'Mend the test'): EventBody => ({
  kind: 'run.started',
  run,
  gatehouse: '0.1.0',
  workspace: '/ws',
  prompt,
  mode: 'ask',
  model: 'scripted-1',
  scripted: true,
  limits: { turns: 4 },
  systemDigest: 'a'.repeat(64),
});

/** The failure that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof GatehouseError) return error.failure;
    throw error;
  }
  throw new Error('it did not reject');
}

/** Takes back that a journal was closed, as if its process had ended in mid-run. */
export function crash(home: Home, run: string): void {
  const path = anchorPath(home, run);
  const anchor = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    anchor
      .replace(',"closed":true', '')
      .trimEnd()
      .padEnd(anchor.length - 1)
      .concat('\n'),
  );
}
