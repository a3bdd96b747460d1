import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { composeRun } from '../../src/hosts/compose.ts';
import { openHome } from '../../src/journal/home.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { RestoreEffect } from '../../src/protocol/effect.ts';
import type { RunEvent } from '../../src/protocol/event.ts';

const lines = '1\n2\n3\n4\n5\n6\n7\n8\n9\n';
/** Put together, so that no scanner finds it here. */
const secret = ['ghp', 'R8sKd02LmQpZ7vXy4TnB6wCe1GhJ3aUf9oYi'].join('_');

const read = (path: string): object => ({ tool: 'Read', input: { file_path: path } });
const edit = (path: string, from: string, to: string): object => ({
  tool: 'Edit',
  input: { file_path: path, old_string: from, new_string: to },
});
const restore = (checkpoint: number, paths?: string[]): object => ({
  tool: 'Restore',
  input: { checkpoint, why: 'It failed.', ...(paths === undefined ? {} : { paths }) },
});

describe('what the agent restores', () => {
  let base: string;
  let workspace: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-restores-')));
    workspace = join(base, 'workspace');
    mkdirSync(workspace);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const path = (name: string): string => join(workspace, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');

  function put(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    }
  }

  async function play(
    turns: object[][],
    asked: (question: Question) => void = () => undefined,
    mode: Mode = 'ask',
  ): Promise<RunEvent[]> {
    const script = { turns: [...turns.map(calls => ({ calls })), { say: 'Done.' }] };
    const server = await serveRehearsal({ script: parseScript(JSON.stringify(script), 'play') });
    try {
      const env = { PATH: process.env['PATH'] ?? '' };
      const run = await composeRun({
        prompt: 'go',
        workspace,
        mode,
        home: await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace }),
        approver: {
          async ask(question) {
            asked(question);
            return { answer: { verdict: 'allow' }, surface: 'test' };
          },
        },
        editor: null,
        endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url },
        env,
        version: '0.0.0',
      });
      assert.equal((await run.result).status, 'done');
      return [...run.events()];
    } finally {
      await server.close();
    }
  }

  const answers = (events: readonly RunEvent[]): string[] =>
    events.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []));

  function restores(events: readonly RunEvent[]): RestoreEffect[] {
    return events.flatMap(event =>
      event.kind === 'effect.proposed' && event.value.kind === 'restore' ? [event.value] : [],
    );
  }

  const assessed = (events: readonly RunEvent[]): [string, string[]] => {
    const proposed = events.findLast(event => event.kind === 'effect.proposed' && event.value.kind === 'restore');
    const found = events.findLast(
      event =>
        event.kind === 'effect.assessed' && proposed?.kind === 'effect.proposed' && event.effect === proposed.effect,
    );
    assert.ok(found?.kind === 'effect.assessed');
    return [found.assessment.tier, found.assessment.findings.map(({ code }) => code)];
  };

  it('keeps what the person changed elsewhere in a file, leaves what they changed in the same place, and says so first', async () => {
    put({ 'a.txt': lines, 'b.txt': 'b\n', 'c.txt': 'c\n' });
    const shown: RestoreEffect[] = [];
    const events = await play(
      [
        [read('a.txt'), read('b.txt'), read('c.txt')],
        [edit('a.txt', '1\n', 'one\n')],
        [edit('b.txt', 'b', 'agent')],
        [edit('c.txt', 'c', 'agent')],
        [restore(0)],
      ],
      ({ value }) => {
        if (value.kind === 'restore') shown.push(value);
        if (value.kind !== 'edit' || !value.path.endsWith('c.txt')) return;
        writeFileSync(path('a.txt'), text('a.txt').replace('9', 'nine, by the person'));
        writeFileSync(path('b.txt'), 'person\n');
      },
    );
    assert.deepEqual(
      [text('a.txt'), text('b.txt'), text('c.txt')],
      [lines.replace('9', 'nine, by the person'), 'person\n', 'c\n'],
    );
    const [value] = restores(events);
    assert.deepEqual(shown, [value]);
    assert.deepEqual(
      value?.files.map(file => [file.path, file.change, file.merged]),
      [
        [path('a.txt'), 'changed', true],
        [path('c.txt'), 'changed', false],
      ],
    );
    assert.deepEqual(value?.conflicts, [path('b.txt')]);
    assert.deepEqual(assessed(events), ['medium', ['restore.merges', 'restore.leaves']]);
    assert.equal(
      answers(events).at(-1),
      'Restored 2 files to the start of the run. Left as they are, since somebody else changed them in the same place: b.txt.\n[checkpoint 4]',
    );
  });

  it('does nothing where the files are not what was shown any more', async () => {
    put({ 'a.txt': lines });
    const events = await play([[read('a.txt')], [edit('a.txt', '1\n', 'one\n')], [restore(0)]], ({ value }) => {
      if (value.kind === 'restore') writeFileSync(path('a.txt'), text('a.txt').replace('9', 'nine'));
    });
    assert.equal(text('a.txt'), lines.replace('1', 'one').replace('9', 'nine'));
    assert.match(answers(events).at(-1) ?? '', /it is not the one that was allowed.*call Restore again/);
    assert.equal(
      events.some(event => event.kind === 'restore.intended'),
      false,
    );
  });

  it('is low and asks nobody in Auto, unless a path is one whose edits are asked about', async () => {
    put({ 'a.txt': lines, '.vscode/settings.json': '{}\n' });
    const asked: string[] = [];
    const ask = ({ value }: Question): void => void asked.push(value.kind);
    const turns = [[read('a.txt')], [edit('a.txt', '1\n', 'one\n')], [restore(0)]];
    const plain = await play(turns, ask, 'auto');
    assert.deepEqual(assessed(plain), ['low', []]);
    assert.deepEqual(asked, []);
    const settings = await play(
      [[read('.vscode/settings.json')], [edit('.vscode/settings.json', '{}', '{"a":1}')], [restore(0)]],
      ask,
      'auto',
    );
    assert.deepEqual(asked, ['edit', 'restore']);
    assert.deepEqual(assessed(settings), ['high', ['path.editor']]);
    assert.equal(text('.vscode/settings.json'), '{}\n');
  });

  it('shows no secret of what it takes back, to nobody', async () => {
    put({ 'config.txt': `token ${secret}\nmode a\n`, '.env': 'API_TOKEN=plain-words-only-here\nMODE=a\n' });
    execFileSync('git', ['init', '-q'], { cwd: workspace });
    const events = await play(
      [
        [read('config.txt')],
        [edit('config.txt', 'mode a', 'mode b')],
        [{ tool: 'Bash', input: { command: "sed -i 's/MODE=a/MODE=b/' .env" } }],
        [restore(0)],
      ],
      undefined,
      'ask',
    );
    assert.deepEqual([text('config.txt').includes('mode a'), text('.env').includes('MODE=a')], [true, true]);
    const [value] = restores(events);
    const fileAt = (name: string) => value?.files.find(file => file.path === path(name));
    assert.match(fileAt('config.txt')?.patch ?? '', /^-mode b\n\+mode a$/m);
    assert.deepEqual([fileAt('.env')?.change, fileAt('.env')?.patch, fileAt('.env')?.added], ['changed', null, null]);
    const all = JSON.stringify(events);
    assert.equal(all.includes(secret), false);
    assert.equal(all.includes('plain-words-only-here'), false);
  });

  it('holds executable bits and whole folders, and what a command in the background did', async () => {
    put({ 'run.sh': 'echo\n', 'src/a.txt': 'a\n' });
    chmodSync(path('run.sh'), 0o755);
    execFileSync('git', ['init', '-q'], { cwd: workspace });
    const command = 'chmod -x run.sh && rm -r src && mkdir -p src/deep && echo new > src/deep/b.txt';
    const events = await play(
      [
        [{ tool: 'Bash', input: { command } }],
        [{ tool: 'Bash', input: { command: 'echo later > late.txt; echo done > done.txt', run_in_background: true } }],
        [{ tool: 'Bash', input: { command: 'until [ -e done.txt ]; do sleep 0.05; done' } }],
        [restore(1, ['late.txt', 'done.txt'])],
        [restore(0)],
      ],
      undefined,
      'ask',
    );
    assert.deepEqual(
      restores(events)[1]?.files.map(({ path: at, change }) => [at.slice(workspace.length + 1), change]),
      [
        ['run.sh', 'mode'],
        ['src/a.txt', 'added'],
        ['src/deep/b.txt', 'removed'],
      ],
    );
    assert.equal(text('src/a.txt'), 'a\n');
    const ended = answers(events);
    assert.match(ended[3] ?? '', /^Restored 2 files to checkpoint 1\.\n\[checkpoint \d\]$/);
  });
});
