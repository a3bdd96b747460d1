import * as vscode from 'vscode';
import type { CommandId } from './names.ts';
import type { HeldRun } from './runs.ts';

export interface Status extends vscode.Disposable {
  update(runs: readonly HeldRun[]): void;
}

/** The item in the status bar: at rest, at work, or waiting for the person. */
export function createStatus(): Status {
  const item = vscode.window.createStatusBarItem('gatehouse.status', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Gatehouse';

  function set(text: string, tooltip: string, command: CommandId | 'gatehouse.panel.focus', warn: boolean): void {
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip, role: 'button' };
    item.command = command;
    item.backgroundColor = warn ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  }

  return {
    update(runs) {
      const asking = runs.reduce((all, run) => all + run.asking(), 0);
      const running = runs.filter(run => run.state() === 'running').length;
      const open = 'gatehouse.panel.focus';
      const waits = `Gatehouse waits for ${asking === 1 ? 'your answer' : `${asking} answers of yours`}`;
      if (asking > 0) set(`$(question) Gatehouse asks: ${asking}`, waits, 'gatehouse.approve', true);
      else if (running > 1) set(`$(loading~spin) Gatehouse: ${running}`, `Gatehouse: ${running} runs`, open, false);
      else if (running === 1) set('$(loading~spin) Gatehouse', 'Gatehouse is at work', open, false);
      else set('$(play-circle) Gatehouse', 'Gatehouse: open the panel', open, false);
    },
    dispose: () => item.dispose(),
  };
}
