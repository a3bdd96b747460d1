import type { Home } from '../../journal/home.ts';
import type { KeptGrants } from '../../ports/grants.ts';
import type { ShownGrant } from '../../protocol/panel.ts';
import { grantSentences } from '../grantWords.ts';
import { isLive, type Runs } from './runs.ts';

export interface GrantListDeps {
  home: () => Promise<Home>;
  /** Of the open folders. */
  folders: () => readonly string[];
  runs: Runs;
}

/** What the person allowed in the open folders beyond one run. */
export interface GrantList {
  list(): Promise<ShownGrant[]>;
  /** Takes one back: from the run that goes on, and from those to come. Resolves with whether there was one. */
  revoke(run: string | null, grant: string): Promise<boolean>;
}

export function createGrantList({ home, folders, runs }: GrantListDeps): GrantList {
  async function stores(): Promise<KeptGrants[]> {
    const { openKeptGrants } = await import('../keptGrants.ts');
    const { openWorkspace } = await import('../../effects/workspace.ts');
    const { realClock } = await import('../../effects/clock.ts');
    const at = await home();
    const opened = await Promise.all(folders().map(folder => openWorkspace(folder).catch(() => null)));
    return opened.flatMap(workspace => (workspace === null ? [] : [openKeptGrants(at, workspace.root, realClock)]));
  }

  return {
    async list() {
      const all = (await Promise.all((await stores()).map(store => store.all()))).flat();
      return all
        .toSorted((a, b) => b.at - a.at)
        .map(grant => ({
          grant: grant.id,
          command: grant.command,
          sentences: grantSentences({ ...grant, scope: 'workspace' }),
        }));
    },
    async revoke(run, grant) {
      let found = false;
      // Runs that go on are told, so that it stands in their journals; the one that knows it removes it for all.
      for (const held of runs.list())
        if (isLive(held) && (run === null || held.id === run))
          found = held.send({ type: 'revokeGrant', grant }) === 'taken' || found;
      for (const store of await stores()) found = (await store.revoke(grant)) || found;
      return found;
    },
  };
}
