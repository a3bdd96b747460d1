import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { TaskOrigin } from '../../protocol/task.ts';
import { type TaskClass, TasksFile, TaskText, taskName } from './task.ts';

/** What a repository's file may take of our time and memory. */
const limits = { characters: 256 * 1024, tasks: 100 };

export const taskProblems = [
  'tasks.syntax',
  'tasks.shape',
  'tasks.tooLarge',
  'tasks.tooMany',
  'tasks.unreadable',
] as const;
export type TaskProblem = (typeof taskProblems)[number];

/** Something to say about a tasks file, where it stands. Lines and columns count from 1. */
export interface TaskDiagnostic {
  file: string;
  line: number;
  column: number;
  code: TaskProblem;
  args: Record<string, string | number>;
}

export interface LoadedTasks {
  tasks: TaskClass[];
  diagnostics: TaskDiagnostic[];
}

/** Reads a tasks file. A task that is not as it should be is left out and told about; the others are kept. */
export function loadTasks(text: string, file: string, from: TaskOrigin): LoadedTasks {
  const diagnostics: TaskDiagnostic[] = [];
  const lines = new LineCounter();
  const say = (offset: number, code: TaskProblem, args: TaskDiagnostic['args']): void => {
    const { line, col } = lines.linePos(offset);
    diagnostics.push({ file, line: Math.max(1, line), column: Math.max(1, col), code, args });
  };
  if (text.length > limits.characters) {
    say(0, 'tasks.tooLarge', { limit: limits.characters / 1024 });
    return { tasks: [], diagnostics };
  }
  const read = valueOf(text, lines);
  if ('problem' in read) {
    say(read.offset, 'tasks.syntax', { problem: read.problem });
    return { tasks: [], diagnostics };
  }
  const { value, contents } = read;
  const parsed = TasksFile.safeParse(value);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    say(offsetOf(contents, path), 'tasks.shape', { path: issue.path.join('.'), problem: issue.message });
  }
  const whole = parsed.success ? Object.entries(parsed.data.tasks) : readable(value);
  if (whole.length > limits.tasks) say(offsetOf(contents, ['tasks']), 'tasks.tooMany', { limit: limits.tasks });
  const tasks = whole.slice(0, limits.tasks).map(([name, task]) => {
    const { line } = lines.linePos(offsetOf(contents, ['tasks', name]));
    return { ...task, name, from, place: { file, line: Math.max(1, line) } };
  });
  return { tasks, diagnostics };
}

/** The tasks of a broken file that can be read by themselves. */
function readable(value: unknown): [string, TaskText][] {
  const all: unknown = typeof value === 'object' && value !== null && 'tasks' in value ? value.tasks : null;
  if (typeof all !== 'object' || all === null) return [];
  return Object.entries(all).flatMap(([name, task]: [string, unknown]) => {
    const parsed = TaskText.safeParse(task);
    return parsed.success && taskName.test(name) ? [[name, parsed.data] as [string, TaskText]] : [];
  });
}

type Read = { value: unknown; contents: unknown } | { problem: string; offset: number };

/** Nesting without end makes the parser itself fail, and aliases may lead into themselves a thousand times over. */
function valueOf(text: string, lineCounter: LineCounter): Read {
  try {
    const document = parseDocument(text, { lineCounter, uniqueKeys: true });
    const [error] = document.errors;
    if (error !== undefined) return { problem: error.message.split('\n')[0] ?? '', offset: error.pos[0] };
    return { value: document.toJS({ maxAliasCount: 50 }), contents: document.contents };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be read', offset: 0 };
  }
}

/** Offset of the value at a path, or of the deepest part of it that is there. */
function offsetOf(node: unknown, path: readonly PropertyKey[]): number {
  let here = node;
  let offset = rangeOf(here);
  for (const key of path) {
    if (!isMap(here)) break;
    const pair = here.items.find(item => isScalar(item.key) && item.key.value === key);
    if (pair === undefined) break;
    offset = rangeOf(pair.key);
    here = pair.value;
  }
  return offset;
}

function rangeOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : null;
  return range?.[0] ?? 0;
}
