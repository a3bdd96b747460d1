/** What stands at a path, seen from the workspace. `tracked` and `untracked` files are held by a checkpoint, `ignored` ones are not. */
export interface PathFact {
  /** Links resolved as far as the path exists. */
  real: string;
  inside: boolean;
  kind: 'file' | 'directory' | 'missing' | 'other';
  held: 'tracked' | 'untracked' | 'ignored' | 'unknown';
  /** Hard links; more than one means that another name holds the same bytes. */
  links: number;
  /** What a folder holds, where that was asked for; null where it cannot be listed, or holds too much. */
  names?: readonly string[] | null;
}

/** Something that the classifier would like to know. The gate gathers it and asks again. */
export type Want =
  /** `names`: also what the folder holds. */
  | { about: 'path'; path: string; names?: true }
  | { about: 'text'; path: string }
  | { about: 'manifest'; directory: string };

/** A project's named tasks, nearest manifest upwards from a directory. `text` is what the runner would hand to the shell. */
export interface Manifest {
  /** Absolute path of the file. */
  file: string;
  tasks: Readonly<Record<string, string>>;
}

/** Everything outside the effect that its risk depends on, as plain data gathered beforehand. `undefined`: not gathered. */
export interface Facts {
  /** The workspace's root and the home folder, links resolved. */
  root: string;
  home: string;
  /** Real paths that count as protected, each with the protected path that it stands for: what git's settings and links lead to. */
  led?: ReadonlyMap<string, string>;
  /** Folders of Gatehouse's own state. */
  ownState: readonly string[];
  /** The part of it that holds the run's own command logs, which the run may read. */
  ownOutput?: string;
  /** The part of it that holds the run's own worktree, which it works in, and nothing else. */
  ownWorktree?: string;
  /** Hosts that the person trusts: reaching them is no risk of its own. */
  trustedHosts: ReadonlySet<string>;
  path(path: string): PathFact | undefined;
  /** The text of a script of at most 64 KiB; null where there is none. */
  text(path: string): string | null | undefined;
  /** `runner` picks the kind of manifest: package.json or Makefile. */
  manifest(directory: string, runner: string): Manifest | null | undefined;
}
