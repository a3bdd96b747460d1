import type { Claim, ClaimOf, Language } from '../../claim.ts';
import type { Facts, PathFact, Want } from '../../facts.ts';
import type { Invocation } from '../script.ts';
import type { ProgramTable } from '../spec.ts';
import type { Parse } from '../tree.ts';

/** One program that will run, with what it would do. Claims that led to further programs were replaced by those. */
export interface Part {
  program: string;
  invocation: Invocation;
  claims: Claim[];
  /** Index of the part that led to it, as a task leads to its script's programs; null at the top. */
  from: number | null;
}

/** What following one claim needs of the whole: what was seen so far, the facts, and the way to go on. */
export interface Following {
  readonly parse: Parse;
  readonly table: ProgramTable;
  readonly facts: Facts;
  readonly parts: readonly Part[];
  /** Files and tasks that were read already. */
  readonly seen: Set<string>;
  readonly wants: Map<string, Want>;
  /** What is known of a path or a file's text; what was not gathered is wanted. */
  path(path: string): PathFact | undefined;
  text(path: string): string | null;
  /** Goes on: with claims, with a program, with text of the shell, with a program's text. */
  follow(part: Part, claims: readonly Claim[], depth: number): void;
  start(claim: ClaimOf<'run'>, from: Invocation, depth: number): void;
  nested(text: string, from: Pick<Invocation, 'directories' | 'stdin'>, depth: number, project?: boolean): void;
  inspected(language: Language, text: string, where: 'inline' | 'file', part: Part, depth: number): void;
}
