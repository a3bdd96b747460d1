import { Mode, type ModeSurface } from '../../protocol/command.ts';
import type { AutoPage } from '../../protocol/panel.ts';
import type { AutoConfirmed } from '../autoConfirmed.ts';

export interface ModesDeps {
  /** What the editor keeps for the workspace outside of it, so that no repository chooses. */
  kept: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  /** The person's setting, for workspaces where they have not chosen. */
  setting(): Mode;
  confirmed: AutoConfirmed;
  /** The mode of the run on display, where it goes on. */
  running(): Mode | null;
  /** Changes the mode of all runs of this window that go on. */
  send(mode: Mode, by: ModeSurface): void;
  /** Brings the page about Auto to the person's eyes. */
  reveal(): Promise<void>;
  onChange(): void;
}

/**
 * The mode of this workspace. Auto is turned on by a person's click in the panel and by nothing else: a command, which
 * anybody can call, opens the question there. Turning it off needs none.
 */
export interface Modes {
  current(): Mode;
  page(): AutoPage | null;
  /** Chosen in the panel. */
  choose(mode: Mode): Promise<void>;
  /** Asked for by a command. */
  toggle(): Promise<void>;
  answer(go: boolean): Promise<void>;
  /** Whether a run may start in the mode; if not, the page about it is open now. */
  mayStart(mode: Mode): Promise<boolean>;
}

const key = 'mode';

export function createModes(deps: ModesDeps): Modes {
  let page: AutoPage | null = null;
  let by: ModeSurface = 'panel';

  function current(): Mode {
    const kept = Mode.safeParse(deps.kept.get(key));
    return kept.success ? kept.data : deps.setting();
  }

  async function apply(mode: Mode, from: ModeSurface): Promise<void> {
    page = null;
    // First what is at work: a switch must not wait for a disk.
    deps.send(mode, from);
    await deps.kept.update(key, mode);
    deps.onChange();
  }

  async function open(which: AutoPage, from: ModeSurface): Promise<void> {
    page = which;
    by = from;
    deps.onChange();
    if (from === 'editor') await deps.reveal();
  }

  return {
    current,
    page: () => page,
    async choose(mode) {
      if (mode === 'auto' && !(await deps.confirmed.is())) return open('first', 'panel');
      await apply(mode, 'panel');
    },
    async toggle() {
      if ((deps.running() ?? current()) === 'auto') return apply('ask', 'editor');
      await open((await deps.confirmed.is()) ? 'again' : 'first', 'editor');
    },
    async answer(go) {
      if (page === null) return;
      const from = by;
      if (go) await deps.confirmed.set();
      if (go) return apply('auto', from);
      page = null;
      deps.onChange();
    },
    async mayStart(mode) {
      if (mode !== 'auto' || (await deps.confirmed.is())) return true;
      await open('first', 'panel');
      return false;
    },
  };
}
