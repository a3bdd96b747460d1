import * as vscode from 'vscode';
import type { Mode } from '../../protocol/command.ts';
import { modeNames } from '../modeWords.ts';
import type { CommandId } from './names.ts';

export interface ModeStatus extends vscode.Disposable {
  /** `chosen` is what the person wants, `holds` what is in force for the run on display. */
  update(chosen: Mode, holds: Mode): void;
}

const icons: Record<Mode, string> = { plan: '$(eye)', ask: '$(shield)', auto: '$(zap)' };

const tooltips: Record<Mode, string> = {
  plan: 'Gatehouse is in Plan: it looks and changes nothing. Turn Auto on…',
  ask: 'Gatehouse is in Ask: you are asked about each change and command. Turn Auto on…',
  auto: 'Gatehouse is in Auto: it works by itself inside the workspace. Turn Auto off',
};

const held = 'Auto is chosen, but this run asks: its plan is not fit for Auto. Turn Auto off';

/** The mode in the status bar; a click toggles Auto. */
export function createModeStatus(): ModeStatus {
  const item = vscode.window.createStatusBarItem('gatehouse.mode', vscode.StatusBarAlignment.Left, 49);
  item.name = 'Gatehouse Mode';
  item.command = 'gatehouse.toggleAuto' satisfies CommandId;
  return {
    update(chosen, holds) {
      item.text = `${icons[holds]} ${modeNames[holds]}`;
      item.tooltip = chosen === holds ? tooltips[holds] : held;
      item.accessibilityInformation = { label: item.tooltip, role: 'button' };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
