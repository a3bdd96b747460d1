import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { saidAbout } from '../../src/hosts/vscode/say.ts';
import type { EventBody, Live } from '../../src/protocol/event.ts';
import type { PanelState, Told } from '../../src/protocol/panel.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { createScript, started, usage } from './events.ts';

const plan: Plan = {
  fit: 'auto',
  objective: 'A duration just short of a larger unit is written as that unit, so that all tests pass.',
  constraints: ['Tests stay as they are'],
  acceptance: ['npm test'],
  steps: [
    { title: 'See what fails, and why', detail: 'Run the tests, and follow each failure to the line that is wrong.' },
    { title: 'Mend the rounding', detail: 'What rounds up has to carry.', files: ['src/format.js', 'src/units.js'] },
    { title: 'Say so', detail: 'In the changelog.', rollback: 'Nothing but the restore.' },
  ],
  risks: ['A carry that is mended for minutes alone may still be wrong for hours and days.'],
};
const failing = { command: 'npm test', exitCode: 1, passed: false, tests: { passed: 8, failed: 2, skipped: 0 } };
const proposed: EventBody[] = [started, { kind: 'plan.submitted', plan: 1, call: 'c1', value: plan }];
const working: EventBody[] = [
  ...proposed,
  { kind: 'plan.accepted', plan: 1, by: 'person' },
  { kind: 'acceptance.checked', when: 'baseline', results: [failing] },
  { kind: 'tests.checked', when: 'step', step: 1, result: failing },
  {
    kind: 'step.completed',
    step: 1,
    title: 'See what fails, and why',
    outcome: 'Two tests fail: format() rounds the seconds after it has split off the minutes.',
    tests: [{ command: 'npm test', result: '2 of 10 fail' }],
    checked: [failing],
    risks: ['Hours may have the same defect.'],
    next: 'Mend the rounding in src/format.js.',
    files: [{ path: 'src/format.js', added: 6, removed: 2 }],
    checkpoint: 1,
  },
];
const finding = {
  id: 'f1',
  file: 'src/format.js',
  line: 9,
  severity: 'blocking',
  category: 'hides-cause',
  evidence: 'if (seconds === 60) seconds = 0;',
  sentence: 'It knows the input of the test, and leaves hours and days wrong.',
  by: 'model',
} as const;

describe('the loop in the panel, drawn by a browser', () => {
  let browser: Browser;
  let panel: PanelPage;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(() => panel.page.close());

  async function show(bodies: readonly EventBody[], live: readonly Live[] = [], theme: 'dark' | 'light' = 'dark') {
    panel = await openPanel(browser, theme, 340, 620);
    const script = createScript();
    const events = bodies.map(body => script.event(body));
    const items: Told[] = events.map(told => (told.type === 'event' ? { ...told, said: saidAbout(told.event) } : told));
    const state: PanelState = {
      ...quietState,
      runs: [{ run: 'run-1', title: 'The tests fail', state: 'running' }],
      shown: 'run-1',
    };
    await panel.tell(
      { type: 'state', state },
      { type: 'replay', run: 'run-1', items: [...items, ...live.map(each => script.live(each))] },
    );
    return panel;
  }
  const inView = (page: Page, selector: string): Promise<boolean> =>
    page.evaluate(`(() => {
      const box = document.querySelector('.transcript').getBoundingClientRect();
      const part = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return part.top >= box.top && part.bottom <= box.bottom;
    })()`);

  it('shows a plan from its beginning, leads to the answer below, and does not go back up', async () => {
    const asked: EventBody = { kind: 'plan.asked', question: 'q1', plan: 1 };
    const { page, tell, screenshot } = await show(
      [...proposed, asked],
      [{ type: 'plan', question: 'q1', nonce: 'n1' }],
    );
    await screenshot('plan-dark');
    assert.ok(await inView(page, 'section.plan h3'), 'its title is in view');
    await page.getByRole('button', { name: 'More below' }).click();
    await page.getByRole('button', { name: 'More below' }).waitFor({ state: 'detached' });
    assert.ok(await inView(page, 'section.plan .buttons'), 'its answers are in view');
    await tell({ type: 'problem', sentence: 'Something else.' });
    await screenshot('plan-answers-dark');
    assert.ok(await inView(page, 'section.plan .buttons'), 'they stay there');
    await page.evaluate('document.querySelector(".transcript").scrollTop = 0');
    await page.getByRole('button', { name: 'Question waiting' }).waitFor();
    await screenshot('plan-behind-dark');
  });

  it('shows how far the plan is, what a step came to, and why a rule stopped the run', async () => {
    const { page, screenshot } = await show(working, [], 'light');
    await page.getByText('Step 2 of 3').waitFor();
    await screenshot('plan-step-light');
    await page.close();
    const stopped: EventBody = {
      kind: 'rule.stopped',
      rule: 'sameCall',
      evidence: [3, 4, 5],
      args: { times: 3, tool: 'Bash', call: 'npm test' },
    };
    const later = await show([...working, stopped]);
    await later.page.getByText('Step 2 of 3').click();
    await later.screenshot('plan-stopped-dark');
  });

  it('shows what the reviewer found with a way to waive it', async () => {
    const { page, screenshot } = await show([
      ...working,
      { kind: 'review.started', review: 'v1', round: 1, files: 1, lines: 8, model: 'm' },
      {
        kind: 'review.finished',
        review: 'v1',
        outcome: { type: 'read' },
        findings: [finding, { ...finding, id: 'f2', severity: 'warning', category: 'missing-tests', evidence: '' }],
        unread: [],
        model: 'm',
        calls: 1,
        usage,
        usd: 0.01,
        durationMs: 900,
      },
      { kind: 'finding.waived', finding: 'f2', reason: 'Tests come next.', surface: 'terminal' },
      { kind: 'review.held', review: 'v1', findings: ['f1'] },
    ]);
    await page.getByText('The run waits for you').waitFor();
    await screenshot('findings-dark');
    assert.equal(await page.getByRole('button', { name: 'Waive…' }).count(), 1);
  });
});
