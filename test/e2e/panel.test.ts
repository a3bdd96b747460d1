import assert from 'node:assert/strict';
import { groupInFull } from '../support/share.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

groupInFull('the panel, clicked', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('opens from the activity bar, ready for a task, and says that the model is scripted', async () => {
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await workbench.screenshot('panel');
    assert.match(await panel.locator('body').innerText(), /script/i);
  });
});

describe('a folder that is not trusted yet', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ workspaceTrust: true });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('opens in restricted mode, where the panel says that trust is missing', async () => {
    await workbench.page.locator('.statusbar').getByText('Restricted Mode').waitFor();
    const panel = await workbench.openPanel();
    await panel.getByText(/not trusted/i).waitFor();
    await workbench.screenshot('restricted');
    await panel.getByRole('textbox').fill('Run the tests');
    assert.equal(await panel.getByRole('button', { name: 'Send' }).isEnabled(), false);
  });
});
