import { posix } from 'node:path';
import type { ClaimOf } from '../../claim.ts';
import { nameClaims } from '../named.ts';
import type { Invocation } from '../script.ts';
import { claimed, note } from '../spec.ts';
import { literal } from '../word.ts';
import type { Following, Part } from './following.ts';
import { tool } from './tools.ts';
import { within } from './where.ts';

/** A named task of the project: its text is read from the manifest, with the hooks that its runner puts around it. */
export function task(run: Following, claim: ClaimOf<'task'>, from: Invocation, part: Part, depth: number): void {
  const [base] =
    claim.directory === undefined ? (from.directories ?? []) : (within(from.directories, claim.directory) ?? []);
  if (base === undefined) {
    part.claims.push(claimed(note('medium', 'obscure', 'task.unknownDirectory')));
    return;
  }
  if (run.path(base)?.inside === false) {
    part.claims.push({ does: 'read', path: literal(base), look: true });
    part.claims.push(claimed(note('high', 'outside-workspace', 'load.outside'), { path: base }));
    return;
  }
  const manifest = run.facts.manifest(base, claim.runner);
  if (manifest === undefined) run.wants.set(`manifest ${base}`, { about: 'manifest', directory: base });
  // Without a name, make and its kind take the first target that is no special one.
  const first = claim.name === '' ? Object.keys(manifest?.tasks ?? {}).find(name => !name.startsWith('.')) : undefined;
  const chosen = first ?? claim.name;
  if (claim.runner === 'npm' && chosen.includes('*') && manifest !== undefined && manifest !== null) {
    for (const name of matching(chosen, Object.keys(manifest.tasks))) task(run, { ...claim, name }, from, part, depth);
    return;
  }
  part.claims.push(...nameClaims(chosen));
  const names = claim.runner === 'npm' ? [`pre${chosen}`, chosen, `post${chosen}`] : [chosen];
  const texts = names.flatMap(name =>
    manifest && Object.hasOwn(manifest.tasks, name) ? [{ name, text: manifest.tasks[name] ?? '' }] : [],
  );
  if (!texts.some(each => each.name === chosen)) {
    if (claim.optional === true) return;
    const { otherwise } = claim;
    if (otherwise !== undefined && manifest !== undefined) {
      const tools = { installed: `node_modules/.bin/${chosen}`, registry: '', latest: false, offline: true };
      return tool(run, { does: 'tool', argv: otherwise, ...tools }, part, depth);
    }
    part.claims.push(claimed(note('medium', 'package-script', 'task.unread'), { name: chosen }));
    return;
  }
  const directory = manifest ? posix.dirname(manifest.file) : base;
  for (const { name, text } of texts) {
    const key = `${manifest?.file} ${name}`;
    if (run.seen.has(key)) continue;
    run.seen.add(key);
    const args = name === chosen ? claim.args.map(arg => arg.raw).join(' ') : '';
    const before = run.parts.length;
    run.nested(`${text} ${args}`.trim(), { directories: [directory], stdin: from.stdin }, depth);
    for (const each of run.parts.slice(before))
      each.claims = each.claims.map(made => (made.does === 'delete' ? { ...made, byTask: true } : made));
  }
}

/** Names that a pattern of `npm-run-all` means: `*` stops at a colon, `**` does not. */
function matching(pattern: string, names: readonly string[]): string[] {
  const source = pattern
    .split(/(\*+)/)
    .map(part => (part === '*' ? '[^:]*' : part.startsWith('*') ? '.*' : part.replace(/[^\w:-]/g, '\\$&')));
  const whole = new RegExp(`^${source.join('')}$`);
  return names.filter(name => whole.test(name));
}
