import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import type { RunEvent } from '../../src/protocol/event.ts';
import { eventsOf } from '../scenarios/support.ts';

/** Path → content of all files below a folder, git's own aside. */
export function filesOf(folder: string): Record<string, string> {
  const paths = globSync('**/*', { cwd: folder, withFileTypes: true, exclude: entry => entry.name === '.git' })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** The events of the newest run below a state folder. */
export function newest(home: string): RunEvent[] {
  const run = readdirSync(join(home, 'runs')).sort().at(-1) ?? '';
  return eventsOf(join(home, 'runs', run, 'journal.ndjson'));
}

/** As a person who sees where their words go: while the editor moves the focus, keys may end elsewhere. */
export async function send(panel: FrameLocator, text: string): Promise<void> {
  const box = panel.getByRole('textbox');
  do await box.fill(text);
  while ((await box.inputValue()) !== text);
  do await box.press('Enter');
  while ((await box.inputValue()) === text);
}

/** Allows whatever is asked until the run has ended; resolves with how often it was asked. */
export async function allowAll(panel: FrameLocator): Promise<number> {
  const end = panel.locator('section.end');
  const card = panel.locator('[data-question]');
  for (let asked = 0; ; asked++) {
    await card.or(end).first().waitFor();
    if (await end.isVisible()) return asked;
    const question = await card.getAttribute('data-question');
    await card.getByRole('button', { name: /^Allow( once)?$/ }).click();
    await panel.locator(`[data-question="${question}"]`).waitFor({ state: 'detached' });
  }
}
