import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createLineReader } from '../../src/hosts/cli/lines.ts';
import { sayTo } from '../../src/hosts/cli/say.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

const never = new AbortController().signal;
const typist = (): PassThrough & { isTTY: boolean } => Object.assign(new PassThrough(), { isTTY: true });

describe('a line that no question asked for', () => {
  it('is handed on at a terminal, and waits for a question elsewhere', async () => {
    const heard: string[] = [];
    const keys = typist();
    const lines = createLineReader(keys, { onLine: line => heard.push(line) });
    keys.write('use make\n');
    await until(() => heard.length === 1);
    lines.close();

    const pipe = new PassThrough();
    const answers = createLineReader(pipe, { onLine: line => heard.push(line) });
    pipe.end('y\n');
    await answers.claim();
    assert.equal(await answers.next(never), 'y');
    answers.close();
    assert.deepEqual(heard, ['use make']);
  });

  it('is read from a pipe only as far as questions need it', async () => {
    let chunks = 0;
    function* endless(): Generator<Buffer> {
      for (;;) {
        chunks += 1;
        yield Buffer.from('y\n'.repeat(500));
      }
    }
    const lines = createLineReader(Readable.from(endless(), { objectMode: false }));
    assert.equal(await lines.next(never), 'y');
    for (let pass = 0; pass < 2_000; pass += 1) await new Promise(resolve => setImmediate(resolve));
    assert.ok(chunks < 300, `${chunks} chunks were read`);
    const before = chunks;
    for (let line = 0; line < before * 500; line += 1) assert.equal(await lines.next(never), 'y');
    assert.ok(chunks > before);
    lines.close();
  });

  it('is put aside half typed while a question is open, and goes on afterwards', async () => {
    const heard: string[] = [];
    let shown = '';
    const keys = typist();
    const lines = createLineReader(keys, {
      onLine: line => heard.push(line),
      onTyping: text => {
        shown = text;
      },
    });
    keys.write('y');
    await until(() => shown === 'y');
    await lines.claim();
    assert.equal(shown, '');
    const answer = lines.next(never);
    keys.write('n\r');
    assert.equal(await answer, 'n');
    lines.release();
    assert.equal(shown, 'y');
    keys.write('es please\r');
    await until(() => heard.length === 1);
    assert.deepEqual(heard, ['yes please']);
    lines.close();
  });

  it('that was typed before a question and not yet read does not answer it', async () => {
    const heard: string[] = [];
    const keys = typist();
    const lines = createLineReader(keys, { onLine: line => heard.push(line) });
    keys.write('y\n');
    await lines.claim();
    const gone = new AbortController();
    const answer = lines.next(gone.signal);
    assert.deepEqual(heard, ['y']);
    gone.abort();
    assert.equal(await answer, null);
    lines.close();
  });

  it('hands on Ctrl-C where it is a key', async () => {
    const keys = typist();
    let interrupts = 0;
    const lines = createLineReader(keys, { onTyping: () => undefined, onInterrupt: () => (interrupts += 1) });
    keys.write('\u0003');
    await until(() => interrupts === 1);
    lines.close();
  });

  it('is no word to the model when it is a lone answer key, and is not lost in silence', () => {
    const said: unknown[] = [];
    const notes: string[] = [];
    const terminal = { note: (lines: readonly string[]) => void notes.push(...lines) };
    for (const line of ['', '  ', 'y', 'N', ' no, use make '])
      sayTo({ send: command => (said.push(command), 'taken') }, line, terminal);
    assert.deepEqual(said, [{ type: 'say', text: 'no, use make' }]);
    assert.equal(notes.length, 2);
    sayTo({ send: () => 'late' }, 'more', terminal);
    assert.match(notes[2] ?? '', /over.*more/);
  });

  it('changes the mode where it says so, and is a word to the model where it only looks like it', () => {
    const said: unknown[] = [];
    const terminal = { note: () => undefined };
    for (const line of ['m auto', 'M Plan', 'm never', 'm auto please'])
      sayTo({ send: command => (said.push(command), 'taken') }, line, terminal);
    assert.deepEqual(said, [
      { type: 'setMode', mode: 'auto', by: 'terminal' },
      { type: 'setMode', mode: 'plan', by: 'terminal' },
      { type: 'say', text: 'm never' },
      { type: 'say', text: 'm auto please' },
    ]);
  });
});

describe('a person who types while a run works', () => {
  let shell: Shell;
  let server: RehearsalServer | null = null;
  beforeEach(() => {
    shell = new Shell();
    mkdirSync(join(shell.folder, 'shop'));
  });
  afterEach(async () => {
    await server?.close();
    server = null;
    shell.dispose();
  });

  it('is told to the model at its next turn, and answers no later question by it', async () => {
    server = await serveRehearsal({
      record: true,
      script: parseScript(
        `
turns:
  - calls: [{ tool: Bash, input: { command: 'touch begun; until [ -e go ]; do sleep 0.05; done; echo one' } }]
  - calls: [{ tool: Bash, input: { command: touch two } }]
  - say: Done.
`,
        'test.yaml',
      ),
    });
    shell.env['ANTHROPIC_BASE_URL'] = server.url;
    shell.env['ANTHROPIC_API_KEY'] = server.token;
    shell.env['NO_COLOR'] = '1';
    const keys = typist();
    const running = shell.atTerminal(['run', 'Try', '--cwd', 'shop'], keys);
    const asked = (times: number): Promise<void> => until(() => shell.stderr.text.split('? Run this').length > times);
    await asked(1);
    keys.write('y\r');
    await until(() => existsSync(join(shell.folder, 'shop', 'begun')));
    keys.write('Use make for the next one\ry\r');
    await until(() => shell.stdout.text.includes('You: Use make for the next one'));
    assert.match(shell.stderr.text, /No question is open, so "y" answers nothing/);
    keys.write('y');
    writeFileSync(join(shell.folder, 'shop', 'go'), '');
    await asked(2);
    keys.write('\r');
    await until(() => shell.stderr.text.includes('Please answer'));
    keys.write('n\r');
    const { code, out } = await running;
    assert.equal(code, 0);
    assert.match(out, /✗ Bash touch two/);
    const bodies = server.requests().filter(request => request.method === 'POST' && request.path === '/v1/messages');
    assert.deepEqual(
      bodies.map(({ body }) => body.includes('Use make for the next one')),
      [false, true, true],
    );
  });

  it('is heard as well where questions are refused', async () => {
    const script = 'turns:\n  - { delayMs: 1000, say: Done. }\n  - say: As you said.\n';
    server = await serveRehearsal({ record: true, script: parseScript(script, 'test.yaml') });
    shell.env['ANTHROPIC_BASE_URL'] = server.url;
    shell.env['ANTHROPIC_API_KEY'] = server.token;
    shell.env['NO_COLOR'] = '1';
    const keys = typist();
    const running = shell.atTerminal(['run', 'Try', '--cwd', 'shop', '--on-ask', 'deny'], keys);
    const listening = server;
    await until(() => listening.requests().some(request => request.method === 'POST'));
    keys.write('And the README\r');
    const { code, out } = await running;
    assert.equal(code, 0);
    assert.match(out, /You: And the README/);
    assert.match(out, /As you said\./);
  });
});
