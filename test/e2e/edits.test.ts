import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { makeWorld, until, type World } from '../scenarios/support.ts';
import { inFull } from '../support/share.ts';
import { newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const names = ['accepted', 'refused', 'three', 'own', 'moved', 'auto', 'other'] as const;
const original = Array.from({ length: 24 }, (_, at) => `export const line${at + 1} = ${at + 1};\n`).join('');
const change = (text: string, ...lines: number[]): string =>
  lines.reduce((made, line) => made.replace(` = ${line};`, ` = ${line}00;`), text);
/** With white space at the end of a line, which no diff shows by itself. */
const blank = (text: string, line: number): string => text.replace(` = ${line};`, ` = ${line};  `);
const write = (name: string, text: string) => ({
  tool: 'Write',
  input: { file_path: `src/${name}.js`, content: text },
});
const edit = (name: string, text: string): unknown => ({ calls: [write(name, text)] });

const turns = [
  { say: 'I look first.', calls: names.map(name => ({ tool: 'Read', input: { file_path: `src/${name}.js` } })) },
  { calls: [write('accepted', blank(change(original, 3), 10)), write('refused', change(original, 4))] },
  edit('three', change(original, 3, 12, 20)),
  edit('own', change(original, 5)),
  edit('moved', change(original, 6)),
  { calls: [write('auto', change(original, 3, 12, 20)), write('other', change(original, 7))] },
  { say: 'That is all.' },
];

describe('proposed edits, in the editor', () => {
  let world: World;
  let workbench: Workbench;

  const fileOf = (name: string): string => join(workbench.folder, 'src', `${name}.js`);
  const textOf = (name: string): string => readFileSync(fileOf(name), 'utf8');
  const tab = (name: string): Locator =>
    workbench.page.getByRole('tab', { name: new RegExp(`^${name}\\.js: proposed`) });
  const right = (): Locator => workbench.page.locator('.editor-instance .editor.modified');
  const button = (label: string): Locator =>
    workbench.page.locator('.editor-actions').getByRole('button', { name: new RegExp(`^${label}`) });
  const answered = (count: number): Promise<void> =>
    until(() => newest(workbench.home).filter(({ kind }) => kind === 'question.answered').length === count);
  const told = (): string => {
    const last = newest(workbench.home).findLast(event => event.kind === 'tool.answered');
    return last?.kind === 'tool.answered' ? last.text : '';
  };

  /** Shows the diff of a file that waits. */
  async function look(name: string): Promise<void> {
    await tab(name).click();
    await right().getByText('line1 ').first().waitFor();
  }

  /** Puts the cursor on a line of the right side. */
  async function goTo(line: number): Promise<void> {
    await right().getByText(`line${line} `).first().click();
  }

  before(async () => {
    world = makeWorld(Object.fromEntries(names.map(name => [`src/${name}.js`, original])));
    const server = await world.rehearse(JSON.stringify({ turns }));
    workbench = await openWorkbench({ workspace: world.workspace, settings: { 'gatehouse.baseUrl': server.url } });
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await workbench.runCommand('Gatehouse: Set API Key…');
    const box = workbench.page.locator('.quick-input-widget');
    await box.getByText(`API key for ${server.url}`).waitFor();
    await box.locator('input').fill(server.token);
    await box.locator('input').press('Enter');
    await box.waitFor({ state: 'hidden' });
    await send(panel, 'Change the files');
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await world?.close();
  });

  it('open beside what the person does, without taking the focus, and are made when accepted', async () => {
    await tab('accepted').waitFor();
    await tab('refused').waitFor();
    await workbench.panel().locator(':focus').waitFor();
    await look('accepted');
    await workbench.screenshot('edit-proposed');
    await button('Review Proposed Edits').click();
    const list = workbench.page.locator('.quick-input-widget');
    await list.getByRole('option', { name: /src\/refused\.js/ }).waitFor();
    await workbench.screenshot('edits-list');
    await list.getByRole('option', { name: /All in one editor/ }).click();
    await workbench.page.getByRole('tab', { name: 'Gatehouse: proposed edits' }).waitFor();
    await workbench.page.locator('.multiDiffEntry').getByText('line4 = 400;').first().waitFor();
    await workbench.screenshot('edits-all');
    await look('accepted');
    await button('Accept the Proposed Edit').click();
    const dialog = workbench.page.getByRole('dialog');
    await dialog.getByText('1 change in white space alone is not shown in the diff').waitFor();
    await workbench.screenshot('edit-blanks');
    await dialog.getByRole('button', { name: 'Drop Them' }).click();
    await tab('accepted').waitFor({ state: 'detached' });
    await answered(1);
    await until(() => textOf('accepted') === change(original, 3));
  });

  it('decide nothing when their tab is closed, open again from the card, and write nothing when rejected', async () => {
    await tab('refused').hover();
    await tab('refused')
      .getByRole('button', { name: /^Close/ })
      .click();
    await tab('refused').waitFor({ state: 'detached' });
    await workbench.panel().getByRole('button', { name: 'Open diff' }).click();
    await look('refused');
    assert.equal(newest(workbench.home).filter(({ kind }) => kind === 'question.answered').length, 1);
    await button('Reject the Proposed Edit').click();
    await answered(2);
    await tab('three').waitFor();
    assert.equal(textOf('refused'), original);
    await workbench.page.getByRole('tab', { name: 'Gatehouse: proposed edits' }).waitFor({ state: 'detached' });
  });

  it('can be kept and dropped place by place, by keys, and are then what was kept', async () => {
    await look('three');
    // The editor's own arrow between the sides.
    await goTo(12);
    await workbench.page.locator('.editor-instance .gutterItem').nth(1).locator('.codicon-arrow-right').click();
    await right().getByText('line12 = 12;').waitFor();
    await goTo(20);
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('n');
    await right().getByText('line20 = 20;').waitFor();
    await goTo(3);
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('y');
    const dialog = workbench.page.getByRole('dialog');
    await dialog.getByText('Accept this edit of src/three.js?').waitFor();
    await workbench.screenshot('edit-one-of-three');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await answered(3);
    await until(() => textOf('three') === change(original, 3));
  });

  inFull('are made as the person changes them, and the model is told how', async () => {
    await tab('own').waitFor();
    await look('own');
    await goTo(5);
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type(' // mine');
    await workbench.screenshot('edit-own');
    // Whatever button says yes, it is to what the person made of it.
    await workbench.panel().getByRole('button', { name: 'Allow', exact: true }).click();
    await answered(4);
    await until(() => textOf('own').includes('line5 = 500; // mine'));
    await until(() => told().includes('// mine'));
    assert.match(told(), /The person changed the edit/);
  });

  inFull('are made on the file as it is by then', async () => {
    await tab('moved').waitFor();
    await look('moved');
    writeFileSync(fileOf('moved'), `// mine\n${change(original, 15)}`);
    await right().getByText('// mine').waitFor();
    await right().getByText('line15 = 1500;').waitFor();
    await workbench.screenshot('edit-moved');
    // What comes after this one is not asked about.
    await workbench.panel().getByRole('switch', { name: 'Auto' }).click();
    await workbench.panel().locator('[role="switch"][aria-checked="true"]').waitFor();
    await button('Accept the Proposed Edit').click();
    await answered(5);
    await until(() => textOf('moved') === `// mine\n${change(original, 6, 15)}`);
    await workbench.panel().locator('section.end').waitFor();
    await workbench.screenshot('edits-done');
  });

  inFull('are marked in the gutter when they were made unasked, and kept or undone place by place', async () => {
    const { page } = workbench;
    const icon = page.locator('.activitybar').getByRole('tab', { name: /^Source Control/ });
    await icon.click();
    const view = page.locator('.scm-view');
    await view.getByText('Changed by the run, to look at').waitFor();
    await page.keyboard.press('Control+p');
    await page.locator('.quick-input-widget input').first().fill('src/auto.js');
    await page
      .locator('.quick-input-widget')
      .getByRole('option', { name: /auto\.js/ })
      .first()
      .click();
    await page.locator('.editor-instance').getByText('line3 ').first().click();
    await workbench.runCommand('Show Next Change');
    await workbench.screenshot('review-gutter');
    await page.keyboard.press('Escape');
    const reviewed = (how: 'kept' | 'undone'): Promise<void> =>
      until(() => newest(workbench.home).some(event => event.kind === 'change.reviewed' && event.how === how));
    await workbench.runCommand('Gatehouse: Keep This Change');
    await reviewed('kept');
    await page.locator('.editor-instance').getByText('line12 ').first().click();
    await workbench.runCommand('Gatehouse: Undo This Change');
    await reviewed('undone');
    await until(() => textOf('auto') === change(original, 3, 20));
    const last = newest(workbench.home).findLast(event => event.kind === 'change.reviewed');
    assert.equal(last?.kind === 'change.reviewed' && last.left, 2, 'the third place is still to be looked at');
    await workbench.screenshot('review-kept');
    const panel = await workbench.openPanel();
    await panel.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('tab', { name: 'Gatehouse: all that the run changed' }).waitFor();
    await page.locator('.multiDiffEntry').getByText('line3 = 300').first().waitFor();
    await workbench.screenshot('review-all');
  });

  inFull('are still to be looked at after the window was loaded anew, and then kept or undone by file', async () => {
    await workbench.reload();
    const { page } = workbench;
    await page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Source Control/ })
      .click();
    const view = page.locator('.scm-view');
    const row = (text: string | RegExp): Locator => view.locator('.monaco-list-row').filter({ hasText: text });
    await view.getByText('Changed by the run, to look at').waitFor();
    // Git's own list would hide ours.
    await row(/^Changes/)
      .first()
      .click();
    await row('auto.js').waitFor();
    await row('other.js').hover();
    await workbench.screenshot('review-reloaded');
    await row('other.js')
      .getByRole('button', { name: /^Undo the Run/ })
      .click();
    await until(() => textOf('other') === original);
    await row('other.js').waitFor({ state: 'detached' });
    await workbench.screenshot('review-undone-file');
  });

  inFull('take a word of the person where they changed the same lines', async () => {
    const { page } = workbench;
    writeFileSync(fileOf('auto'), textOf('auto').replace('line20 = 2000;', 'line20 = 2000; // mine'));
    await page.keyboard.press('Control+p');
    const files = page.locator('.quick-input-widget');
    await files.locator('input').first().fill('src/auto.js');
    await files
      .getByRole('option', { name: /auto\.js/ })
      .first()
      .click();
    await page.locator('.editor-instance').getByText('// mine').first().click();
    await workbench.runCommand('Gatehouse: Undo This Change');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You changed these lines yourself since.').waitFor();
    await workbench.screenshot('review-own-lines');
    await dialog.getByRole('button', { name: 'Undo Both' }).click();
    await until(() => textOf('auto') === change(original, 3));
  });
});
