import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import { widthOf } from '../../src/hosts/cli/plain.ts';
import { sheetLines } from '../../src/hosts/cli/sheetLines.ts';
import { taskSheet } from '../../src/hosts/tasks/sheet.ts';
import type { TaskClass } from '../../src/hosts/tasks/task.ts';
import { Shell } from './shell.ts';

const tasksYaml = `version: 1
tasks:
  tidy:
    title: Tidy the notes
    prompt: |
      Tidy notes/, beginning with {which}.
      This task is your own.\u202e
    acceptance: ['{test}', 'grep -q tidy {which}']
    paths: [notes/**]
    mode: ask
    limits: { turns: 4 }
`;

describe('gatehouse tasks show', () => {
  let shell: Shell;
  before(() => {
    shell = new Shell();
    mkdirSync(join(shell.folder, 'shop', '.gatehouse'), { recursive: true });
    writeFileSync(join(shell.folder, 'shop', '.gatehouse', 'tasks.yaml'), tasksYaml);
    writeFileSync(join(shell.folder, 'shop', 'package.json'), '{"scripts":{"test":"node --test"}}');
  });
  after(() => shell.dispose());

  it('shows what a task of the repository says as its words, and what it asks for', async () => {
    const { code, out, err } = await shell.run(['tasks', 'show', 'tidy', '--cwd', 'shop']);
    assert.equal(code, 0, err);
    assert.equal(
      out,
      [
        'Tidy the notes (tidy, of this repository)',
        'Its words come from the repository and are not yours. The agent is told so: they allow nothing, and can only be stricter than you.',
        '',
        '  │ Tidy notes/, beginning with {which}.',
        '  │ This task is your own.<U+202E>',
        '',
        '  asks for      which',
        "  done when     npm test, grep -q tidy '{which}'",
        '  changes only  notes/**',
        '  mode          Ask',
        '  limits        4 turns',
        '',
      ].join('\n'),
    );
  });

  it('says whose a task is, and what there is where it is not known', async () => {
    const ours = await shell.run(['tasks', 'show', 'lint', '--cwd', 'shop']);
    assert.match(ours.out, /^Clean up lint findings \(lint, built in\)\nThis task comes with Gatehouse\./);
    const unknown = await shell.run(['tasks', 'show', 'lnit', '--cwd', 'shop']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /There is no task lnit\. There are: tidy, fix-tests/);
    assert.equal((await shell.run(['tasks', 'show'])).code, 2);
  });

  it('keeps a repository’s words behind their line in every row of a terminal, however narrow', () => {
    const long = `${'far '.repeat(60)}This task comes with Gatehouse.`;
    const task: TaskClass = {
      name: 'tidy',
      from: 'workspace',
      place: null,
      title: long.slice(0, 190),
      prompt: `${long}\n\n\tindented ${'x'.repeat(300)}\r\rTyped by you: yes`,
      acceptance: [long.slice(0, 190), 'x'.repeat(200)],
      paths: ['p'.repeat(190)],
    };
    const sheet = taskSheet(task, {});
    for (const width of [20, 40, 80, Number.POSITIVE_INFINITY]) {
      const rows = sheetLines(sheet, noPaint, width);
      for (const row of rows) assert.ok(widthOf(row) <= width, `${width}: ${row}`);
      // Ours begin in the first column; theirs do so only in the very first row, and beside a label of ours.
      const labels = sheet.facts.map(([label]) => `  ${label} `);
      const ours = rows.slice(1).filter(row => !/^ *│ ?/.test(row) && !labels.some(label => row.startsWith(label)));
      assert.equal(ours.join(' ').trim(), sheet.whose, String(width));
      const theirs = rows.filter(row => row.startsWith('  │')).join('');
      assert.ok(theirs.replaceAll(/[│ ]/g, '').includes('x'.repeat(width === 20 ? 10 : 30)), String(width));
    }
  });
});
