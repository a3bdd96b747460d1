import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { acceptanceSentences, checkSentence, fitSentence } from '../../src/hosts/workWords.ts';
import type { PanelState, Told } from '../../src/protocol/panel.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { createScript, digest, started } from './events.ts';

const running: PanelState = {
  ...quietState,
  runs: [{ run: 'run-1', title: 'The tests fail', state: 'running' }],
  shown: 'run-1',
  endpoint: { type: 'rehearsal' },
};

const plan: Plan = {
  fit: 'auto',
  objective: 'wrap() keeps words whole, and the test for it passes.',
  constraints: ['No new dependency'],
  acceptance: ['npm test'],
  steps: [
    {
      title: 'Show the defect in a test',
      detail: 'A word longer than the width is cut.',
      files: ['test/wrap.test.js'],
    },
    { title: 'Keep words whole', detail: 'src/wrap.js cuts at the width.', files: ['src/wrap.js'] },
  ],
  risks: ['Callers may rely on the cut.'],
};
const baseline = { command: 'npm test', exitCode: 1, passed: false };

/** A run whose plan waits for the person. */
function proposed(): { items: Told[]; script: ReturnType<typeof createScript> } {
  const script = createScript();
  const { event, live } = script;
  const items = [
    event(started),
    event({ kind: 'agent.begun', agent: 'planner', systemDigest: digest }),
    event(
      { kind: 'plan.submitted', plan: 1, call: 'c1', value: plan },
      fitSentence(plan.fit, undefined),
      ...acceptanceSentences(plan.acceptance, null),
    ),
    event(
      { kind: 'acceptance.checked', when: 'baseline', results: [baseline] },
      `Before any change, ${checkSentence(baseline)}.`,
    ),
    event({ kind: 'plan.asked', question: 'q1', plan: 1 }),
    live({ type: 'plan', question: 'q1', nonce: 'n1' }),
  ];
  return { items, script };
}

describe('plans in the panel, drawn by a browser', () => {
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(async () => {
    const refused = await panel.violations();
    assert.deepEqual(refused, [], 'the content security policy had to refuse something');
  });

  const answer = async (): Promise<unknown> => {
    const last = (await panel.posted()).at(-1);
    return last?.type === 'command' ? last.command : last;
  };

  it('are accepted as the person edited them, with the nonce of their question', async () => {
    panel = await openPanel(browser, 'dark');
    const { page, tell, screenshot } = panel;
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: proposed().items });
    await screenshot('plan-dark');
    await page.getByRole('button', { name: 'Edit…' }).click();
    await page.getByLabel('Title of step 2').fill('Keep words whole, also Chinese ones');
    await screenshot('plan-form-dark');
    await page.getByRole('button', { name: 'Remove step 1' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Accept' }).click();
    const steps = [{ ...plan.steps[1], title: 'Keep words whole, also Chinese ones' }];
    assert.deepEqual(await answer(), {
      type: 'answerPlan',
      question: 'q1',
      nonce: 'n1',
      answer: { verdict: 'accept', plan: { ...plan, steps } },
    });
  });

  it('take comments to a step and to the whole, and are not accepted while one stands there', async () => {
    panel = await openPanel(browser, 'light', 320);
    const { page, tell, screenshot } = panel;
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: proposed().items });
    const change = page.getByRole('button', { name: 'Ask for changes' });
    await page.getByRole('button', { name: 'Accept' }).click({ trial: true });
    assert.equal(await change.isDisabled(), true);
    await page.getByRole('button', { name: 'Comment on step 1' }).click();
    await page.getByRole('textbox', { name: 'Comment on step 1' }).fill('Use the old test.');
    await page.getByRole('button', { name: 'Comment on the whole plan' }).click();
    await page.getByRole('textbox', { name: 'Comment on the whole plan' }).fill('Smaller.');
    assert.equal(await page.getByRole('button', { name: 'Accept' }).isDisabled(), true);
    await screenshot('plan-comment-light');
    await change.click();
    assert.deepEqual(await answer(), {
      type: 'answerPlan',
      question: 'q1',
      nonce: 'n1',
      answer: {
        verdict: 'change',
        comments: [
          { step: 1, text: 'Use the old test.' },
          { step: null, text: 'Smaller.' },
        ],
      },
    });
  });

  it('show their steps as they are done, and what the agent asks is answered by a click', async () => {
    panel = await openPanel(browser, 'dark');
    const { page, tell, screenshot } = panel;
    const { items, script } = proposed();
    const { event, live } = script;
    const passed = { command: 'npm test', exitCode: 0, passed: true };
    items.push(
      event({ kind: 'plan.accepted', plan: 1, by: 'person' }, 'You accepted the plan.'),
      live({ type: 'questionClosed', question: 'q1' }),
      event({ kind: 'agent.begun', agent: 'executor', systemDigest: digest }),
      event({
        kind: 'step.completed',
        step: 1,
        title: 'Show the defect in a test',
        outcome: 'A test fails that says how words are to be kept.',
        tests: [],
        checked: [passed],
        risks: ['The new test fails until step 2.'],
        next: 'Keep words whole',
        files: [{ path: 'test/wrap.test.js', added: 7, removed: 0 }],
        checkpoint: 1,
      }),
      event(
        {
          kind: 'person.asked',
          question: 'q2',
          call: 'c2',
          text: 'What is to become of a word that is longer than the line?',
          options: ['It stands alone', 'It is cut'],
          reason: 'ambiguous',
        },
        'What you asked for can be read in more than one way.',
      ),
      live({ type: 'asked', question: 'q2', nonce: 'n2' }),
    );
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items });
    const progress = page.locator('details.progress');
    assert.match((await progress.textContent()) ?? '', /Step 2 of 2: Keep words whole/);
    await progress.locator('summary').click();
    await screenshot('plan-progress-dark');
    await page.getByRole('button', { name: 'It stands alone' }).click();
    assert.deepEqual(await answer(), { type: 'answerAsked', question: 'q2', nonce: 'n2', text: 'It stands alone' });
    await tell({
      type: 'told',
      run: 'run-1',
      items: [event({ kind: 'person.answered', question: 'q2', text: 'It stands alone' })],
    });
    assert.equal(await page.locator('.asked .answer').textContent(), 'It stands alone');
  });
});
