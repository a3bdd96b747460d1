import type { RuleText } from './rule.ts';
import type { Subject } from './subject.ts';

/** Programs of which a whole command line may be allowed for good, and how many of its words say what it does. */
const runners = new Map([
  ['npm', 3],
  ['pnpm', 3],
  ['yarn', 2],
  ['bun', 3],
  ['cargo', 2],
  ['go', 2],
  ['make', 2],
  ['just', 2],
  ['dotnet', 2],
  ['mvn', 2],
  ['gradle', 2],
]);

/**
 * The narrowest rule that would have covered the effect, or null where none should be kept: more than one program that
 * matters, something obscure, a program that runs anything, or what is critical.
 */
export function proposeRule(subject: Subject, root: string): RuleText | null {
  if (!subject.understood || subject.tier === 'critical') return null;
  if (subject.kind === 'edit' && subject.paths.length === 1) {
    const [path = ''] = subject.paths;
    if (!path.startsWith(`${root}/`)) return null;
    return { decision: 'allow', when: { effect: ['edit'], paths: [path.slice(root.length + 1)] } };
  }
  const tops = subject.parts.filter(part => part.from === null);
  const [first] = tops;
  if (subject.kind !== 'exec' || first === undefined) return null;
  const words = first.text.split(' ');
  const known = runners.get(first.program);
  // `npm run lint` stands for what its script runs; several programs side by side are not one thing that can be named.
  if (tops.length > 1) return null;
  if (subject.parts.length > 1 && !(known !== undefined && isTask(words))) return null;
  if (known === undefined && subject.hosts.length > 0) return null;
  if (/[*]/.test(first.text)) return null;
  return { decision: 'allow', when: { effect: ['exec'], command: [first.text] } };
}

function isTask(words: readonly string[]): boolean {
  return words[1] === 'run' || words[1] === 'test' || words[0] === 'make' || words[0] === 'just' || words[0] === 'yarn';
}
