import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openFacts } from '../../../src/effects/facts/facts.ts';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import type { FactsSources } from '../../../src/gate/factsSource.ts';
import type { PathFact } from '../../../src/risk/facts.ts';

/** A workspace, a home and a folder outside, in a temporary folder; git only where a test makes a repository. */
export interface Place {
  base: string;
  root: string;
  home: string;
  outside: string;
  scratch: string;
  write(name: string, text?: string): string;
  /** git as the person would run it, in the workspace. */
  git(...args: string[]): string;
  reader(): Promise<GitReader | null>;
  facts(): Promise<FactsSources>;
  remove(): Promise<void>;
}

export function place(): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-facts-')));
  const [root, home, outside, scratch] = [
    join(base, 'workspace'),
    join(base, 'home'),
    join(base, 'outside'),
    join(base, 'state'),
  ];
  for (const folder of [root, home, outside, scratch]) mkdirSync(folder);
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LC_ALL: 'C.UTF-8' };
  const readers: GitReader[] = [];
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n',
  );
  const reader = async () => {
    const opened = await openGit({ workspace: root, home, env, scratch });
    if (opened !== null) readers.push(opened);
    return opened;
  };
  return {
    base,
    root,
    home,
    outside,
    scratch,
    reader,
    write(name, text = '') {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    git: (...args) =>
      execFileSync('git', args, {
        cwd: root,
        env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    facts: async () => openFacts({ root, home, ownState: [scratch], git: await reader(), trustedHosts: new Set() }),
    remove: async () => {
      for (const opened of readers) await opened.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export async function pathFact(sources: FactsSources, path: string): Promise<PathFact> {
  const source = sources.begin();
  await source.gather([{ about: 'path', path }]);
  const fact = source.facts().path(path);
  if (fact === undefined) throw new Error(`${path} was not gathered`);
  return fact;
}
