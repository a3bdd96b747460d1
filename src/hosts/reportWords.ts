import type { Say } from '../journal/report/words.ts';
import type { Failure } from '../protocol/failure.ts';
import { limitFigures } from './limitWords.ts';
import { cappedSentence } from './modeWords.ts';
import { ruleSentence } from './ruleWords.ts';
import { reasonSentence } from './sentences.ts';
import { markWord } from './suspicionWords.ts';

/** The sentences of a report; those of failures are each host's own. */
export function reportWords(failure: (failure: Failure) => string): Say {
  return {
    reason: (code, args) => reasonSentence({ code, args }),
    failure,
    mark: markWord,
    rule: ruleSentence,
    limit: (limit, figure) => limitFigures[limit](figure),
    capped: cappedSentence,
  };
}
