import type * as vscode from 'vscode';
import { modeOf } from '../../gate/mode.ts';
import type { EventKind } from '../../protocol/event.ts';
import type { PanelMessage } from '../../protocol/panel.ts';
import { autoConfirmed } from '../autoConfirmed.ts';
import { folders } from './folders.ts';
import { createGrantList, type GrantList } from './grantList.ts';
import { createModeStatus } from './modeStatus.ts';
import { createModes, type Modes } from './modes.ts';
import type { Past } from './past.ts';
import { createPresence } from './presence.ts';
import { isLive, type Runs } from './runs.ts';
import type { StartDeps } from './start.ts';

export interface ChoosingDeps {
  start: StartDeps;
  runs: Runs;
  past: Past;
  panel: { visible(): boolean; reveal(): Promise<void> };
  onChange: () => void;
}

/** How much the person lets runs do by themselves (mode, grants), and whether they see what is done. */
export interface Choosing extends vscode.Disposable {
  modes: Modes;
  grants: GrantList;
  /** To be called when the panel, or the run that it shows, may be another one. */
  looked(): void;
  /** Shows the mode in the status bar. */
  show(): void;
  /** Resolves with a sentence where it came to nothing. */
  take(message: Extract<PanelMessage, { type: 'mode' | 'autoPage' | 'revokeGrant' }>): Promise<string | null>;
}

/** Kinds of events after which the panel shows something else of this. */
export const choices: ReadonlySet<EventKind> = new Set([
  'mode.changed',
  'mode.capped',
  'grant.given',
  'grant.revoked',
] as const);

export function createChoosing({ start, runs, past, panel, onChange }: ChoosingDeps): Choosing {
  const presence = createPresence(runs, () => panel.visible());
  const grants = createGrantList({ home: past.home, folders: () => folders().map(({ uri }) => uri.fsPath), runs });
  const status = createModeStatus();
  const running = (): ReturnType<typeof modeOf> => {
    const shown = runs.shown();
    return shown !== null && isLive(shown) ? modeOf(shown.events()) : null;
  };
  const modes = createModes({
    kept: start.context.workspaceState,
    setting: () => start.settings().mode,
    confirmed: autoConfirmed(past.home, Date.now),
    running: () => running()?.chosen ?? null,
    send(mode, by) {
      for (const held of runs.list()) if (isLive(held)) held.send({ type: 'setMode', mode, by });
    },
    reveal: () => panel.reveal(),
    onChange,
  });

  return {
    modes,
    grants,
    looked: () => presence.update(),
    show() {
      const mode = running() ?? { chosen: modes.current(), holds: modes.current() };
      status.update(mode.chosen, mode.holds);
    },
    async take(message) {
      if (message.type === 'mode') await modes.choose(message.mode);
      else if (message.type === 'autoPage') await modes.answer(message.go);
      else {
        const found = await grants.revoke(message.run, message.grant);
        onChange();
        return found ? null : 'That was revoked before, or has ended.';
      }
      return null;
    },
    dispose: () => status.dispose(),
  };
}
