import type { RunEvent } from '../protocol/event.ts';

/** How a person answered one question. `ms`: from the question to the answer. */
export interface TimedAnswer {
  question: string;
  /** What it was about; null for a list of refusals. */
  effect: string | null;
  allowed: boolean;
  ms: number;
}

/** A stretch in which the person could not see the run. `until` is null where it lasted to the end. */
export interface Absence {
  from: number;
  until: number | null;
  /** Effects that were begun meanwhile, and calls that were refused. */
  changes: number;
  commands: number;
  looks: number;
  refused: number;
}

/** How closely a run was looked at: a fold over its events and nothing else. Times are Unix ms, durations ms. */
export interface Attention {
  answers: readonly TimedAnswer[];
  /** Allowed within two seconds of being asked: hardly read. */
  quick: number;
  /** Of all answers; null where there are none. */
  medianMs: number | null;
  longestMs: number | null;
  absences: readonly Absence[];
}

export const quickMs = 2000;

export function attentionOf(events: readonly RunEvent[]): Attention {
  const answers = answersIn(events);
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    answers,
    quick: answers.filter(({ allowed, ms }) => allowed && ms <= quickMs).length,
    medianMs: sorted[Math.floor((sorted.length - 1) / 2)] ?? null,
    longestMs: sorted.at(-1) ?? null,
    absences: absencesIn(events),
  };
}

function answersIn(events: readonly RunEvent[]): TimedAnswer[] {
  const asked = new Map<string, number>();
  return events.flatMap(event => {
    if (event.kind === 'question.asked' || event.kind === 'denials.asked') asked.set(event.question, event.at);
    if (event.kind !== 'question.answered' && event.kind !== 'denials.answered') return [];
    const about = event.kind === 'question.answered' ? event.effect : null;
    const yes = 'verdict' in event.answer ? event.answer.verdict === 'allow' : event.answer.allow.length > 0;
    const ms = Math.max(0, event.at - (asked.get(event.question) ?? event.at));
    return [{ question: event.question, effect: about, allowed: yes, ms }];
  });
}

function absencesIn(events: readonly RunEvent[]): Absence[] {
  const kinds = new Map<string, 'changes' | 'commands' | 'looks'>();
  const absences: Absence[] = [];
  let away: Absence | null = null;
  for (const event of events) {
    if (event.kind === 'effect.proposed') kinds.set(event.effect, kindOf(event.value.kind));
    else if (event.kind === 'person.away' && event.away) {
      away = { from: event.at, until: null, changes: 0, commands: 0, looks: 0, refused: 0 };
      absences.push(away);
    } else if (away === null) continue;
    else if (event.kind === 'effect.intended') away[kinds.get(event.effect) ?? 'looks'] += 1;
    else if (event.kind === 'effect.decided' && event.decision.verdict === 'deny') away.refused += 1;
    else if (event.kind === 'person.away' || event.kind === 'run.resumed') {
      // A crash ends an absence without anybody having come back.
      if (event.kind === 'person.away') away.until = event.at;
      away = null;
    }
  }
  return absences;
}

function kindOf(kind: string): 'changes' | 'commands' | 'looks' {
  if (kind === 'edit' || kind === 'restore') return 'changes';
  return kind === 'exec' || kind === 'push' ? 'commands' : 'looks';
}
