import { readRule, ruleText as textOf } from '../../policy/ruleFile.ts';
import type { Question } from '../../ports/approver.ts';
import type { Answer } from '../../protocol/command.ts';
import { visible } from './plain.ts';
import type { PromptSetup } from './prompt.ts';
import { wrapped } from './prose.ts';

/**
 * Shows the rule that would be written to the person's policy, lets them put other words in the place of its command, and
 * says what is wrong before it is written. 'back' where they think better of it, null where nobody is there any more.
 */
export async function converseRule(
  question: Question,
  proposed: string,
  read: (prompt: string) => Promise<string | null>,
  setup: Pick<PromptSetup, 'terminal' | 'paint' | 'width' | 'checkRule'>,
): Promise<Answer | 'back' | null> {
  const { terminal, paint, width } = setup;
  const say = (sentence: string): string[] => wrapped(visible(sentence), '  ', width);
  let text = proposed;
  for (;;) {
    const { errors, warnings } = await setup.checkRule(text, question);
    terminal.note([
      ...say(
        'This rule would go to your policy, for runs that begin later; in this run the command is allowed as it is.',
      ),
      ...text
        .trimEnd()
        .split('\n')
        .map(line => `  │ ${visible(line)}`),
      ...errors.flatMap(say).map(line => paint('red', line)),
      ...warnings.flatMap(say).map(line => paint('yellow', line)),
    ]);
    const keys = `${errors.length === 0 ? '[y] write it and allow  ' : ''}[b] back  or type other words for the command  > `;
    const line = await read(wrapped(keys, '', width - 1).join('\n'));
    if (line === null) return null;
    const words = line.trim();
    if (/^(b|back)$/i.test(words)) return 'back';
    if (/^(y|yes)$/i.test(words)) {
      if (errors.length === 0) return { verdict: 'allow', scope: 'run', ruleText: text };
    } else if (words !== '') text = withCommand(text, words);
  }
}

/** The rule about another command, under a name that fits. */
function withCommand(text: string, command: string): string {
  const read = readRule(text);
  if (read.type === 'wrong') return text;
  const { id: _, ...rule } = read.rule;
  return textOf({ ...rule, when: { ...rule.when, command: [command] } });
}
