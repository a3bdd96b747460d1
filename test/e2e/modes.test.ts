import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import type { EventKind } from '../../src/protocol/event.ts';
import { until } from '../scenarios/support.ts';
import { inFull } from '../support/share.ts';
import { newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const task = 'The tests fail. Find out why, mend it, and run them again.';

describe('how much the person allows, clicked', () => {
  let workbench: Workbench;
  let panel: FrameLocator;

  const status = (mode: string): Locator => workbench.page.locator('.statusbar').getByText(mode, { exact: true });
  /** Waits until the status bar and the panel both show the mode. */
  async function shows(mode: 'Ask' | 'Auto'): Promise<void> {
    await status(mode).waitFor();
    await panel.locator(`[role="switch"][aria-checked="${mode === 'Auto'}"]`).waitFor();
  }
  const count = (kind: EventKind): number => newest(workbench.home).filter(event => event.kind === kind).length;
  const toggle = (): Locator => panel.getByRole('switch', { name: 'Auto' });
  const page = (): Locator => panel.getByRole('region', { name: 'Turn Auto on in this workspace?' });
  const card = (): Locator => panel.locator('[data-question]');

  async function answer(name: string): Promise<void> {
    await card().waitFor();
    const question = await card().getAttribute('data-question');
    await card().getByRole('button', { name, exact: true }).click();
    await panel.locator(`[data-question="${question}"]`).waitFor({ state: 'detached' });
  }

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' }, neverInAuto: true });
    panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('turns Auto on from the status bar only after the page about it, and off again from the palette', async () => {
    await status('Ask').click();
    await page().getByText('It asks you before it').waitFor();
    await page().getByRole('button', { name: 'Turn Auto on' }).and(panel.locator(':enabled')).waitFor();
    await workbench.screenshot('auto-first');
    assert.equal(await toggle().getAttribute('aria-checked'), 'false');
    await page().getByRole('button', { name: 'Turn Auto on' }).click();
    await shows('Auto');
    await workbench.runCommand('Gatehouse: Toggle Auto');
    await shows('Ask');
    // Asked for by a command, which anybody can call, it is a question each time; by a click in the panel it is on.
    await workbench.runCommand('Gatehouse: Toggle Auto');
    await page().getByRole('button', { name: 'Leave it off' }).click();
    await toggle().click();
    await shows('Auto');
    await toggle().click();
    await shows('Ask');
  });

  inFull('revokes in mid-run what was allowed beforehand, and is asked about it again', async () => {
    await send(panel, task);
    await answer('Allow in this workspace');
    await card().waitFor();
    await panel.getByText('You allowed 1 command beforehand').click();
    await workbench.screenshot('grant');
    await panel.getByRole('button', { name: 'Revoke npm test' }).click();
    await panel.locator('details.grants').waitFor({ state: 'detached' });
    await until(() => count('grant.revoked') === 1);
    await answer('Allow');
    await panel.getByRole('region', { name: 'Run this command?' }).waitFor();
    assert.equal(count('question.asked'), 3);
  });

  inFull('switches in mid-run, from the next action on', async () => {
    await toggle().click();
    await shows('Auto');
    await until(() => count('mode.changed') === 1);
    await workbench.screenshot('switched');
    await answer('Allow once');
    const end = panel.locator('section.end');
    await end.waitFor();
    assert.equal(count('question.asked'), 3, 'what came after the switch was asked about');
    assert.match(await end.innerText(), /You answered 3 questions/);
  });
});
