import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GitReader } from './neutral.ts';
import { alternates, makeNeutralFolder } from './neutralFolder.ts';
import { ownsObjects } from './objects.ts';
import { callGit } from './program.ts';
import { changeRef, isRefName, readHead, readRef } from './refs.ts';
import { maskAddress, type Settings } from './remotes.ts';

/** A push as data: what goes where. It says all that will happen, whatever the repository's settings are by then. */
export interface Push {
  remote: string;
  /** The literal address, with whatever secret it holds. Show `shown` instead. */
  url: string;
  shown: string;
  refspecs: { sha: string; ref: string }[];
  force: boolean;
  /** For `--force-with-lease`: what the branch over there must be at. */
  lease: string | null;
  /** `-u` was asked for. The push does not do it: the setting would go into the repository's configuration. */
  setUpstream: boolean;
}

const flags = new Set([
  '-u',
  '--set-upstream',
  '-f',
  '--force',
  '--force-with-lease',
  '-q',
  '--quiet',
  '-v',
  '--verbose',
  '--porcelain',
  '--progress',
  '--no-progress',
]);

/**
 * The words of a `git push` as a typed push. null for all but the simple forms, one branch to one remote: `git push`,
 * `git push origin`, `git push origin branch`, with `-u`, `--force` or `--force-with-lease`.
 */
export async function readPush(words: readonly string[], git: GitReader): Promise<Push | null> {
  if (words[0] !== 'git' || words[1] !== 'push') return null;
  const rest = words.slice(2);
  const given = new Set(rest.filter(word => word.startsWith('-')));
  const [remoteName, branchName, ...more] = rest.filter(word => !word.startsWith('-'));
  if (more.length > 0 || [...given].some(flag => !flags.has(flag))) return null;
  const settings = await git.settings();
  const here = readHead(git.repository)?.ref?.replace(/^refs\/heads\//, '') ?? null;
  const branch = (branchName === 'HEAD' ? here : branchName?.replace(/^refs\/heads\//, '')) ?? here;
  if (branch === null || !isRefName(`refs/heads/${branch}`)) return null;
  const last = (key: string): string | null => settings.get(key)?.at(-1) ?? null;
  const upstream = last(`branch.${branch}.remote`);
  const remote =
    remoteName ?? last(`branch.${branch}.pushremote`) ?? last('remote.pushdefault') ?? upstream ?? 'origin';
  const setUpstream = given.has('-u') || given.has('--set-upstream');
  // A bare `git push` goes to the upstream of the same name, and is refused by git where there is none.
  const merges = last(`branch.${branch}.merge`);
  if (branchName === undefined && !setUpstream && (upstream === null || merges !== `refs/heads/${branch}`)) return null;
  const url = addressOf(settings, remote);
  const sha = readRef(git.repository, `refs/heads/${branch}`);
  if (url === null || sha === null) return null;
  const withLease = given.has('--force-with-lease');
  const lease = withLease ? readRef(git.repository, `refs/remotes/${remote}/${branch}`) : null;
  if (withLease && lease === null) return null;
  const force = given.has('-f') || given.has('--force');
  const refspecs = [{ sha, ref: `refs/heads/${branch}` }];
  return { remote, url, shown: maskAddress(url), refspecs, force, lease, setUpstream };
}

/** The one push address of a remote that has nothing special set. */
function addressOf(settings: Settings, remote: string): string | null {
  const of = (key: string) => settings.get(`remote.${remote}.${key}`) ?? [];
  if (['mirror', 'push', 'vcs', 'receivepack'].some(key => of(key).length > 0)) return null;
  const urls = of('pushurl').length > 0 ? of('pushurl') : of('url');
  const [url] = urls;
  return urls.length === 1 && url !== undefined && transportOf(url) !== null ? url : null;
}

/** How git would reach an address; null for all that we do not take: helpers, plain http, git:// and odd spellings. */
export function transportOf(url: string): 'https' | 'ssh' | 'file' | null {
  if (url.startsWith('-') || /[\p{Cc}\s]/u.test(url) || /^[\w-]+::/.test(url)) return null;
  if (/^https:\/\/[^/-][^/]*\//i.test(url)) return 'https';
  if (/^ssh:\/\/([^@/-][^@/]*@)?[^@/-][^@/]*\//i.test(url)) return 'ssh';
  if (/^(file:\/\/)?\//.test(url)) return 'file';
  return /^([\w.][\w.-]*@)?[\w.[][\w.:[\]-]*:[^:-]/.test(url) && !url.includes('://') ? 'ssh' : null;
}

export interface PushOptions {
  git: GitReader;
  scratch: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Also to a path on this machine. */
  allowFile?: boolean;
}

export type Pushed =
  | { type: 'pushed'; refs: { ref: string; change: 'new' | 'updated' | 'forced' | 'same' }[] }
  /** `problem` is what git said, without addresses' secrets. */
  | {
      type: 'failed';
      because: 'git.pushAddress' | 'git.borrowedObjects' | 'git.pushRejected' | 'git.pushFailed';
      problem: string;
    };

/**
 * Pushes outside the sandbox, as the person: with their configuration, keys and credential helpers, and with nothing of
 * the repository but its objects. The remote-tracking branch is moved along where it is still what it was.
 */
export async function push(what: Push, options: PushOptions): Promise<Pushed> {
  const { git } = options;
  const transport = transportOf(what.url);
  const named = what.refspecs.length > 0 && what.refspecs.every(({ ref }) => isRefName(ref));
  if (transport === null || !named || (transport === 'file' && options.allowFile !== true))
    return { type: 'failed', because: 'git.pushAddress', problem: what.shown };
  if (git.person === null)
    return { type: 'failed', because: 'git.pushFailed', problem: 'no configuration of the person' };
  const { commonDir } = git.repository;
  if (!ownsObjects(commonDir)) return { type: 'failed', because: 'git.borrowedObjects', problem: commonDir };
  const neutral = makeNeutralFolder(options.scratch, git.repository.objectFormat);
  const shallow = join(commonDir, 'shallow');
  try {
    const answer = await callGit(git.program, {
      args: argumentsFor(what, options.allowFile === true),
      env: {
        ...git.person.env,
        GIT_DIR: neutral.path,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates(join(commonDir, 'objects')),
        ...(existsSync(shallow) ? { GIT_SHALLOW_FILE: shallow } : {}),
      },
      cwd: neutral.path,
      timeoutMs: options.timeoutMs ?? 300_000,
      maxBytes: 1024 * 1024,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const lines = answer.stdout.toString('utf8').split('\n');
    if (!answer.ok) {
      const rejected = lines.filter(line => line.startsWith('!\t')).map(line => line.split('\t').slice(1).join(' '));
      const said = [...rejected, answer.stderr.trim(), answer.cut ?? ''].filter(Boolean).join('\n');
      const problem = said.replaceAll(what.url, what.shown).split('\n').map(maskAddress).join('\n');
      return { type: 'failed', because: rejected.length > 0 ? 'git.pushRejected' : 'git.pushFailed', problem };
    }
    for (const { sha, ref } of what.refspecs) await follow(git, what.remote, ref, sha);
    return { type: 'pushed', refs: lines.flatMap(readLine) };
  } finally {
    await neutral.remove();
  }
}

function argumentsFor(what: Push, allowFile: boolean): string[] {
  const set = [
    'core.hooksPath=/dev/null',
    'push.recurseSubmodules=no',
    'protocol.allow=never',
    'protocol.https.allow=always',
    'protocol.ssh.allow=always',
    `protocol.file.allow=${allowFile ? 'always' : 'never'}`,
  ];
  const flagged = what.force ? ['--force'] : [];
  if (what.lease !== null) for (const { ref } of what.refspecs) flagged.push(`--force-with-lease=${ref}:${what.lease}`);
  return [
    ...set.flatMap(setting => ['-c', setting]),
    'push',
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    ...flagged,
    '--',
    what.url,
    ...what.refspecs.map(({ sha, ref }) => `${sha}:${ref}`),
  ];
}

const changes = { '*': 'new', ' ': 'updated', '+': 'forced', '=': 'same' } as const;

/** `flag TAB from:to TAB summary`. */
function readLine(line: string): { ref: string; change: 'new' | 'updated' | 'forced' | 'same' }[] {
  const [, flag, ref] = /^([* +=])\t[^\t:]*:([^\t]+)\t/.exec(line) ?? [];
  if (ref === undefined || (flag !== '*' && flag !== ' ' && flag !== '+' && flag !== '=')) return [];
  return [{ ref, change: changes[flag] }];
}

/** As git does after a push, so that `status` does not speak of commits that are still to be pushed. */
async function follow(git: GitReader, remote: string, ref: string, sha: string): Promise<void> {
  const tracking = ref.replace(/^refs\/heads\//, `refs/remotes/${remote}/`);
  if (!isRefName(tracking)) return;
  const from = readRef(git.repository, tracking);
  const who = `${git.person?.get('user.name') ?? ''} <${git.person?.get('user.email') ?? ''}>`;
  if (from !== sha) await changeRef(git.repository, { ref: tracking, from, to: sha, why: 'update by push', who });
}
