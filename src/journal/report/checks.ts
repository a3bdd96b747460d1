import type { AcceptanceResult, AcceptanceWhen } from '../../protocol/acceptance.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** Commands that say whether the work is right, as they were run once. */
export interface ReportedCheck {
  at: number;
  what: 'acceptance' | 'tests';
  when: AcceptanceWhen;
  step: number | null;
  results: AcceptanceResult[];
}

/** Fewer tests, or less coverage, than before. */
export interface ReportedFall {
  measure: 'tests' | 'coverage';
  command: string;
  before: number;
  after: number;
}

export function checkOf(event: RunEvent): ReportedCheck[] {
  const { at } = event;
  if (event.kind === 'acceptance.checked')
    return [{ at, what: 'acceptance', when: event.when, step: null, results: event.results }];
  if (event.kind === 'tests.checked')
    return [{ at, what: 'tests', when: event.when, step: event.step, results: [event.result] }];
  return [];
}

export function fallOf(event: RunEvent): ReportedFall[] {
  if (event.kind !== 'tests.fell') return [];
  const { measure, command, before, after } = event;
  return [{ measure, command, before, after }];
}
