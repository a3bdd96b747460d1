import type { Effects } from '../effects/run.ts';
import type { Grants } from '../gate/grants.ts';
import type { Aside } from './aside.ts';
import type { Closing } from './closing.ts';
import { type Desk, isAnswer } from './desk.ts';
import type { Limiting } from './limits/limiting.ts';
import { allowDenied, type PauseDeps } from './pause.ts';
import type { Recorder } from './recorder.ts';
import type { EndReview } from './reviewer/atEnd.ts';
import type { Run } from './run.ts';
import type { Standing } from './standing.ts';

export interface TakingDeps {
  recorder: Recorder;
  desk: Pick<Desk, 'answer'>;
  closing: Closing;
  aside: Aside;
  standing: Standing;
  limiting: Pick<Limiting, 'canRaise' | 'raise'>;
  grants: Pick<Grants, 'has' | 'revoke'>;
  pausing: PauseDeps;
  endReview: Pick<EndReview, 'isOpen'> | undefined;
  effects: Pick<Effects, 'endProcess'>;
  /** What the person says, once it is screened; false where it is not told to the model. */
  hear(text: string): Promise<boolean>;
}

/** How a run takes commands: at once, and what comes of each is written down in their order. */
export function createTaking(deps: TakingDeps): Run['send'] {
  const { recorder, desk, closing, aside, standing, limiting, grants, pausing, endReview, effects } = deps;
  return command => {
    if (isAnswer(command)) return desk.answer(command);
    if (closing.ended) return 'late';
    switch (command.type) {
      case 'say':
        aside.later(() => deps.hear(command.text));
        return 'taken';
      case 'allowDenied':
        if (pausing.denials.find(command.effect)?.askable !== true) return 'refused';
        aside.later(() => allowDenied(command.effect, pausing));
        return 'taken';
      case 'raiseLimit':
        if (!limiting.canRaise(command.limit, command.to)) return 'refused';
        aside.later(() => limiting.raise(command.limit, command.to));
        return 'taken';
      case 'waive': {
        const { finding, reason, surface = 'panel' } = command;
        if (endReview?.isOpen(finding) !== true) return 'refused';
        aside.later(() => recorder.append({ kind: 'finding.waived', finding, reason, surface }));
        return 'taken';
      }
      case 'reviewed': {
        const { type: _, ...seen } = command;
        aside.later(() => recorder.append({ kind: 'change.reviewed', ...seen }));
        return 'taken';
      }
      case 'stop':
        closing.stoppedBy = command.by ?? 'person';
        closing.stop.abort();
        aside.later(() => recorder.append({ kind: 'stop.requested', by: closing.stoppedBy }));
        return 'taken';
      case 'setMode':
        aside.choose(async () => {
          const { mode, by } = command;
          if (mode !== standing.summary().mode) await recorder.append({ kind: 'mode.changed', mode, by });
        });
        return 'taken';
      case 'away':
        aside.later(async () => {
          if (command.away !== standing.away()) await recorder.append({ kind: 'person.away', away: command.away });
        });
        return 'taken';
      case 'revokeGrant':
        if (!grants.has(command.grant)) return 'refused';
        aside.choose(async () => {
          await recorder.append({ kind: 'grant.revoked', grant: command.grant });
          await grants.revoke(command.grant);
        });
        return 'taken';
      case 'endProcess':
        aside.later(() => effects.endProcess(command.process));
        return 'taken';
    }
  };
}
