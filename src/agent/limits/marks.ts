import { LimitName, type Limits, type WarningMark } from '../../protocol/budget.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** Figures of a run by the name of their limit; null where nobody knows. */
export type Used = { [L in LimitName]: number | null };

export interface Warning {
  limit: LimitName;
  share: WarningMark;
  used: number;
  allowed: number;
}

/** Percent of a limit at which a person is told, the higher first. */
const marks: readonly WarningMark[] = [90, 75];

/** Which marks were told of, as a fold. A raised limit begins anew. */
export function createMarks(): { apply(event: RunEvent): void; due(used: Used, limits: Limits): Warning[] } {
  const told = new Map<LimitName, { allowed: number; share: number }>();
  return {
    apply(event) {
      if (event.kind === 'limit.warned') told.set(event.limit, { allowed: event.allowed, share: event.share });
    },
    due: (used, limits) =>
      LimitName.options.flatMap(limit => {
        const allowed = limits[limit];
        const figure = used[limit];
        if (allowed === undefined || figure === null) return [];
        const share = marks.find(mark => figure * 100 >= allowed * mark);
        const before = told.get(limit);
        const known = before !== undefined && before.allowed === allowed && before.share >= (share ?? 0);
        // One that is used up is told of by what it stops.
        const gone = limit === 'files' || limit === 'lines' ? figure > allowed : figure >= allowed;
        return share === undefined || known || gone ? [] : [{ limit, share, used: figure, allowed }];
      }),
  };
}
