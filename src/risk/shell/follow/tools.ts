import { posix } from 'node:path';
import type { ClaimOf } from '../../claim.ts';
import { isInstalled, isToolFolder, lookUp, programName } from '../lookup.ts';
import { joined } from '../programs/parts.ts';
import type { Invocation } from '../script.ts';
import { claimed, note } from '../spec.ts';
import type { Following, Part } from './following.ts';
import { writerOf } from './scripts.ts';
import { absolute } from './where.ts';

/** Compilers, linters, formatters and test runners that projects have nearly always installed, where facts may be lacking. */
const wellKnown =
  /^(tsc|tsgo|vue-tsc|svelte-check|eslint|oxlint|oxfmt|prettier|biome|stylelint|markdownlint(-cli2?)?|cspell|commitlint|vitest|jest|mocha|ava|tap|nyc|c8|playwright|cypress|vite|webpack|rollup|rolldown|esbuild|tsup|tsdown|swc|babel|tsx|ts-node|typedoc|knip|depcheck|madge|publint|tsd|turbo|nx)$/;

/** A program that a runner takes from the project's own folder of programs, or else downloads. */
export function tool(run: Following, claim: ClaimOf<'tool'>, part: Part, depth: number): void {
  const [name] = claim.argv;
  const program = name?.text ?? null;
  if (name === undefined || program === null) {
    part.claims.push(claimed(note('high', 'obscure', 'program.unknownName')));
    return;
  }
  if (/\s/.test(program)) {
    // `yarn exec 'a b'`: a runner that gives its words to a shell.
    run.follow(part, [{ does: 'shell', text: joined(claim.argv) }], depth);
    return;
  }
  const local = claim.installed !== null && !claim.latest && installedTool(run, claim.installed, part);
  const spec = lookUp(run.table, program);
  if (!local && claim.offline !== true) {
    const known = spec !== undefined && !claim.latest && claim.installed?.includes('@') !== true;
    const code = known ? 'tool.maybeDownloaded' : 'tool.downloaded';
    const everyday = known && wellKnown.test(program);
    part.claims.push(claimed(note(everyday ? 'medium' : 'high', 'dependency', code), { program }));
    part.claims.push({ does: 'net', host: claim.registry, send: false, judged: everyday });
  }
  if (spec !== undefined) run.start({ does: 'run', argv: claim.argv }, part.invocation, depth);
  else part.claims.push(claimed(note('medium', 'unknown-program', 'program.unknown'), { program }));
}

function installedTool(run: Following, installed: string, part: Part): boolean {
  const { root } = run.facts;
  const [start] = part.invocation.directories ?? [];
  for (let at = start; at !== undefined && (at === root || at.startsWith(`${root}/`)); at = posix.dirname(at)) {
    const path = posix.join(at, installed);
    const fact = run.path(path);
    if (fact !== undefined && fact.kind !== 'missing' && fact.inside && writerOf(run, path) === undefined) return true;
  }
  return false;
}

/**
 * The program behind a path in a folder of installed tools such as `/usr/bin` or `node_modules/.bin`; null elsewhere. A
 * file in the workspace that git holds, or could, was not put there by an installation: a script like any other.
 */
export function installedProgram(run: Following, invocation: Invocation): string | null {
  const path = absolute(invocation.name, invocation.directories);
  if (path === null || writerOf(run, path) !== undefined) return null;
  if (isInstalled(path, run.facts.home)) return programName(path);
  if (!isToolFolder(posix.dirname(path))) return null;
  const fact = run.path(path);
  if (fact === undefined) return null;
  if (fact.inside) return fact.held === 'ignored' ? programName(path) : null;
  // A virtual environment's interpreter is a link to the system's, often under a longer name.
  return isInstalled(fact.real, run.facts.home) ? programName(fact.real) : null;
}
