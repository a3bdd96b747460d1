import type { Terms, Violation } from '../../protocol/containment.ts';
import type { CommandEnvironment } from '../environment.ts';
import type { Spawned } from '../shell.ts';
import type { Limits } from './helper/messages.ts';
import type { Availability } from './probe.ts';

export interface SandboxOptions {
  /** The workspace's real path. */
  workspaceRoot: string;
  /** What a git worktree shares with others, and its own git folder; real paths. */
  gitCommonDir?: string;
  gitDir?: string;
  /** An existing folder of ours for tools' caches, per workspace, mode 0700, outside the workspace. */
  cacheDir: string;
  /** An existing folder of ours for this run alone, mode 0700. Emptied at the end, but for `aside`: files that were put out of the way. */
  tempDir: string;
  /** The folder with all state of ours, which no permit opens. */
  stateDir?: string;
  /** The helper's script: the bundle, or its source where Node runs that. */
  helperPath: string;
  /** Node, where it is not the program that runs us. */
  node?: string;
  env: CommandEnvironment;
  /** Real paths below the workspace that are protected as those are whose names say so; asked for before each command. */
  led?(): Promise<readonly string[]>;
  /** The home folder's real path. */
  home: string;
  options?: {
    limits?: Partial<Limits & { fileBytes: number }>;
    /** Who commits are by, where the repository does not say: the home folder's configuration is out of sight. */
    gitIdentity?: { name: string; email: string };
    /** Leads hosts to another place; for tests. */
    elsewhere?: Readonly<Record<string, { host: string; port: number }>>;
  };
}

export interface StartRequest {
  command: string;
  /** A real path. */
  cwd: string;
  env: CommandEnvironment;
  /** Of any profile but `uncontained`. */
  terms: Terms;
  background: boolean;
}

/** A command in the sandbox; as `Spawned`, and what it tried. */
export interface Contained extends Spawned {
  /**
   * Resolves after `exited`, when all that the command did is known, and protected paths and files that run outside are
   * as they were. Rejects with `sandbox.failed` where the sandbox itself broke down, which ends the command.
   */
  settled: Promise<Violation[]>;
}

/** The sandbox of one run: its commands share a network of their own and a temporary folder, and end with it. */
export interface Sandbox {
  /** Found by trying it. */
  readonly available: Availability;
  /** Rejects with `sandbox.unavailable`, `sandbox.failed`, `exec.spawnFailed`, `file.changed` or `run.stopped`. */
  start(request: StartRequest, signal: AbortSignal): Promise<Contained>;
  /** Says that what stands at this path now was put there by a permitted effect. */
  accept(path: string): void;
  /** Folders that it made in the workspace in order to cover them; they stand there while commands are alive. */
  mountPoints(): readonly string[];
  /** Ends all its commands without waiting, for a host that is about to die. */
  killNow(): void;
  /**
   * Processor time, in ms, of its commands that no `cpuMs` of theirs told of: of those in the background, and what was
   * still to come when one ended. To be asked once, when none is left.
   */
  restCpuMs(): Promise<number>;
  /** Ends all its commands and removes what it made. */
  close(): Promise<void>;
}
