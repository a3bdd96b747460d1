import type { PanelAction } from '../../../src/protocol/panel.ts';
import { useRun } from '../host.ts';

export const actionLabels: { [A in PanelAction]: string } = {
  setApiKey: 'Set API key',
  openSettings: 'Open settings',
  openSample: 'Open the sample project',
  openFolder: 'Open a folder',
  manageTrust: 'Manage workspace trust',
  openReport: 'Open report',
  reviewChanges: 'Review changes',
  showLog: 'Show log',
  newRun: 'New run',
};

export function ActionButton({ action, kind = 'secondary' }: { action: PanelAction; kind?: 'primary' | 'secondary' }) {
  const run = useRun();
  return (
    <button type="button" class={kind} onClick={() => run.post({ type: 'act', action })}>
      {actionLabels[action]}
    </button>
  );
}
