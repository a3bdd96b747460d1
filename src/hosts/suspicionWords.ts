import type { EventOf } from '../protocol/event.ts';
import type { Suspicion } from '../protocol/suspicion.ts';
import type { MarkCode } from '../risk/probe/rule.ts';
import type { ScreenCode } from '../risk/screen/rule.ts';

const markWords: { [C in MarkCode]: string } = {
  override: 'it says to ignore earlier instructions',
  role: 'it gives the agent another role or task',
  addressed: 'it turns to AI agents',
  exfiltrate: 'it wants secrets or data sent somewhere',
  secrecy: 'it wants something kept from you',
  approve: 'it wants requests approved',
  safeguard: 'it wants safeguards off',
  destroy: 'it wants things deleted',
  order: 'it gives orders',
  template: 'it has marks of a chat in it',
  forged: 'it imitates an approval or a tool’s result',
  hidden: 'something in it is hidden',
  lookalike: 'it has letters that only look like others',
  encoded: 'it holds encoded text that gives orders',
  link: 'it has a link that carries data away',
  carried: 'it was written by a run that had read such text',
};

const screenWords: { [C in ScreenCode]: string } = {
  secret: 'it holds a secret',
  attack: 'it asks for an attack on systems of others',
  malware: 'it asks for malicious software',
  theft: 'it asks for secrets or personal data to be taken',
  safeguards: 'it asks for safeguards to be taken away',
  discrimination: 'it asks for code that treats people worse for what they are',
  harm: 'it asks for something that hurts people',
  fraud: 'it asks for deception of people',
  conflict: 'its wishes contradict each other',
};

/** What a mark of the probe says against a text; a code of a later version stands for itself. */
export function markWord(code: string): string {
  return word(markWords, code);
}

/** `README.md, line 12`. */
export function taintPlace(args: Readonly<Record<string, string | number>>): string {
  const line = Number(args['line'] ?? 0);
  return `${String(args['source'] ?? 'a result')}${line > 0 ? `, line ${line}` : ''}`;
}

/** What a person is told of a flagged result; none of what it says is a sentence of ours. */
export function flaggedSentences({ source, marks }: EventOf<'result.flagged'>): string[] {
  const [first] = marks;
  if (first === undefined) return [];
  const why = [...new Set(marks.map(({ code }) => word(markWords, code)))].slice(0, 3).join(', ');
  return [
    `The agent read text that is not from you (${taintPlace({ source, line: first.line })}): ${why}. It was told not to obey. What may leave this machine is asked about from now on.`,
    `There it says: “${first.excerpt}”`,
  ];
}

export function wishesSentences({ files, conflicts }: EventOf<'wishes.read'>): string[] {
  return [
    ...files.flatMap(({ path, left, marks, cut }) => {
      if (left === 'flagged')
        return [`${path} was not passed on to the agent: ${word(markWords, marks[0]?.code ?? 'order')}.`];
      if (left !== null) return [`${path} was not passed on to the agent: it is ${left}.`];
      return cut ? [`Only the beginning of ${path} was passed on to the agent.`] : [];
    }),
    ...conflicts.map(({ excerpt }) => `The repository’s wishes contradict each other: ${excerpt}`),
  ];
}

export function screenedSentences({ verdict, marks, words }: EventOf<'prompt.screened'>): string[] {
  const told = marks.flatMap(mark => {
    if (mark.code === 'secret')
      return [
        'Your task holds a secret. The model is given a placeholder for it; change it if others may have seen it.',
      ];
    if (mark.code === 'conflict') return [`Your task contradicts itself: ${mark.excerpt}. Say which holds.`];
    return [];
  });
  const first = marks.find(({ code }) => code !== 'secret' && code !== 'conflict');
  if (first === undefined || verdict === 'pass') return told;
  if (verdict === 'ask') return [...told, screenQuestion(first.code, first.excerpt)];
  const why = `${word(screenWords, first.code)} (“${first.excerpt}”)`;
  return [
    ...told,
    words === 'task' ? screenRefusal(first.code, first.excerpt) : `This was not told to the agent: ${why}.`,
  ];
}

export function screenQuestion(code: string, excerpt: string): string {
  return `The task may be harmful: ${word(screenWords, code)} (“${excerpt}”). Confirm that it is meant and allowed.`;
}

export function screenRefusal(code: string, excerpt: string): string {
  return `Gatehouse does not do this: ${word(screenWords, code)} (“${excerpt}”). No model was asked. If that is a misunderstanding, say what it is for and for whom.`;
}

function word(table: Readonly<Record<string, string>>, code: Suspicion['code']): string {
  return Object.hasOwn(table, code) ? (table[code] ?? code) : code;
}
