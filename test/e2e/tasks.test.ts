import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newest } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const tasksYaml = `version: 1
tasks:
  tidy:
    title: Tidy the notes
    about: Brings notes into the form that we like.
    prompt: Tidy notes/, beginning with {which}.
    paths: [notes/**]
`;

describe('task classes in the editor', () => {
  let workbench: Workbench;
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'gatehouse-tasks-'));
    await mkdir(join(project, '.gatehouse'));
    await writeFile(join(project, '.gatehouse', 'tasks.yaml'), tasksYaml);
    workbench = await openWorkbench({
      workspace: project,
      env: { GATEHOUSE_OPEN_PANEL: '1', GATEHOUSE_REHEARSAL: '1' },
    });
  });

  photographFailures(() => workbench);
  after(async () => {
    await workbench?.close();
    await rm(project, { recursive: true, force: true });
  });

  it('are offered by the panel with whose they are, and ask for what they need to know', async () => {
    const panel = await workbench.openPanel();
    const button = panel.getByRole('button', { name: 'Tidy the notes, a task of this repository' });
    await button.waitFor();
    await panel.getByRole('textbox').fill('');
    await workbench.screenshot('tasks');
    await button.click();
    const box = workbench.page.locator('.quick-input-widget');
    await box.getByText('What is to stand for {which}').waitFor();
    await box.locator('input').fill('a.md');
    await box.locator('input').press('Enter');
    const stop = panel.getByRole('button', { name: 'Stop the run' });
    await stop.waitFor();
    const event = newest(workbench.home).find(({ kind }) => kind === 'run.started');
    assert.ok(event?.kind === 'run.started');
    assert.deepEqual([event.task, event.allowedPaths], [{ name: 'tidy', from: 'workspace' }, ['notes/**']]);
    await stop.click();
    await panel.locator('section.end').waitFor();
  });

  it('are listed by the palette in groups', async () => {
    await workbench.runCommand('Gatehouse: Run a Task…');
    const list = workbench.page.locator('.quick-input-widget');
    await list.getByRole('option', { name: /Fix failing tests/ }).waitFor();
    assert.match(await list.innerText(), /Tidy the notes[^]*Of this repository[^]*Fix failing tests[^]*Built in/);
    await workbench.screenshot('tasks-palette');
    await workbench.page.keyboard.press('Escape');
  });
});
