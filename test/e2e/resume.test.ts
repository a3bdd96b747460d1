import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RehearsalServer } from '../../src/models/rehearsal/server.ts';
import { makeWorld, until, type World } from '../scenarios/support.ts';
import { groupInFull, inFull } from '../support/share.ts';
import { allowAll, newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

/** A page in the browser forgets its secrets when it is loaded anew. */
async function enterKey(workbench: Workbench, server: RehearsalServer): Promise<void> {
  await workbench.runCommand('Gatehouse: Set API Key…');
  const box = workbench.page.locator('.quick-input-widget');
  await box.getByText(`API key for ${server.url}`).waitFor();
  await box.locator('input').fill(server.token);
  await box.locator('input').press('Enter');
  await box.waitFor({ state: 'hidden' });
}

const Owner = z.object({ pid: z.number().int().positive() });

describe('a window that is reloaded in the middle of a run', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
    const panel = await workbench.openPanel();
    await send(panel, 'The tests fail. Find out why, mend it, and run them again.');
    await panel.getByRole('region', { name: 'Run this command?' }).waitFor();
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('offers to go on with it, and shows it as it was', async () => {
    await workbench.reload();
    const panel = await workbench.openPanel();
    const offer = panel.getByRole('region', { name: 'A run that can go on' });
    await offer.getByText('The tests fail.').waitFor();
    await workbench.screenshot('resume-offer');
    await offer.getByRole('button', { name: 'Look at it' }).click();
    await panel.getByText("I'll run the tests first").waitFor();
    await panel.getByRole('group', { name: 'This run' }).getByRole('button', { name: 'Go on' }).waitFor();
    await workbench.screenshot('resume-look');
  });

  inFull('asks the open question again, and ends as if nothing had been', async () => {
    const panel = workbench.panel();
    await panel.getByRole('group', { name: 'This run' }).getByRole('button', { name: 'Go on' }).click();
    await panel.getByRole('region', { name: 'Run this command?' }).waitFor();
    await workbench.screenshot('resume-asked');
    await allowAll(panel);
    const events = newest(workbench.home);
    assert.equal(events.filter(({ kind }) => kind === 'run.resumed').length, 1);
    const end = events.at(-1);
    assert.equal(end?.kind === 'run.ended' && end.status, 'done');
    assert.match(await panel.getByRole('log').innerText(), /All tests pass/);
    await workbench.screenshot('resume-done');
  });

  inFull('has the run among the earlier ones of the next window, to be read', async () => {
    await workbench.reload();
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    assert.equal(await panel.getByRole('region', { name: 'A run that can go on' }).count(), 0);
    const option = panel
      .getByRole('combobox', { name: 'Run', exact: true })
      .locator('option', { hasText: 'The tests fail' });
    await panel
      .getByRole('combobox', { name: 'Run', exact: true })
      .selectOption((await option.getAttribute('value')) ?? '');
    await panel.getByRole('region', { name: 'Run: Done' }).waitFor();
    await workbench.screenshot('past-run');
  });
});

groupInFull('a command that a crash cut off', () => {
  let workbench: Workbench;
  let world: World;
  let server: RehearsalServer;
  const begun = (): string => join(workbench.folder, 'begun.txt');
  /** Kills the extension host, which holds the lock of the run that goes on in it. */
  function crash(): void {
    const run = readdirSync(join(workbench.home, 'runs')).at(-1) ?? '';
    const lock = readFileSync(join(workbench.home, 'runs', run, 'lock'), 'utf8');
    process.kill(Owner.parse(JSON.parse(lock)).pid, 'SIGKILL');
  }

  before(async () => {
    world = makeWorld({});
    server = await world.rehearse(`
turns:
  - say: This takes a while.
    calls: [{ tool: Bash, input: { command: 'echo one >> begun.txt; sleep 300' } }]
  - say: It is over.
`);
    workbench = await openWorkbench({ settings: { 'gatehouse.baseUrl': server.url, 'gatehouse.mode': 'auto' } });
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await enterKey(workbench, server);
    await send(panel, 'Take your time');
    await until(() => existsSync(begun()));
    crash();
    await workbench.reload();
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await world?.close();
  });

  it('is shown with what really changed, and is left alone where the person says so', async () => {
    const panel = await workbench.openPanel();
    const offer = panel.getByRole('region', { name: 'A run that can go on' });
    await offer.getByText('A run was cut off').waitFor();
    await enterKey(workbench, server);
    await offer.getByRole('button', { name: 'Go on' }).click();
    const card = panel.getByRole('region', { name: 'The run was cut off in the middle of this' });
    await card.getByText('begun.txt', { exact: true }).waitFor();
    await workbench.screenshot('doubt');
    await card.getByRole('button', { name: 'Leave it' }).click();
    await panel.getByRole('region', { name: 'Run: Done' }).waitFor();
    assert.equal(readFileSync(begun(), 'utf8'), 'one\n');
    const doubted = newest(workbench.home).find(event => event.kind === 'effect.doubted');
    assert.deepEqual(doubted?.kind === 'effect.doubted' && [doubted.verdict, doubted.by], ['skip', 'person']);
  });
});

describe('a run that a rule stopped', () => {
  let workbench: Workbench;
  let world: World;
  let server: RehearsalServer;

  before(async () => {
    world = makeWorld({});
    server = await world.rehearse(`
turns:
  - { calls: [{ tool: Glob, input: { pattern: '*.a' } }] }
  - { calls: [{ tool: Glob, input: { pattern: '*.a' } }] }
  - { say: I leave it. }
`);
    workbench = await openWorkbench({
      settings: { 'gatehouse.baseUrl': server.url, 'gatehouse.stopRules': { sameCall: 2 } },
    });
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    await enterKey(workbench, server);
    await send(panel, 'Look for it');
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await world?.close();
  });

  it('says which, and goes on with what the person says to it', async () => {
    const panel = workbench.panel();
    await panel.getByRole('region', { name: 'Run: Stopped' }).waitFor();
    await workbench.screenshot('stopped-by-rule');
    await panel.getByRole('group', { name: 'This run' }).getByRole('button', { name: 'Go on' }).click();
    const box = workbench.page.locator('.quick-input-widget');
    await box.getByText('The same Glob call was made 2 times').waitFor();
    await workbench.screenshot('stopped-by-rule-go-on');
    await box.locator('input').fill('Leave it.');
    await box.locator('input').press('Enter');
    await panel.getByRole('region', { name: 'Run: Done' }).waitFor();
    const said = newest(workbench.home).find(event => event.kind === 'person.said');
    assert.equal(said?.kind === 'person.said' && said.text, 'Leave it.');
  });
});
