import type { Place, Workspace } from '../ports/workspace.ts';
import type { Effect } from '../protocol/effect.ts';

/** What the gate knows of the world around one effect, gathered once. Everything that judges it reads only this. */
export interface Facts {
  /** The place that the effect touches: the file, the folder searched, the command's directory. */
  place: Place | null;
  /** The workspace's root, links resolved. */
  root: string;
  /** Folders of Gatehouse's own state, links resolved. */
  ownState: readonly string[];
  /** The folder in the state that holds this run's own command logs, which the run may read. */
  ownOutput: string;
  /** The person's home folder, links resolved. */
  home: string;
}

export interface Surroundings {
  workspace: Workspace;
  ownState: readonly string[];
  ownOutput: string;
  home: string;
}

export async function gatherFacts(effect: Effect, around: Surroundings): Promise<Facts> {
  const path = subject(effect);
  return {
    place: path === null ? null : await around.workspace.locate(path),
    root: around.workspace.root,
    ownState: around.ownState,
    ownOutput: around.ownOutput,
    home: around.home,
  };
}

function subject(effect: Effect): string | null {
  switch (effect.kind) {
    case 'read':
    case 'edit':
      return effect.path;
    case 'search':
      return effect.root;
    case 'exec':
      return effect.cwd;
    case 'diagnostics':
      return effect.path ?? null;
  }
}
