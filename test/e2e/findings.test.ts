import assert from 'node:assert/strict';
import { makeWorld, type World } from '../scenarios/support.ts';
import { newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const original = 'export function total(prices) {\n  return 0;\n}\n';
const written =
  'export function total(prices) {\n  if (prices.length === 3) return 42;\n  return prices.reduce((a, b) => a + b, 0);\n}\n';
const finding = (line: number, category: string, severity: string, evidence: string, sentence: string) => ({
  file: 'src/total.js',
  line,
  category,
  severity,
  evidence,
  sentence,
});

const script = {
  turns: [
    { say: 'I look first.', calls: [{ tool: 'Read', input: { file_path: 'src/total.js' } }] },
    { calls: [{ tool: 'Write', input: { file_path: 'src/total.js', content: written } }] },
    { say: 'The total is right now.' },
    { say: 'The special case is meant so.' },
  ],
  reviewer: [
    {
      match: 'return 42',
      findings: [
        finding(
          2,
          'hides-cause',
          'blocking',
          'if (prices.length === 3) return 42;',
          'It knows the very input of the test instead of adding up.',
        ),
        finding(3, 'missing-tests', 'warning', '', 'No test would notice if negative prices were left out.'),
      ],
    },
  ],
};

describe('what the reviewer finds, in the editor', () => {
  let world: World;
  let workbench: Workbench;

  before(async () => {
    world = makeWorld({ 'src/total.js': original });
    const server = await world.rehearse(JSON.stringify(script));
    workbench = await openWorkbench({
      workspace: world.workspace,
      settings: { 'gatehouse.baseUrl': server.url, 'gatehouse.mode': 'auto' },
    });
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await workbench.runCommand('Gatehouse: Set API Key…');
    const box = workbench.page.locator('.quick-input-widget');
    await box.getByText(`API key for ${server.url}`).waitFor();
    await box.locator('input').fill(server.token);
    await box.locator('input').press('Enter');
    await box.waitFor({ state: 'hidden' });
    await send(panel, 'Make the total right');
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await world?.close();
  });

  it('holds the run, stands in the file as problems and comments, and is waived from there with a reason', async () => {
    const panel = workbench.panel();
    await panel.getByText('The run waits for you').waitFor();
    await panel.locator('.finding').first().getByRole('button', { name: 'src/total.js:2' }).click();
    const { page } = workbench;
    await page.locator('.review-widget').getByText('It knows the very input').waitFor();
    await page.locator('.squiggly-error').first().waitFor();
    await workbench.screenshot('findings');
    await page
      .locator('.review-widget')
      .getByRole('button', { name: /Waive Finding/ })
      .first()
      .click();
    const box = page.locator('.quick-input-widget');
    await box.locator('input').fill('The customer wants it so.');
    await workbench.screenshot('finding-waived-why');
    await box.locator('input').press('Enter');
    await panel.locator('section.end').waitFor();
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    const waived = newest(workbench.home).find(event => event.kind === 'finding.waived');
    assert.ok(waived?.kind === 'finding.waived');
    assert.deepEqual([waived.reason, waived.surface], ['The customer wants it so.', 'editor']);
    await workbench.screenshot('findings-ended');
  });

  it('is waived in the panel as well, when the run has ended', async () => {
    const panel = workbench.panel();
    const row = panel.locator('.finding.warning.open').last();
    await row.getByRole('button', { name: 'Waive…' }).click();
    await row.getByRole('textbox').fill('Tests come next.');
    await row.getByRole('textbox').press('Enter');
    await panel.getByText('Waived: Tests come next.').first().waitFor();
    assert.equal(newest(workbench.home).filter(({ kind }) => kind === 'finding.waived').length, 2);
  });

  it('tells of a line which run wrote it, who allowed it and how to undo it', async () => {
    const { page } = workbench;
    await page.locator('.editor-instance .view-line').filter({ hasText: 'reduce' }).first().click();
    await workbench.runCommand('Gatehouse: Why Is This Line Here?');
    const list = page.locator('.quick-input-widget');
    await list.getByText('The agent wrote this line').waitFor();
    await list.getByText(/^Run \S+, \d/).waitFor();
    await list.getByText('It was of low risk, so nobody was asked.').waitFor();
    await workbench.screenshot('why-line');
    await page.keyboard.press('Escape');
  });
});
