import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/paths.mjs';
import type { EventKind, RunEvent } from '../../src/protocol/event.ts';
import { eventsOf, jsonOf, makeWorld, until, type World } from '../scenarios/support.ts';
import { groupInFull } from '../support/share.ts';
import { allowAll, filesOf, newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const task = 'The tests fail. Find out why, mend it, and run them again.';
const sample = join(root, 'media', 'sample');

/** What happened, in its order. The first state is held beside the first turn, so it may come before or after that. */
function kindsOf(events: readonly RunEvent[]): EventKind[] {
  return events.filter(event => event.kind !== 'snapshot.taken' || event.phase !== 'start').map(event => event.kind);
}

describe("the sample's task in the panel", () => {
  let workbench: Workbench;
  let world: World | undefined;

  before(async () => {
    workbench = await openWorkbench({
      env: { GATEHOUSE_OPEN_PANEL: '1', GATEHOUSE_REHEARSAL: '1' },
      settings: { 'gatehouse.planFirst': 'auto' },
    });
  });

  photographFailures(() => workbench);
  after(async () => {
    await world?.close();
    await workbench?.close();
  });

  it('stands ready to be sent', async () => {
    const panel = workbench.panel();
    await panel.getByRole('textbox').waitFor();
    assert.equal(await panel.getByRole('textbox').inputValue(), task);
    await workbench.screenshot('ready');
  });

  it('is planned first, and the plan waits for the person', async () => {
    const panel = workbench.panel();
    await panel.getByRole('textbox').press('Enter');
    const plan = panel.locator('section.plan.question');
    await plan.getByText('Mend the rounding').waitFor();
    await plan.getByRole('button', { name: 'Accept' }).and(panel.locator(':enabled')).waitFor();
    await workbench.screenshot('plan-of-the-demo');
    await plan.getByRole('button', { name: 'Accept' }).click();
  });

  it('asks before each command, and ends with the file that it changed', async () => {
    const panel = workbench.panel();
    await panel.getByRole('region', { name: 'Run this command?' }).waitFor();
    await workbench.page.locator('.statusbar').getByText('Gatehouse asks').waitFor();
    await workbench.screenshot('question');
    assert.ok((await allowAll(panel)) >= 3);
    assert.match(await panel.locator('section.end').innerText(), /^Done[^]*src\/format\.js/);
    await workbench.screenshot('done');
  });

  it('leaves the same files and the same kinds of events as the command line', async () => {
    world = makeWorld(filesOf(sample), { git: true });
    const server = await world.rehearse(readFileSync(join(root, 'media', 'demo.rehearsal.yaml'), 'utf8'));
    const args = ['run', task, '--mode', 'ask', '--on-ask', 'prompt', '--output', 'json'];
    const finished = await world.cli(args, { server, stdin: 'y\n'.repeat(20) }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.deepEqual(filesOf(workbench.folder), filesOf(world.workspace));
    assert.deepEqual(kindsOf(newest(workbench.home)), kindsOf(eventsOf(jsonOf(finished).journal)));
  });

  it('is explained by its report', async () => {
    await workbench.panel().getByRole('button', { name: 'Open report' }).click();
    const preview = workbench.page.getByRole('tab', { name: /Run report/ });
    await preview.waitFor();
    const body = workbench.page.frameLocator('iframe.webview[src*="markdown"]').frameLocator('iframe#active-frame');
    await body.getByRole('heading', { name: 'What changed' }).waitFor();
    await workbench.screenshot('report');
  });
});

describe('a question that nobody looks at', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('is marked in the status bar, which leads to it, and is there again after the panel was hidden', async () => {
    const panel = await workbench.openPanel();
    await send(panel, task);
    await workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /Explorer/ })
      .click();
    const card = panel.getByRole('region', { name: 'Run this command?' });
    await workbench.notifications().getByText('Gatehouse: Run “npm test”?').waitFor();
    await workbench.page.getByRole('button', { name: 'Review' }).click();
    await card.and(panel.locator(':focus')).waitFor();
    await workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /Explorer/ })
      .click();
    await workbench.page.locator('.statusbar').getByText('Gatehouse asks').waitFor();
    await workbench.page.locator('.statusbar').getByText('Gatehouse asks').click();
    await card.waitFor();
    await until(() => newest(workbench.home).some(event => event.kind === 'question.asked'));
    assert.match(await card.innerText(), /npm test/);
    assert.match(await panel.getByRole('log').innerText(), /I'll run the tests first/);
    await panel.locator('.item-since').first().waitFor();
    await workbench.screenshot('since');
  });

  it('is not answered by the commands that other extensions can call', async () => {
    await workbench.runCommand('Gatehouse: Go to the Open Question to Approve');
    const card = workbench.panel().getByRole('region', { name: 'Run this command?' });
    await card.and(workbench.panel().locator(':focus')).waitFor();
    const last = newest(workbench.home).findLast(event => event.kind !== 'person.away');
    assert.equal(last?.kind, 'question.asked');
  });

  it('passes a reason for the denial on to the model', async () => {
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'Deny and say why…' }).click();
    await panel.getByLabel('Why not; the agent is told this').fill('Not on this machine');
    await panel.getByRole('button', { name: 'Deny with this' }).click();
    await panel.locator('section.end').waitFor();
    assert.match(await panel.getByRole('log').innerText(), /You said no: Not on this machine/);
    const told = newest(workbench.home).find(event => event.kind === 'tool.answered');
    assert.match(told?.kind === 'tool.answered' ? told.text : '', /Not on this machine/);
    await workbench.screenshot('denied');
  });
});

groupInFull("a person's own server", () => {
  let workbench: Workbench;
  let world: World;

  before(async () => {
    world = makeWorld({});
    const server = await world.rehearse(`
turns:
  - say: This takes a while.
    calls: [{ tool: Bash, input: { command: 'echo begun; sleep 300' } }]
  - say: It is over.
`);
    workbench = await openWorkbench({ settings: { 'gatehouse.baseUrl': server.url } });
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await workbench.runCommand('Gatehouse: Set API Key…');
    const box = workbench.page.locator('.quick-input-widget');
    await box.getByText(`API key for ${server.url}`).waitFor();
    await box.locator('input').fill(server.token);
    await box.locator('input').press('Enter');
    await box.waitFor({ state: 'hidden' });
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await world?.close();
  });

  it('is asked with the key that was entered for it, and is called scripted where it is', async () => {
    const panel = workbench.panel();
    await panel.getByLabel('Mode').selectOption('auto');
    await send(panel, 'Take your time');
    await panel.getByLabel('Output so far').getByText('begun').waitFor();
    assert.match(await panel.locator('.banner').innerText(), /a script plays the model; no AI/);
    await workbench.screenshot('running');
  });

  it('sees a run stopped, with its command, by one click', async () => {
    const panel = workbench.panel();
    const since = Date.now();
    await panel.getByRole('button', { name: 'Stop the run' }).click();
    await panel.getByRole('region', { name: 'Run: Stopped' }).waitFor();
    assert.ok(Date.now() - since < 5000, `took ${Date.now() - since} ms`);
    const events = newest(workbench.home);
    const end = events.at(-1);
    assert.deepEqual(end?.kind === 'run.ended' && [end.status, end.survivors], ['stopped', []]);
    assert.equal(events.filter(event => event.kind === 'turn.started').length, 1, 'no turn begins after the stop');
    await workbench.screenshot('stopped');
  });
});
