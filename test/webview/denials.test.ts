import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { EventBody } from '../../src/protocol/event.ts';
import type { PanelState, Told } from '../../src/protocol/panel.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { createScript, digest, exec, harmless, started } from './events.ts';

const running: PanelState = {
  ...quietState,
  runs: [{ run: 'run-1', title: 'The tests fail', state: 'waiting' }],
  shown: 'run-1',
};
const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
const commands = ['frobnicate --all one', 'frobnicate --all two', 'rm -rf ~'];

/** A run that pauses after three refusals, of which the last stays refused. */
function paused(): Told[] {
  const { event, live } = createScript();
  const refused = commands.flatMap((command, at): Told[] => {
    const [effect, call] = [`e${at}`, `c${at}`];
    const bodies: EventBody[] = [
      { kind: 'effect.proposed', effect, call, tool: 'Bash', value: exec(command), digest },
      { kind: 'effect.assessed', effect, assessment: { ...harmless, tier: at === 2 ? 'critical' : 'medium' }, terms },
    ];
    const decision = { verdict: 'deny' as const, by: { type: 'static' as const }, reasons: [] };
    return [
      ...bodies.map(body => event(body)),
      event({ kind: 'effect.decided', effect, decision }, 'The reviewing model refused it: nobody asked for it.'),
    ];
  });
  return [
    event(started),
    ...refused,
    event({ kind: 'denials.asked', question: 'd1', why: 'row', effects: ['e0', 'e1', 'e2'], askable: ['e0', 'e1'] }),
    live({ type: 'denials', question: 'd1', nonce: 'nonce-d' }),
  ];
}

describe('refusals in the panel', () => {
  let browser: Browser;
  let panel: PanelPage;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    panel = await openPanel(browser, 'dark');
    await panel.tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: paused() });
  });

  const answer = async (): Promise<unknown> => {
    const last = (await panel.posted()).at(-1);
    return last?.type === 'command' && last.command.type === 'answerDenials' ? last.command : last;
  };
  const card = () => panel.page.getByRole('region', { name: 'Several actions in a row were refused' });

  it('are one list when the run pauses, each with what and why, and are announced', async () => {
    await card().locator('button.primary:enabled').waitFor();
    const text = await card().innerText();
    for (const command of commands) assert.ok(text.includes(command), text);
    assert.match(text, /nobody asked for it/);
    assert.match(text, /It stays refused/);
    assert.match(await panel.page.getByRole('status').innerText(), /Several actions were refused/);
    assert.equal(
      await card()
        .getByRole('checkbox', { name: /rm -rf/ })
        .isDisabled(),
      true,
    );
    await panel.screenshot('denials-dark');
    await panel.tell({ type: 'showQuestion', question: 'd1' });
    await panel.page.locator('[data-question=d1]:focus').waitFor();
  });

  it('are answered one by one, with a sentence for the rest that is kept', async () => {
    await card().getByRole('checkbox', { name: /two/ }).check();
    await card().getByLabel('What the agent is told about the rest').fill('Never frob in here');
    await card().getByLabel('Keep this no for all my runs').check();
    await card().getByRole('button', { name: 'Allow 1 once' }).click();
    assert.deepEqual(await answer(), {
      type: 'answerDenials',
      question: 'd1',
      nonce: 'nonce-d',
      answer: { allow: ['e1'], why: 'Never frob in here', keep: true },
    });
  });

  it('are answered all at once, or none', async () => {
    for (const [name, allow] of [
      ['Allow all once', ['e0', 'e1']],
      ['Allow none', []],
    ] as const) {
      await card().getByRole('button', { name }).click();
      assert.deepEqual(await answer(), {
        type: 'answerDenials',
        question: 'd1',
        nonce: 'nonce-d',
        answer: { allow: [...allow] },
      });
    }
  });

  it('close once they were answered, and stay listed for a second look', async () => {
    const { event, live } = createScript();
    const told = [
      event({ kind: 'denials.answered', question: 'd1', answer: { allow: [] } }),
      live({ type: 'questionClosed', question: 'd1' }),
    ];
    const items = commands.map((command, at) => ({
      effect: `e${at}`,
      value: exec(command),
      reasons: ['The reviewing model refused it: nobody asked for it.'],
      askable: at < 2,
    }));
    await panel.tell({ type: 'told', run: 'run-1', items: told }, { type: 'denied', run: 'run-1', items });
    await card().waitFor({ state: 'detached' });
    await panel.page.getByText('Recently denied (3)').click();
    assert.equal(await panel.page.getByRole('button', { name: /Allow and retry/ }).count(), 2);
    await panel.screenshot('denied-dark');
    await panel.page.getByRole('button', { name: 'Allow and retry Run frobnicate --all one' }).click();
    assert.deepEqual((await panel.posted()).at(-1), {
      type: 'command',
      run: 'run-1',
      command: { type: 'allowDenied', effect: 'e0' },
    });
    await panel.tell({ type: 'denied', run: 'another', items: [] });
    assert.equal(await panel.page.getByText('Recently denied (3)').count(), 1);
  });
});
