import type { Answered } from '../../../src/ports/approver.ts';
import type { Mode } from '../../../src/protocol/command.ts';
import type { ReviewOutcome } from '../../../src/protocol/review.ts';
import type { Case } from './world.ts';

/**
 * mode, the calls of one run (only the last one is told), the answers, who was asked and why, what was decided, what is on
 * disk. A call is `Tool: input`; {home}, {outside} and {state} are folders. Answers: `yes`, `run` (for the run), `no`; `-`:
 * nobody is there. On disk: `+` new, `~` changed, `−` gone, `web` a page that was asked for; nothing where it is empty.
 */
export type Row = readonly [mode: Mode, calls: string, answers: string, asked: string, decided: string, disk: string];

/** What holds for all rows of a table. */
export interface Table {
  title: string;
  given?: Omit<Partial<Case>, 'mode' | 'calls' | 'answers' | 'reviewer'>;
  rows: readonly Row[];
}

const inputs: Record<string, (text: string) => object> = {
  Bash: command => ({ command }),
  Read: file_path => ({ file_path }),
  Write: text => {
    const [file_path = '', content = 'x'] = text.split(' = ');
    return { file_path, content: `${content}\n` };
  },
  Edit: text => {
    const [file_path = '', old_string = '', new_string = ''] = text.split(/ [=>] /);
    return { file_path, old_string, new_string };
  },
  Glob: pattern => ({ pattern }),
  Grep: pattern => ({ pattern }),
  WebFetch: url => ({ url }),
  Diagnostics: () => ({}),
};

const answerOf: Record<string, Answered['answer']> = {
  yes: { verdict: 'allow' },
  run: { verdict: 'allow', scope: 'run' },
  no: { verdict: 'deny', why: 'not today' },
};

const verdict = (said: 'allow' | 'ask' | 'deny'): ReviewOutcome => ({
  type: 'verdict',
  verdict: said,
  category: 'unclear',
  reason: 'Because.',
});
const outage = (why: 'down' | 'slow' | 'unreadable'): ReviewOutcome => ({ type: 'none', why, problem: 'p' });
const reviews: Record<string, ReviewOutcome> = {
  'review:allow': verdict('allow'),
  'review:ask': verdict('ask'),
  'review:deny': verdict('deny'),
  'review:down': outage('down'),
  'review:slow': outage('slow'),
  'review:unreadable': outage('unreadable'),
};

/** A row as it is played. Throws on a word that means nothing. */
export function caseOf([mode, calls, answers]: Row, given: Table['given'], places: Record<string, string>): Case {
  const words = answers.split(', ').filter(word => word !== '-');
  const reviewer = words.find(word => word in reviews);
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => places[name] ?? name);
  return {
    ...given,
    mode,
    calls: calls.split(' ; ').map(call => {
      const [tool = '', rest = ''] = call.split(/: ?(.*)/s);
      const input = inputs[tool];
      if (input === undefined) throw new Error(`no tool in ${call}`);
      return { tool, input: input(fill(rest)) };
    }),
    answers: words
      .filter(word => word !== reviewer)
      .map(word => {
        const answer = answerOf[word];
        if (answer === undefined) throw new Error(`no answer ${word}`);
        return answer;
      }),
    ...(reviewer === undefined ? {} : { reviewer: reviews[reviewer] as ReviewOutcome }),
  };
}
