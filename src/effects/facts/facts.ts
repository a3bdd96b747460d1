import { readdirSync } from 'node:fs';
import type { FactsSource, FactsSources } from '../../gate/factsSource.ts';
import type { Facts, PathFact, Want } from '../../risk/facts.ts';
import type { Led } from '../git/led.ts';
import type { GitReader } from '../git/neutral.ts';
import { isInside } from '../workspace.ts';
import { ignoresCase } from './caseless.ts';
import { Held } from './held.ts';
import { RuleFiles } from './ignored.ts';
import { type Manifests, readManifests } from './manifest.ts';
import { readScript } from './script.ts';
import { TrackedCache } from './tracked.ts';
import { Walker } from './walk.ts';

export interface FactsOptions {
  /** Real paths. */
  root: string;
  home: string;
  ownState: readonly string[];
  /** The part of it that holds the run's own command logs. */
  ownOutput?: string;
  /** The part of it that holds the run's own worktree and nothing else. */
  ownWorktree?: string;
  /** null: no git, or no repository; then what no rule ignores is `unknown`. */
  git: GitReader | null;
  trustedHosts: ReadonlySet<string>;
  /** What else counts as protected, asked for once for each effect. */
  led?(): Promise<Led>;
}

/** More places than this are not looked at for one effect; nothing is known of the rest. */
const maxWants = 2_000;

/**
 * Facts about the workspace, a moment at a time. Between moments only the list of tracked files and the parsed rules for
 * ignoring are kept, for as long as their files stay the same.
 */
export function openFacts(options: FactsOptions): FactsSources {
  const caseless = ignoresCase(options.root);
  const { git } = options;
  const tracked = git === null ? null : new TrackedCache(git, caseless);
  const rules = new RuleFiles(caseless);
  return {
    begin() {
      return new Moment(options, caseless, async () => {
        // Rules for ignoring say what a checkpoint does not hold also where there is no git or no index to be read.
        if (git === null || tracked === null)
          return new Held({ top: options.root, tracked: null, outer: [], rules, caseless });
        const known = (await tracked.now()) ?? { files: new Set<string>(), folders: new Set<string>() };
        return new Held({ top: git.repository.top, tracked: known, outer: git.excludes, rules, caseless });
      });
    },
  };
}

class Moment implements FactsSource {
  readonly #options: FactsOptions;
  readonly #caseless: boolean;
  readonly #openHeld: () => Promise<Held>;
  readonly #walker: Walker;
  readonly #paths = new Map<string, PathFact>();
  readonly #texts = new Map<string, string | null>();
  readonly #manifests = new Map<string, Manifests>();
  #held: Promise<Held> | null = null;
  #led: Led = new Map();
  #looked = 0;

  constructor(options: FactsOptions, caseless: boolean, openHeld: () => Promise<Held>) {
    this.#options = options;
    this.#caseless = caseless;
    this.#openHeld = openHeld;
    this.#walker = new Walker(options.root, caseless);
  }

  facts(): Facts {
    const { root, home, ownState, ownOutput, ownWorktree, trustedHosts } = this.#options;
    return {
      root,
      home,
      ownState,
      ...(ownOutput === undefined ? {} : { ownOutput }),
      ...(ownWorktree === undefined ? {} : { ownWorktree }),
      trustedHosts,
      led: this.#led,
      path: path => this.#paths.get(path),
      text: path => this.#texts.get(path),
      manifest: (directory, runner) => {
        const found = this.#manifests.get(directory);
        return found === undefined ? undefined : (found[runner] ?? null);
      },
    };
  }

  async gather(wants: readonly Want[]): Promise<void> {
    if (this.#held === null) this.#led = (await this.#options.led?.()) ?? this.#led;
    this.#held ??= this.#openHeld();
    const held = await this.#held;
    for (const want of wants) {
      const over = ++this.#looked > maxWants;
      switch (want.about) {
        case 'path':
          if (!this.#paths.has(want.path))
            this.#paths.set(want.path, over ? unseen(want.path) : this.#path(want.path, held));
          if (want.names === true) this.#list(want.path, over);
          break;
        case 'text':
          if (!this.#texts.has(want.path)) this.#texts.set(want.path, over ? null : this.#text(want.path));
          break;
        case 'manifest':
          if (!this.#manifests.has(want.directory))
            this.#manifests.set(want.directory, over ? {} : this.#manifest(want.directory));
      }
    }
  }

  #path(path: string, held: Held): PathFact {
    const { real, kind, links } = this.#walker.walk(path);
    const inside = !real.includes('\0') && this.#isInside(real);
    return { real, inside, kind, links, held: inside ? held.state(real, kind) : 'unknown' };
  }

  #list(path: string, over: boolean): void {
    const fact = this.#paths.get(path);
    if (fact === undefined || fact.names !== undefined) return;
    const names = fact.kind === 'missing' ? [] : fact.inside && !over ? listed(fact.real) : null;
    this.#paths.set(path, { ...fact, names });
  }

  #text(path: string): string | null {
    const { real, kind } = this.#walker.walk(path);
    return kind === 'file' && this.#isInside(real) ? readScript(real) : null;
  }

  #manifest(directory: string): Manifests {
    const { real, kind } = this.#walker.walk(directory);
    return kind === 'directory' && this.#isInside(real) ? readManifests(real, this.#options.root) : {};
  }

  #isInside(real: string): boolean {
    const { root } = this.#options;
    return this.#caseless ? isInside(root.toLowerCase(), real.toLowerCase()) : isInside(root, real);
  }
}

/** More names than this are not gone through one by one. */
const maxNames = 5_000;

function listed(folder: string): readonly string[] | null {
  try {
    const names = readdirSync(folder);
    return names.length > maxNames ? null : names;
  } catch {
    return null;
  }
}

function unseen(path: string): PathFact {
  return { real: path, inside: false, kind: 'other', held: 'unknown', links: 0 };
}
