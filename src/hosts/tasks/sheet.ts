import { limitsSaid } from '../limitWords.ts';
import { modeNames } from '../modeWords.ts';
import { type Commands, fillAcceptance, neededBy, quotedFor, type Values } from './fill.ts';
import type { TaskClass } from './task.ts';
import { originWords } from './words.ts';

/** A task class as a person reads it before it is run. Nothing in it is made safe to be shown. */
export interface TaskSheet {
  title: string;
  /** Whose words they are, and what that means: ours to say. */
  whose: string;
  /** What the repository's `tasks.json` gives for it, line by line, to be marked as quoted; empty where it gives nothing. */
  given: string[];
  /** The task's own words line by line, to be marked as quoted. */
  words: string[];
  /** What it asks for beside its words: a label and its values, which are the task's. */
  facts: [label: string, values: string[]][];
}

const whose: { [O in TaskClass['from']]: string } = {
  workspace:
    'Its words come from the repository and are not yours. The agent is told so: they allow nothing, and can only be stricter than you.',
  user: 'This task is your own.',
  builtin: 'This task comes with Gatehouse.',
};

/** `given`: what a task definition of the workspace gives for values. */
export function taskSheet(task: TaskClass, commands: Commands, given: Values = {}): TaskSheet {
  const quoted = quotedFor(task, given);
  const facts: [string, string[]][] = [
    ['asks for', neededBy(task).filter(name => name !== 'selection' && quoted[name] === undefined)],
    ['done when', fillAcceptance(task.acceptance ?? [], placeholders(task), commands)],
    ['changes only', task.paths ?? []],
    ['mode', task.mode === undefined ? [] : [modeNames[task.mode]]],
    ['limits', limitsSaid(task.limits ?? {})],
  ];
  return {
    title: `${task.title} (${task.name}, ${originWords[task.from]})`,
    whose: whose[task.from],
    given: Object.entries(quoted).flatMap(([name, value]) => `${name}: ${value.trim()}`.split(/\r?\n/)),
    words: task.prompt.trimEnd().split('\n'),
    facts: facts.filter(([, values]) => values.length > 0),
  };
}

/** A value stands as it is written: what is given for it is quoted beside it. */
function placeholders(task: TaskClass): Record<string, string> {
  return Object.fromEntries(neededBy(task).map(name => [name, `{${name}}`]));
}
