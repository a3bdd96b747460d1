import type { ReviewCase } from '../../ports/reviewer.ts';
import type { Effect } from '../../protocol/effect.ts';
import { quoted } from './sections.ts';

/** What git says about the workspace as a whole. Addresses are without their secrets. */
export interface RepositoryFacts {
  branch: string | null;
  staged: number;
  changed: number;
  untracked: number;
  remotes: readonly { name: string; url: string }[];
}

/** More paths than this are told as a number. */
const shownPaths = 25;

/** What is known of the action without asking whoever wants it. Names from outside are quoted. */
export function factsText(
  subject: ReviewCase,
  around: { root: string; repository: RepositoryFacts | null; say(code: string, args: Args): string | null },
): string {
  const { assessment, terms, mode, contained, sandbox } = subject;
  const { footprint: f } = assessment;
  const held = sandbox
    ? 'a sandbox holds commands to the permit below'
    : contained
      ? 'no sandbox; the person declared this container to be the boundary'
      : 'no sandbox: a command can do whatever the person can do on this machine';
  return [
    `Mode: ${mode}. Containment: ${held}.`,
    `Workspace: ${quoted(around.root)}. ${repositoryText(around.repository)}`,
    `Static risk: ${assessment.tier}. Categories: ${assessment.categories.join(', ') || 'none'}.`,
    ...assessment.findings.slice(0, 12).map(finding => {
      const sentence = around.say(finding.code, finding.args) ?? finding.code;
      return `- ${finding.tier}, ${finding.category}: ${quoted(sentence)}`;
    }),
    `Fully understood: ${assessment.understood ? 'yes' : 'no, it may do more than is told here'}.`,
    `A checkpoint can undo all of it: ${f.reversible ? 'yes' : 'no'}. Secrets may be seen: ${f.secrets ? 'yes' : 'no'}.`,
    list('Reads', f.reads),
    list('Writes', f.writes),
    list('Deletes', f.deletes),
    list('Reaches', f.hosts),
    ...(f.unknownPaths ? ['It also touches paths that its text does not tell.'] : []),
    ...(f.unknownHosts ? ['It also reaches hosts that its text does not tell.'] : []),
    ...(subject.value.kind === 'exec'
      ? [
          `Permit: profile ${terms.profile}${terms.writes.length > 0 ? `; also writes ${paths(terms.writes)}` : ''}${terms.hosts.length > 0 ? `; reaches ${paths(terms.hosts)}` : '; no network'}.`,
        ]
      : []),
    ...targets(subject),
  ].join('\n');
}

type Args = Readonly<Record<string, string | number>>;

function repositoryText(repository: RepositoryFacts | null): string {
  if (repository === null) return 'git: no repository, or it cannot be read.';
  const { branch, staged, changed, untracked, remotes } = repository;
  const where = remotes.map(({ name, url }) => `${quoted(name, 60)} → ${quoted(url, 120)}`).slice(0, 5);
  return `git: ${branch === null ? 'no branch is checked out' : `branch ${quoted(branch, 120)}`}; ${staged} staged, ${changed} changed, ${untracked} untracked; remotes: ${where.join(', ') || 'none'}.`;
}

function list(name: string, all: readonly string[]): string {
  return `${name}: ${all.length === 0 ? 'nothing that is told' : paths(all)}.`;
}

function paths(all: readonly string[]): string {
  const shown = all.slice(0, shownPaths).map(path => quoted(path, 200));
  return shown.join(', ') + (all.length > shownPaths ? ` and ${all.length - shownPaths} more` : '');
}

function targets({ targets: all }: ReviewCase): string[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, shownPaths).map(({ path, real, inside, kind, held }) => {
    const led = real === path ? '' : ` is a link to ${quoted(real, 200)}`;
    return `- ${quoted(path, 200)}${led}: ${kind}, ${inside ? 'inside' : 'outside'} the workspace, ${heldWords[held]}`;
  });
  const more = all.length > shownPaths ? [`- and ${all.length - shownPaths} more`] : [];
  return ['What stands there now:', ...lines, ...more];
}

const heldWords: Record<ReviewCase['targets'][number]['held'], string> = {
  tracked: 'tracked by git',
  untracked: 'not tracked by git, held by a checkpoint',
  ignored: 'ignored by git, held by nothing',
  unknown: 'not known to be held by anything',
};

/** Longer ones cannot be judged: what is not shown could be anything. */
const maxCommand = 16_000;
const maxPatch = 60_000;

/** The action in full, without what the working model says about it; null where it cannot be shown whole. */
export function actionText(value: Effect): string | null {
  switch (value.kind) {
    case 'exec':
      if (value.command.length > maxCommand) return null;
      return `Run with bash in ${quoted(value.cwd)}${value.background ? ', in the background' : ''}, for at most ${Math.round(value.timeoutMs / 1000)} s:\n${value.command}`;
    case 'push':
      return [
        `Push as the person, outside the sandbox: ${value.command}`,
        `To ${value.remote} (${value.shown})${value.force ? ', by force' : ''}:`,
        ...value.refspecs.map(({ sha, ref }) => `${sha} → ${ref}`),
      ].join('\n');
    case 'edit':
      if (value.patch.length > maxPatch || isOutline(value.patch)) return null;
      return `${value.base === null ? 'Create' : 'Change'} the file ${value.path}:\n${value.patch}`;
    case 'fetch':
      return `Ask for this page of the web by GET, without cookies or credentials, and read its text:\n${value.url}`;
    case 'restore': {
      const files = value.files.map(({ path, change }) => `${change} ${path}`).join('\n');
      if (files.length > maxPatch) return null;
      return `Take files back to checkpoint ${value.checkpoint} of this run${value.own ? '' : ', also what was taken back before'}:\n${files}`;
    }
    case 'read':
      return `Read the file ${value.path}`;
    case 'search':
      return `Search below ${value.root} for ${value.by === 'name' ? 'files named' : 'text that matches'} ${value.pattern}`;
    case 'diagnostics':
      return `Ask the editor for the problems ${value.path === undefined ? 'of all files' : `of ${value.path}`}`;
  }
}

/** A patch that was too large to be kept names its places and nothing else. */
function isOutline(patch: string): boolean {
  const lines = patch.trimEnd().split('\n').slice(2);
  return lines.length > 0 && lines.every(line => line.startsWith('@@'));
}
