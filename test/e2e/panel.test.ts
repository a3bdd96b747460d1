import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('the panel, clicked', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
  });

  after(() => workbench?.close());

  it('opens from the activity bar and shows its document', async () => {
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').first().waitFor();
    await workbench.screenshot('panel');
    assert.notEqual((await panel.locator('body').innerText()).trim(), '');
  });
});
