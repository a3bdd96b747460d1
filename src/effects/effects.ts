import { realpathSync } from 'node:fs';
import type { Permit } from '../gate/permit.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Editor } from '../ports/editor.ts';
import type { Restores } from '../ports/restores.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Effect, EffectKind, EffectOf } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { BackgroundProcesses, type OnProcessEnd } from './background.ts';
import { diagnostics } from './diagnostics.ts';
import { edit } from './edit.ts';
import type { CommandEnvironment } from './environment.ts';
import { type ExecContext, exec } from './exec.ts';
import { fetchPage } from './fetch/fetch.ts';
import { publicWeb, type Web } from './fetch/web.ts';
import { committing, type GitHands } from './git/committing.ts';
import { pushAsShown } from './git/pushing.ts';
import { install } from './install.ts';
import type { OutcomeOf } from './outcome.ts';
import type { Tree } from './processTree.ts';
import { read } from './read.ts';
import { RefGuard } from './refGuard.ts';
import { findRipgrep } from './ripgrep.ts';
import type { EffectIo, Effects } from './run.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { search } from './search.ts';
import { createWatchdog } from './watchdog.ts';

export interface EffectsOptions {
  /** The workspace's real path. */
  root: string;
  blobs: Blobs;
  clock: Clock;
  editor: Editor | null;
  env: CommandEnvironment;
  /** Where ripgrep is looked for first. */
  ripgrep?: string;
  /** An existing folder of ours outside the workspace, mode 0700, for logs of background commands. */
  outDir: string;
  onProcessEnd?: OnProcessEnd;
  /** Holds the commands whose permits name a profile. Its owner closes it, after `endAll`. */
  sandbox?: Sandbox;
  /** Where the workspace lies in a repository: for signing commits, and for pushing. */
  git?: GitHands;
  /** Takes files back to the run's checkpoints; without it nothing can be. */
  restores?: Pick<Restores, 'restore'>;
  /** The network that pages are read from; default: the public web. No host sets it. */
  web?: Web;
  /** Files whose text is not searched, by absolute path. */
  hidden?(path: string): boolean;
}

export interface RunEffects extends Effects {
  /** Kills all processes of this run without waiting, for a host that is about to die. */
  killAllNow(): void;
  /** The person has saved the file: what stands at the path now is theirs, whatever commands are alive. */
  personSaved(path: string): void;
}

type Hands = { [K in EffectKind]: (effect: EffectOf<K>, io: EffectIo, terms: Terms) => Promise<OutcomeOf<K>> };

/** The hands of one run; see `Effects`. Nothing here asks whether it may: a permit says so. */
export function createEffects(options: EffectsOptions): RunEffects {
  const { root, blobs, clock, editor, env, outDir, git = null } = options;
  const trees = new Set<Tree>();
  const watchdog = createWatchdog(env, outDir);
  const refs = git === null ? null : new RefGuard(git.reader.repository);
  const context: ExecContext = { env: watchdog.env, clock, outDir, trees, sandbox: options.sandbox ?? null, refs };
  const background = new BackgroundProcesses(context, options.onProcessEnd ?? (() => undefined));
  let ripgrep: string | undefined;

  const hands: Hands = {
    read,
    edit: async effect => {
      const outcome = await edit(effect, blobs);
      options.sandbox?.accept(effect.path);
      return outcome;
    },
    exec: (effect, io, terms) => {
      watchdog.watch();
      const run = () => {
        if (effect.background) return background.start(effect, io.signal, terms);
        return (terms.profile === 'package-install' ? install : exec)(effect, context, io, terms);
      };
      return terms.profile === 'git' && git !== null
        ? committing(git, { writes: terms.writes, signal: io.signal }, run)
        : run();
    },
    push: (effect, { signal }) => pushAsShown(effect, git, signal),
    fetch: (effect, { signal }) => fetchPage(effect, options.web ?? publicWeb, signal),
    restore: async effect => {
      if (options.restores === undefined) throw new GatehouseError(failures.gitMissing({}));
      const outcome = await options.restores.restore(effect);
      for (const { path } of effect.files) options.sandbox?.accept(path);
      return { kind: 'restore', ...outcome };
    },
    diagnostics: effect => diagnostics(effect, editor, root),
    search: (effect, { signal }) => {
      ripgrep ??= findRipgrep(options.ripgrep, { searchPath: env['PATH'] ?? '', workspace: root });
      return search(effect, { ripgrep, env, root, signal, hidden: path => options.hidden?.(path) ?? false });
    },
  };

  return {
    run: async <E extends Effect>(permit: Permit<E>, io: EffectIo): Promise<OutcomeOf<E['kind']>> => {
      const { effect, terms } = permit.redeem(clock.now());
      if (io.signal.aborted) throw new GatehouseError(failures.stopped({}));
      // The table is typed row by row; that a row is indexed with its own kind is beyond the compiler.
      const hand = hands[effect.kind] as unknown as (
        effect: E,
        io: EffectIo,
        terms: Terms,
      ) => Promise<OutcomeOf<E['kind']>>;
      return hand(effect, io, terms);
    },
    processes: () => background.list(),
    endProcess: process => background.end(process),
    endAll: async () => {
      const survivors = await background.endAll();
      watchdog.end();
      return survivors;
    },
    restCpuMs: async () => (await options.sandbox?.restCpuMs()) ?? 0,
    personSaved: path => {
      const real = realOf(path);
      if (real !== null) options.sandbox?.accept(real);
    },
    killAllNow: () => {
      for (const tree of trees) tree.killNow();
    },
  };
}

/** null where it is gone again. */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
