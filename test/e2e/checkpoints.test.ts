import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../scenarios/support.ts';
import { inFull } from '../support/share.ts';
import { allowAll, filesOf, newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const task = 'The tests fail. Find out why, mend it, and run them again.';

describe('the checkpoints view, clicked', () => {
  let workbench: Workbench;
  let original: Record<string, string>;
  let mended: Record<string, string>;
  let roundedLine = '';

  const row = (name: RegExp): Locator =>
    workbench.page.getByRole('tree', { name: /Checkpoints/ }).getByRole('treeitem', { name });
  /** Clicks on one of the icons of a row. */
  async function act(name: RegExp, action: string): Promise<void> {
    await row(name).hover();
    await row(name).getByRole('button', { name: action }).click();
  }
  /** The editor takes no click in a menu that has only just come. */
  async function fromMenu(name: RegExp, action: string): Promise<void> {
    await row(name).click({ button: 'right' });
    const item = workbench.page.getByRole('menuitem', { name: action });
    await item.hover();
    await item.click({ delay: 300 });
  }
  const plan = (): Locator => workbench.page.locator('.quick-input-widget');
  async function choose(name: RegExp): Promise<void> {
    await plan().getByRole('option', { name }).click();
    await plan().waitFor({ state: 'hidden' });
  }
  const standsAs = (files: Record<string, string>): Promise<void> =>
    until(() => JSON.stringify(filesOf(workbench.folder)) === JSON.stringify(files));
  const closeEditors = (): Promise<void> => workbench.runCommand('View: Close All Editors');

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
    original = filesOf(workbench.folder);
    const panel = await workbench.openPanel();
    await send(panel, task);
    await allowAll(panel);
    mended = filesOf(workbench.folder);
    assert.notDeepEqual(mended, original);
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('lists the run with its checkpoints, and marks the one where the files stand', async () => {
    await row(/^Run: The tests fail/).click();
    await row(/^Checkpoint 0: The start/).waitFor();
    await row(/^Checkpoint 1: Edit src\/format.js, \+/).waitFor();
    await row(/^Checkpoint 2: Edit src\/format.js, current/).waitFor();
    await workbench.screenshot('checkpoints');
  });

  it('shows what the run changed, and what one checkpoint did, in native diffs', async () => {
    await act(/^Run: The tests fail/, 'Show Changes');
    const all = workbench.page.getByRole('tab', { name: /all that the run changed/ });
    await all.waitFor();
    await workbench.page.locator('.multiDiffEntry').getByText('format.js').first().waitFor();
    await workbench.screenshot('changes');
    await act(/^Checkpoint 1/, 'Show Changes');
    await workbench.page.getByRole('tab', { name: /checkpoint 1/ }).waitFor();
    await workbench.page.getByText('if (seconds === 60)').first().waitFor();
    await closeEditors();
  });

  it('asks with the whole plan before it restores, and a look at a file answers nothing', async () => {
    await act(/^Run: The tests fail/, 'Undo Run…');
    await plan().getByText('Where the run began: what would change').waitFor();
    await plan()
      .getByRole('option', { name: /format\.js/ })
      .click();
    await workbench.page.getByRole('tab', { name: /format.js: now ↔ the start/ }).waitFor();
    await workbench.screenshot('plan');
    assert.equal(await plan().isVisible(), true);
    assert.deepEqual(filesOf(workbench.folder), mended);
    await workbench.page.keyboard.press('Escape');
    await plan().waitFor({ state: 'hidden' });
    assert.deepEqual(filesOf(workbench.folder), mended);
    await closeEditors();
  });

  it('takes the files back to the byte, says so, and forward again', async () => {
    await act(/^Run: The tests fail/, 'Undo Run…');
    await choose(/Restore 1 file/);
    await standsAs(original);
    await row(/^Run: .*undone/).waitFor();
    await workbench
      .notifications()
      .getByText('1 file was taken to where the run began. Redo takes that forward again.')
      .waitFor();
    await workbench.panel().getByText('One file was taken to where the run began.').waitFor();
    await workbench.screenshot('undone');
    await act(/^Run: The tests fail/, 'Redo Run…');
    await choose(/Restore 1 file/);
    await standsAs(mended);
    await workbench.screenshot('redone');
  });

  inFull('shows a conflict with its diff, and keeps what the person changed unless told otherwise', async () => {
    const path = join(workbench.folder, 'src', 'format.js');
    roundedLine = /const rounded = .*/.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
    const mine = readFileSync(path, 'utf8').replace(/const rounded = .*/, 'const rounded = duration; // mine');
    writeFileSync(path, mine);
    await act(/^Run: The tests fail/, 'Undo Run…');
    const conflict = plan().getByRole('option', { name: /format\.js.*changed since/ });
    await conflict.click();
    await workbench.page.getByRole('tab', { name: /format.js: now ↔ the start/ }).waitFor();
    await workbench.screenshot('conflict');
    await choose(/Keep yours/);
    assert.equal(readFileSync(path, 'utf8'), mine);
    await closeEditors();
  });

  inFull('overwrites it where the person says so, and a redo brings back what they had changed', async () => {
    const path = join(workbench.folder, 'src', 'format.js');
    const mine = filesOf(workbench.folder);
    await act(/^Run: The tests fail/, 'Undo Run…');
    await choose(/Overwrite yours: restore 1 file/);
    await standsAs(original);
    await act(/^Run: The tests fail/, 'Redo Run…');
    await choose(/Restore 1 file/);
    await standsAs(mine);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/const rounded = .*/, roundedLine));
    await standsAs(mended);
  });

  inFull('compares a checkpoint with the files as they are now', async () => {
    await fromMenu(/^Checkpoint 1/, 'Compare with the Workspace');
    await workbench.page.getByRole('tab', { name: /the workspace ↔ checkpoint 1/ }).waitFor();
    await workbench.page.getByText('if (seconds === 60)').first().waitFor();
    await closeEditors();
  });

  inFull('takes the conversation back with the files', async () => {
    await fromMenu(/^Checkpoint 1/, 'Restore Files and Conversation…');
    await choose(/Restore 1 file and the conversation/);
    await until(() => newest(workbench.home).at(-1)?.kind === 'conversation.rewound');
    await workbench.panel().getByText('The conversation goes on from checkpoint 1.').waitFor();
    await workbench.screenshot('rewound');
  });
});
