import type { Mode, ModeSurface } from '../protocol/command.ts';
import { stricter } from './tasks/modeOf.ts';

export interface ModeChoice {
  /** What the person chose for the run now; default: the mode that it has. */
  mode?: Mode;
  /** The mode of its workspace: the run goes on in the stricter one of this and its own. */
  workspaceMode?: Mode;
}

/** Auto that was chosen once is not chosen again by going on, where the person works in a stricter mode by now. */
export function modeToGoOn({ mode, workspaceMode }: ModeChoice, own: Mode): { mode: Mode; by: ModeSurface } {
  return mode === undefined ? { mode: stricter(own, workspaceMode), by: 'editor' } : { mode, by: 'terminal' };
}
