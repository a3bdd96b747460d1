import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventOf, RunEvent } from '../../src/protocol/event.ts';
import { until } from '../scenarios/support.ts';
import { groupInFull } from '../support/share.ts';
import { allowAll, filesOf, newest, send } from './runs.ts';
import { openWorkbench, photographFailures, type Workbench } from './workbench.ts';

const task = 'The tests fail. Find out why, mend it, and run them again.';

function isolationOf(events: readonly RunEvent[]): NonNullable<EventOf<'run.started'>['isolation']> {
  const isolation = events.find(event => event.kind === 'run.started')?.isolation;
  assert.ok(isolation, 'the run works in no worktree');
  return isolation;
}

groupInFull('a run in a worktree of its own, clicked', () => {
  let workbench: Workbench;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: workbench.folder,
      encoding: 'utf8',
    });
  const plan = () => workbench.page.locator('.quick-input-widget');
  async function runIsolated(): Promise<void> {
    const panel = await workbench.openPanel();
    await panel.getByLabel('Where the run works').selectOption('worktree');
    await panel.locator('select[aria-label="Where the run works"][title*="branch of its own"]').waitFor();
    await send(panel, task);
    await panel.locator('section.end').waitFor({ state: 'detached' });
    await allowAll(panel);
  }

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('leaves the folder as it is, and says what its branch is', async () => {
    const original = filesOf(workbench.folder);
    await runIsolated();
    assert.deepEqual(filesOf(workbench.folder), original);
    const { branch } = isolationOf(newest(workbench.home));
    await workbench.panel().getByRole('log').getByText(`1 changed file committed to ${branch}`).waitFor();
    await workbench.panel().getByRole('button', { name: 'Merge…' }).waitFor();
    await workbench.screenshot('isolated');
  });

  it('is merged once the person has seen what that brings', async () => {
    const { worktree, branch } = isolationOf(newest(workbench.home));
    await workbench.panel().getByRole('button', { name: 'Merge…' }).click();
    const merge = plan().getByRole('option', { name: /Merge 1 file from/ });
    await merge.waitFor();
    await plan()
      .getByRole('option', { name: /Look at all changes/ })
      .click();
    await workbench.page.getByRole('tab', { name: /all that the run changed/ }).waitFor();
    await workbench.page.locator('.multiDiffEntry').getByText('format.js').first().waitFor();
    await workbench.screenshot('merge');
    await merge.click();
    await workbench.panel().getByText(`${branch} was merged into main`).waitFor();
    await workbench.panel().getByRole('button', { name: 'Merge…' }).waitFor({ state: 'detached' });
    await workbench.screenshot('merged');
    assert.equal(existsSync(worktree), false);
    assert.match(git('show', 'HEAD:src/format.js'), /Rounded before it is split/);
    assert.match(filesOf(workbench.folder)['src/format.js'] ?? '', /Rounded before it is split/);
    await workbench.runCommand('View: Close All Editors');
  });

  it('keeps the choice for the workspace', async () => {
    await workbench.reload();
    const panel = await workbench.openPanel();
    await panel.getByRole('textbox').waitFor();
    assert.equal(await panel.getByLabel('Where the run works').inputValue(), 'worktree');
  });
});

groupInFull('a worktree that conflicts with what was committed meanwhile', () => {
  let workbench: Workbench;
  const plan = () => workbench.page.locator('.quick-input-widget');

  before(async () => {
    workbench = await openWorkbench({ env: { GATEHOUSE_REHEARSAL: '1' } });
    const panel = await workbench.openPanel();
    await panel.getByLabel('Where the run works').selectOption('worktree');
    await panel.locator('select[aria-label="Where the run works"][title*="branch of its own"]').waitFor();
    await send(panel, task);
    await allowAll(panel);
    const path = join(workbench.folder, 'src', 'format.js');
    writeFileSync(
      path,
      (filesOf(workbench.folder)['src/format.js'] ?? '').replace(/const days = .*/, 'const days = 7;'),
    );
    const name = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid'];
    execFileSync('git', [...name, 'commit', '-qam', 'Mine'], { cwd: workbench.folder });
  });

  photographFailures(() => workbench);
  after(() => workbench?.close());

  it('names the conflicts and offers no merge', async () => {
    await workbench.panel().getByRole('button', { name: 'Merge…' }).click();
    await plan()
      .getByRole('option', { name: /both sides changed the same places/ })
      .waitFor();
    await plan()
      .getByRole('option', { name: /src\/format\.js, Conflicts/ })
      .waitFor();
    assert.equal(
      await plan()
        .getByRole('option', { name: /Merge 1 file/ })
        .count(),
      0,
    );
    await workbench.screenshot('merge-conflict');
  });

  it('is discarded, branch and all, where the person chooses so', async () => {
    const { worktree, branch } = isolationOf(newest(workbench.home));
    await plan()
      .getByRole('option', { name: /Discard it/ })
      .click();
    await until(() => newest(workbench.home).at(-1)?.kind === 'isolation.ended');
    await until(() => !existsSync(worktree));
    const branches = (): string =>
      execFileSync('git', ['branch', '--list', branch], { cwd: workbench.folder, encoding: 'utf8' });
    await until(() => branches() === '');
    await workbench.panel().getByText(`The worktree and the branch ${branch} are gone.`).waitFor();
  });
});
