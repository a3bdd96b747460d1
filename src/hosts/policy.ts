import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readText } from '../effects/files.ts';
import { subjectOf } from '../gate/subject.ts';
import { createJudge, type Judge } from '../policy/decide.ts';
import { defaultRules } from '../policy/defaults.ts';
import { loadPolicy, type Source } from '../policy/load.ts';
import type { Diagnostic, Rule } from '../policy/rule.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { assessCommand, type CommandReader } from '../risk/assess.ts';
import type { Facts } from '../risk/facts.ts';
import type { ReaderFor } from './assets.ts';
import { policySentence } from './policySentences.ts';
import { textOfRepository } from './repositoryFile.ts';

export interface PolicyPlaces {
  /** `policy.yaml` in the state folder. */
  user: string;
  /** The workspace's root; its own file is `.gatehouse/policy.yaml`. */
  workspace: string;
  home: string;
  /** A file that the person named. It can deny and ask for more than the managed one does, and allow no less strictly. */
  named?: string;
  platform?: NodeJS.Platform;
}

export interface OpenPolicy {
  judge: Judge;
  trustedHosts: ReadonlySet<string>;
  /** SHA-256 over all sources: the policy of a run does not change under it. */
  digest: string;
  diagnostics: readonly Diagnostic[];
  /** All that are in force, our defaults among them. */
  rules: readonly Rule[];
}

/** Where an administrator's policy lies, out of the reach of whoever it is for. */
export function managedPolicy(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return 'C:\\ProgramData\\Gatehouse\\policy.yaml';
  if (platform === 'darwin') return '/Library/Application Support/Gatehouse/policy.yaml';
  return '/etc/gatehouse/policy.yaml';
}

/**
 * Reads every layer that is there. Rejects with `policy.invalid` where the person's own or the managed file has an error;
 * a repository's file that has one loses what cannot be read and is reported.
 */
export async function openPolicy(places: PolicyPlaces, reader: ReaderFor): Promise<OpenPolicy> {
  const sources: Source[] = [];
  const add = async (file: string, layer: Source['layer'], required = false): Promise<void> => {
    const text = await readText(file);
    if (text !== null) sources.push({ file, text, layer });
    else if (required)
      throw new GatehouseError(failures.policyInvalid({ file, line: 1, column: 1, problem: 'there is no such file' }));
  };
  await add(managedPolicy(places.platform), 'managed');
  await add(places.user, 'user');
  if (places.named !== undefined) await add(places.named, 'user', true);
  const own = join(places.workspace, '.gatehouse', 'policy.yaml');
  const text = await textOfRepository(places.workspace, 'policy.yaml');
  if (text === 'unreadable') sources.push({ file: own, text: '', layer: 'workspace', unreadable: true });
  else if (text !== null) sources.push({ file: own, text: text.text, layer: 'workspace' });
  return judgeOf(sources, places, await exampleReader(sources, reader));
}

/** The grammar is only needed to check examples, and to see what a pattern or a program's name stands for. */
async function exampleReader(sources: readonly Source[], reader: ReaderFor): Promise<CommandReader | null> {
  // A backslash may spell either word in another way.
  const examples = sources.filter(source => /matches|differs|program|[*\\]/.test(source.text));
  return examples.length > 0 ? reader(examples.map(source => source.text).join('\n')) : null;
}

function judgeOf(sources: readonly Source[], places: PolicyPlaces, reader: CommandReader | null): OpenPolicy {
  const root = places.workspace;
  const { policy, diagnostics } = loadPolicy(sources, { root, subjectOf: exampleSubject(reader, root, places.home) });
  const layerOf = new Map(sources.map(source => [source.file, source.layer]));
  const fatal = diagnostics.find(each => each.severity === 'error' && layerOf.get(each.file) !== 'workspace');
  if (fatal !== undefined) {
    const { file, line, column } = fatal;
    throw new GatehouseError(failures.policyInvalid({ file, line, column, problem: policySentence(fatal) }));
  }
  const digest = createHash('sha256');
  for (const source of sources)
    digest.update(JSON.stringify([source.layer, source.text, ...(source.unreadable === true ? [true] : [])]));
  const rules = [...defaultRules, ...policy.rules];
  return {
    rules,
    judge: createJudge({ ...policy, rules }, root),
    trustedHosts: new Set(policy.trustedHosts.map(host => host.toLowerCase())),
    digest: digest.digest('hex'),
    diagnostics,
  };
}

/** An example command as a rule sees it: no file is looked at, since examples have to hold everywhere. */
export function exampleSubject(reader: CommandReader | null, root: string, home: string) {
  const facts: Facts = {
    root,
    home,
    ownState: [],
    trustedHosts: new Set(),
    path: path => ({
      real: path,
      inside: path === root || path.startsWith(`${root}/`),
      kind: path === root ? 'directory' : 'file',
      held: 'tracked',
      links: 1,
    }),
    text: () => null,
    manifest: () => null,
  };
  return (command: string) => {
    const effect = { kind: 'exec', command, cwd: root, timeoutMs: 1, background: false } as const;
    if (reader === null) throw new Error('examples are read before they are checked');
    return subjectOf(effect, assessCommand(reader, effect, facts).assessment, [root]);
  };
}
