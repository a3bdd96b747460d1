import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RehearsalServer } from '../../src/models/rehearsal/server.ts';
import { makeWorld, type World } from '../scenarios/support.ts';
import { newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const script = `
roles:
  - name: planner
    system: You are the planner
    turns:
      - say: Let me look at the project first.
        calls: [{ tool: Glob, input: { pattern: '*' } }]
      - calls:
          - tool: SubmitPlan
            input:
              fit: auto
              objective: NOTES.md says what the project does, in one line.
              constraints: [Change no code]
              acceptance: [test -s NOTES.md]
              steps:
                - { title: Read what there is, detail: The README and the sources. }
                - { title: Write the notes, detail: One line in NOTES.md., files: [NOTES.md] }
              risks: [The line may be too short to help.]
  - name: executor
    system: ''
    turns:
      - calls:
          - tool: AskUser
            input: { question: 'Whom are the notes for?', options: [New colleagues, Users], reason: missing }
      - capture: { who: 'answers: (.*)' }
        calls: [{ tool: Write, input: { file_path: NOTES.md, content: "For \${capture.who}.\\n" } }]
      - calls:
          - tool: CompleteStep
            input: { step: 1, outcome: 'The notes are for \${capture.who}.', tests: [], risks: [], next: '' }
      - say: NOTES.md is written.
`;

describe('a run with a plan', () => {
  let workbench: Workbench;
  let world: World;
  let server: RehearsalServer;

  before(async () => {
    world = makeWorld({});
    server = await world.rehearse(script);
    workbench = await openWorkbench({
      settings: {
        'gatehouse.baseUrl': server.url,
        'gatehouse.mode': 'auto',
        'gatehouse.planFirst': 'auto',
        'gatehouse.autoAcceptSteps': 1,
        'gatehouse.testCommand': 'true',
      },
    });
    await workbench.openPanel();
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

  it('shows it, and works by it as the person edited and accepted it', async () => {
    const panel = workbench.panel();
    await send(panel, 'Write notes about this project');
    const card = panel.locator('section.plan.question');
    await card.getByText('NOTES.md says what the project does').waitFor();
    await workbench.screenshot('plan-asked');
    await card.getByRole('button', { name: 'Edit…' }).click();
    await card.getByRole('button', { name: 'Remove step 1' }).click();
    await workbench.screenshot('plan-edit');
    await card.getByRole('button', { name: 'Keep' }).click();
    await card.getByRole('button', { name: 'Accept' }).click();
    await panel.getByRole('region', { name: 'Question of the agent' }).waitFor();
    const edited = newest(workbench.home).find(event => event.kind === 'plan.edited');
    assert.deepEqual(edited?.kind === 'plan.edited' && edited.value.steps.map(({ title }) => title), [
      'Write the notes',
    ]);
  });

  it('asks what the agent wants to know, takes the answer, and is accepted by its checks', async () => {
    const panel = workbench.panel();
    await workbench.screenshot('plan-question');
    await panel.getByRole('button', { name: 'New colleagues' }).click();
    await panel.getByRole('region', { name: 'Run: Done' }).waitFor();
    await workbench.screenshot('plan-done');
    assert.ok(existsSync(join(workbench.folder, 'NOTES.md')));
    assert.equal(readFileSync(join(workbench.folder, 'NOTES.md'), 'utf8'), 'For New colleagues.\n');
    const kinds = newest(workbench.home).map(({ kind }) => kind);
    assert.ok(kinds.includes('step.completed') && kinds.includes('person.answered'));
  });
});
