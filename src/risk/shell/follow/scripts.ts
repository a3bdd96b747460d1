import { posix } from 'node:path';
import type { ClaimOf } from '../../claim.ts';
import { languageOf } from '../../code.ts';
import type { Facts } from '../../facts.ts';
import { isToolFolder, lookUp, programName } from '../lookup.ts';
import { holdsFetched, printed } from '../output.ts';
import type { Invocation } from '../script.ts';
import { claimsOf } from '../sort.ts';
import { claimed, note } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import type { Following, Part } from './following.ts';
import { absolute, candidates } from './where.ts';

/** Programs that write to a file and leave what stands in it as it is. */
const keepsContent = /^(chmod|chown|chgrp|touch|setfacl|xattr)$/;

/** What these write is the project's own code in another form. */
const compiles =
  /^(go|gcc|g\+\+|clang|clang\+\+|cc|c\+\+|rustc|cargo|tsc|esbuild|swc|rollup|webpack|vite|tsup|javac|kotlinc|scalac|swiftc|zig|ghc|ocamlfind|ocamlopt|dmd|ldc2|nim|crystal|fpc|make|cmake|ninja|dotnet|bun|deno|ld)$/;

/** A program file: what lies in the workspace is read and judged by its text, and runs as it was read. */
export function script(run: Following, claim: ClaimOf<'script'>, from: Invocation, part: Part, depth: number): void {
  const [file = claim.path, ...others] = candidates(claim.path, from.directories, each => isThere(run, each));
  for (const other of others) script(run, { ...claim, path: other }, from, part, depth);
  const path = absolute(file, from.directories);
  if (path === null) {
    const { raw } = claim.path;
    const judged = holdsFetched(run.parse, raw)
      ? note('critical', 'download', 'shell.fetched')
      : raw.startsWith('<(')
        ? note('high', 'obscure', 'script.substituted')
        : note('medium', 'obscure', 'script.unknownPath');
    part.claims.push(claimed(judged));
    return;
  }
  const writer = writerOf(run, path);
  if (writer !== undefined && writer !== part) return writtenScript(run, claim, path, writer, part, depth);
  const place = run.path(path);
  projectCopy(run, claim.path, from, part, depth);
  if (place !== undefined && !place.inside) {
    part.claims.push({ does: 'read', path: literal(path) });
    part.claims.push(claimed(note('high', 'outside-workspace', 'script.outside'), { path }));
    return;
  }
  const text = run.text(path) ?? (claim.language === 'javascript' ? resolved(run, path) : null);
  if (text === null) {
    part.claims.push(claimed(note('medium', 'unknown-program', 'script.unread'), { path }));
    return;
  }
  if (run.seen.has(path)) return;
  run.seen.add(path);
  const language = claim.language ?? languageOf(path, text);
  // What git does not hold was written just now, by whoever asks to run it: no more trusted than code on the line.
  const own = place?.held === 'tracked';
  if (language === 'shell') run.nested(text, from, depth, own);
  else run.inspected(language, text, own ? 'file' : 'inline', part, depth);
}

function isThere(run: Following, path: string): boolean {
  return run.path(path)?.kind !== 'missing' || writerOf(run, path) !== undefined;
}

/** Code or settings that a program takes from somewhere: what the project holds is its own, anything else is told. */
export function load(run: Following, { path: named }: ClaimOf<'load'>, from: Invocation, part: Part): void {
  const [word = named, ...others] = candidates(named, from.directories, each => isThere(run, each));
  for (const other of others) load(run, { does: 'load', path: other }, from, part);
  const path = absolute(word, from.directories);
  if (path === null) {
    part.claims.push(claimed(note('medium', 'obscure', 'load.unknown'), { path: word.raw }));
    return;
  }
  const args = { path };
  const place = run.path(path);
  if (place === undefined) return;
  if (!place.inside) {
    part.claims.push({ does: 'read', path: literal(path), look: true });
    part.claims.push(claimed(note('high', 'outside-workspace', 'load.outside'), args));
    return;
  }
  const writer = writerOf(run, path);
  if (writer !== undefined && writer !== part) {
    part.claims.push(claimed(note('high', 'obscure', 'script.writtenHere'), args));
    return;
  }
  const trusted = place.held === 'tracked' || (place.held === 'ignored' && isToolFolder(path));
  // A folder of builds holds what a build of the project made there; without it, nothing runs.
  if (place.kind !== 'file' && isBuildFolder(path, run.facts.root)) return;
  if (place.kind === 'missing' || (!trusted && path !== run.facts.root))
    part.claims.push(claimed(note('medium', 'obscure', 'load.untracked'), args));
}

function isBuildFolder(path: string, root: string): boolean {
  return /^\/([\w.-]+\/)*(build|builddir|out|target|cmake-build-[\w-]+|_build)(\/(debug|release))?$/i.test(
    path.slice(root.length),
  );
}

/** A script that this very command wrote: as good as what it wrote, where the text says what that is. */
function writtenScript(
  run: Following,
  claim: ClaimOf<'script'>,
  path: string,
  writer: Part,
  part: Part,
  depth: number,
): void {
  const text = printed(writer.invocation);
  if (writer.claims.some(each => each.does === 'net')) {
    part.claims.push(claimed(note('critical', 'download', 'script.downloaded'), { path }));
    return;
  }
  const built = compiles.test(writer.program);
  part.claims.push(
    claimed(note(text === null && !built ? 'high' : 'medium', 'obscure', 'script.writtenHere'), { path }),
  );
  if (text === null) return;
  const language = claim.language ?? languageOf(path, text);
  if (language === 'shell') run.nested(text, part.invocation, depth);
  else run.inspected(language, text, 'inline', part, depth);
}

/** `bin/rails` and `manage.py` are the frameworks' own commands: their words say what the script will be told to do. */
function projectCopy(run: Following, path: Word, from: Invocation, part: Part, depth: number): void {
  const args = from.args.slice(from.args.indexOf(path) + 1);
  for (const program of copies(path.text ?? '')) {
    const spec = lookUp(run.table, program.name);
    if (spec === undefined || (!program.installed && spec.projectCopy !== true)) continue;
    run.follow(part, claimsOf(program.name, spec, { ...from, args }), depth);
    return;
  }
}

/** Node's own search: `scripts/build` is `scripts/build.js`, and a folder its `index.js`. */
function resolved(run: Following, path: string): string | null {
  if (/\.[cm]?[jt]sx?$/.test(path)) return null;
  return run.text(`${path}.js`) ?? run.text(posix.join(path, 'index.js'));
}

/** The last part so far that writes a file. */
export function writerOf(run: Following, path: string): Part | undefined {
  return run.parts.findLast(
    part =>
      !keepsContent.test(part.program) &&
      part.claims.some(claim => {
        const at = claim.does === 'write' ? absolute(claim.path, part.invocation.directories) : null;
        return claim.does === 'write' && at !== null && landsOn(path, claim, at, run.facts);
      }),
  );
}

/** Whether a write at `at` may be one of `path`: itself, or below it by a link, a copied folder or an archive. */
function landsOn(path: string, claim: ClaimOf<'write'>, at: string, facts: Facts): boolean {
  if (at === path) return true;
  const below = path.startsWith(`${at.replace(/\/$/, '')}/`);
  const { into, leads } = claim;
  if (!below || into === undefined || into.length === 0 || leads !== undefined)
    return below && (into !== undefined || leads !== undefined);
  if (into.length === 1 && facts.path(at)?.kind === 'missing') return true;
  return into.some(source => {
    const name = posix.basename(source.text ?? '');
    const copied = posix.join(at, name);
    return name === '' || name === '.' || source.glob || path === copied || path.startsWith(`${copied}/`);
  });
}

/** Programs that a script may be: by its own name, or as part of an installed package, `node node_modules/jest/bin/jest.js`. */
function copies(path: string): { name: string; installed: boolean }[] {
  const [, packaged = null] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  const own = programName(path).replace(/\.[cm]?js$/, '');
  if (packaged === null) return [{ name: programName(path), installed: false }];
  return [own, posix.basename(packaged)].map(name => ({ name, installed: true }));
}
