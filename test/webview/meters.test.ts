import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { ruledSentence, ruleSentence } from '../../src/hosts/ruleWords.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { failures } from '../../src/protocol/failure.ts';
import type { HostMessage, PanelState, Told } from '../../src/protocol/panel.ts';
import { foldAll } from '../../webview-ui/src/view/fold.ts';
import { figuresOf, metersOf } from '../../webview-ui/src/view/limits.ts';
import { entries } from '../../webview-ui/src/view/log.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { answered, createScript, digest, edit, exec, execDone, started } from './events.ts';

const running: PanelState = {
  ...quietState,
  runs: [{ run: 'run-1', title: 'The tests fail', state: 'running' }],
  shown: 'run-1',
};
const limits = { turns: 4, usd: 0.05, files: 3, lines: 40 };
const reached: EventBody = { kind: 'limit.reached', limit: 'turns', used: 4, allowed: 4 };

/** A run that has used some of its limits. */
function begun(): { items: Told[]; add: (body: EventBody, ...said: string[]) => void } {
  const { event } = createScript();
  const items = [
    event({ ...started, kind: 'run.started', scripted: false, limits } as EventBody),
    event({ kind: 'turn.started', turn: 1 }),
    event(answered(1, { type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'npm test' } })),
    event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value: exec('npm test'), digest }),
    event(execDone('e1', 1)),
    event({ kind: 'turn.started', turn: 2 }),
    event(answered(2, { type: 'tool_use', id: 'c2', name: 'Edit', input: {} })),
    event({ kind: 'effect.proposed', effect: 'e2', call: 'c2', tool: 'Edit', value: edit, digest }),
    event({
      kind: 'effect.done',
      effect: 'e2',
      outcome: { kind: 'edit', path: edit.path, file: edit.next },
      durationMs: 1,
    }),
    event({ kind: 'turn.started', turn: 3 }),
  ];
  return { items, add: (body, ...said) => items.push(event(body, ...said)) };
}

const replay = (items: Told[]): HostMessage => ({ type: 'replay', run: 'run-1', items });

describe('the meters of a run', () => {
  it('show what is used of each limit, the nearest to its end first', () => {
    const view = foldAll(begun().items);
    assert.deepEqual(metersOf(view.limited, view.totals, 0).map(figuresOf), [
      '3 of 4 turns',
      '$0.025 of $0.050',
      '1 of 3 changed files',
      '6 of 40 changed lines',
    ]);
  });

  it('count no turn whose call a limit kept from being made', () => {
    const { items, add } = begun();
    add({ kind: 'model.failed', turn: 3, failure: failures.limitReached({}), usage: null });
    assert.equal(foldAll(items).totals.turns, 2);
  });

  it('sum up the processor time of commands, and of those in the background once the run has ended', () => {
    const { items, add } = begun();
    assert.equal(foldAll(items).totals.cpuMs, 0);
    const worked = execDone('e1', 0);
    assert.ok(worked.outcome.kind === 'exec');
    add({ ...worked, outcome: { ...worked.outcome, cpuMs: 1_200 } });
    add(worked);
    assert.equal(foldAll(items).totals.cpuMs, 1_200);
    add({ kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [], cpuMs: 300 });
    const end = entries(foldAll(items).items).find(item => item.type === 'end');
    assert.equal(end?.type === 'end' && end.totals.cpuMs, 1_500);
  });

  it('know a limit that was reached until it is raised or the run is over', () => {
    const { items, add } = begun();
    add(reached);
    assert.deepEqual(foldAll(items).limited.reached, { limit: 'turns', allowed: 4 });
    add({ kind: 'limit.raised', limit: 'turns', from: 4, to: 8 });
    const view = foldAll(items);
    assert.deepEqual([view.limited.reached, view.limited.limits.turns], [null, 8]);
  });
});

describe('limits in the panel, drawn by a browser', () => {
  let browser: Browser;
  let panel: PanelPage;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(async () => {
    assert.deepEqual(await panel.violations(), []);
  });

  it('open to all meters, and raise one', async () => {
    panel = await openPanel(browser, 'dark');
    const { page, posted, tell, screenshot } = panel;
    const { items, add } = begun();
    const worked = execDone('e1', 0);
    assert.ok(worked.outcome.kind === 'exec');
    add({ ...worked, outcome: { ...worked.outcome, cpuMs: 1_200 } });
    await tell({ type: 'state', state: running }, replay(items));
    await page.locator('.meters summary').click();
    assert.equal(await page.locator('.meters li').count(), 5);
    assert.equal(await page.locator('.meters li').last().innerText(), '1.2 s of processor time');
    await screenshot('meters-dark');
    await page.getByLabel('New limit: dollars').fill('0.5');
    await page.locator('.meters li', { hasText: '$' }).getByRole('button', { name: 'Raise' }).click();
    assert.deepEqual((await posted()).at(-1), {
      type: 'command',
      run: 'run-1',
      command: { type: 'raiseLimit', limit: 'usd', to: 0.5 },
    });
  });

  it('say that the run waits at one, and take a higher figure alone', async () => {
    panel = await openPanel(browser, 'light');
    const { page, posted, tell, screenshot } = panel;
    const { items, add } = begun();
    add({ kind: 'turn.started', turn: 4 });
    add(reached, 'The limit is reached: 4 of 4 turns.');
    await tell({ type: 'state', state: running }, replay(items));
    const card = page.getByRole('alert', { name: 'A limit is reached' });
    await screenshot('limit-reached-light');
    await card.getByRole('textbox').fill('4');
    assert.equal(await card.getByRole('button', { name: 'Raise and go on' }).isDisabled(), true);
    await card.getByRole('textbox').fill('10');
    await card.getByRole('textbox').press('Enter');
    await card.getByRole('button', { name: 'End the run' }).click();
    assert.deepEqual((await posted()).slice(-2), [
      { type: 'command', run: 'run-1', command: { type: 'raiseLimit', limit: 'turns', to: 10 } },
      { type: 'command', run: 'run-1', command: { type: 'stop' } },
    ]);
  });

  it('say which rule ended the run, and lead to what it rests on', async () => {
    panel = await openPanel(browser, 'dark');
    const { page, tell, screenshot } = panel;
    const { items, add } = begun();
    const args = { times: 3, command: 'npm test' };
    const finding = { rule: 'sameFailure', evidence: [4], args } as const;
    add({ kind: 'rule.stopped', ...finding, evidence: [4] }, ruleSentence(finding));
    const failure = failures.ruleStopped({ rule: 'sameFailure', ...args });
    add({ kind: 'run.ended', status: 'stopped', exitCode: 1, failure, survivors: [] }, ruledSentence(failure.args));
    await tell({ type: 'state', state: { ...running, runs: [] } }, replay(items));
    await page.getByRole('button', { name: 'Bash (4)' }).click();
    assert.equal(await page.evaluate('document.activeElement.closest(".item").id'), 'item-c1');
    await screenshot('stopped-by-rule-dark');
  });
});
