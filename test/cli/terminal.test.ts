import assert from 'node:assert/strict';
import { paintFor } from '../../src/hosts/cli/paint.ts';
import { createTerminal } from '../../src/hosts/cli/terminal.ts';
import { Screen } from './screen.ts';
import { Sink, until } from './streams.ts';

const spinning = (screen: Screen): string => screen.text.replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*');

describe('the terminal', () => {
  it('spins while something goes on, and erases that before anything else is written', async () => {
    const screen = new Screen(40);
    const terminal = createTerminal(screen, screen, true);
    terminal.write([{ type: 'status', text: `Thinking ${'x'.repeat(200)}` }]);
    await until(() => screen.text.includes('Thinking'));
    assert.equal(spinning(screen), `* Thinking ${'x'.repeat(27)}…`);
    terminal.write([
      { type: 'line', text: 'Hello' },
      { type: 'status', text: null },
    ]);
    assert.equal(screen.text, 'Hello');
    terminal.close();
    assert.equal(screen.text, 'Hello');
  });

  it('shows the last lines of a running command under it, in place, and nothing of them afterwards', async () => {
    const screen = new Screen(30);
    const terminal = createTerminal(screen, screen, true);
    terminal.write([
      { type: 'line', text: 'before' },
      { type: 'status', text: 'Bash make' },
    ]);
    for (let line = 1; line <= 20; line += 1) {
      const lines = [1, 2, 3, 4, 5, 6, 7].map(row => `  │ ${line}.${row} ${'宽'.repeat(40)}`);
      terminal.write([{ type: 'live', lines }]);
    }
    await until(() => screen.text.includes('20.7'));
    await until(() => !screen.text.includes('19.'));
    const rows = [3, 4, 5, 6, 7].map(row => `  │ 20.${row} ${'宽'.repeat(9)}…`);
    assert.equal(spinning(screen), ['before', '* Bash make', ...rows].join('\n'));
    terminal.write([
      { type: 'line', text: '● Bash make' },
      { type: 'status', text: null },
    ]);
    assert.equal(screen.text, 'before\n● Bash make');
    terminal.close();
  });

  it('keeps what the person types at the bottom, also under a line that is half written', () => {
    const screen = new Screen(20);
    const terminal = createTerminal(screen, screen, true);
    terminal.write([{ type: 'text', text: '  half a' }]);
    terminal.typing('use make', 8);
    assert.equal(screen.text, '  half a\n> use make');
    terminal.write([{ type: 'text', text: ' line' }]);
    assert.equal(screen.text, '  half a line\n> use make');
    terminal.write([{ type: 'text', text: '\n' }]);
    terminal.typing('use make, please\u001b[2J and more', 8);
    assert.equal(screen.text, '  half a line\n> use make, please␛\n[2J and more');
    terminal.typing('', 0);
    assert.equal(screen.text, '  half a line');
    terminal.close();
  });

  it('leaves a question with its answer, and what happened meanwhile above it', () => {
    const screen = new Screen(24);
    const terminal = createTerminal(screen, screen, true);
    terminal.note(['? Run this command?']);
    terminal.prompt('[y] allow once  [n] deny  > ');
    terminal.typing('y', 1);
    terminal.write([{ type: 'line', text: 'You: hello' }]);
    assert.equal(screen.text, '? Run this command?\nYou: hello\n[y] allow once  [n] den\ny  > y');
    terminal.typing('', 0);
    terminal.note(['y']);
    terminal.write([{ type: 'line', text: '● Bash' }]);
    assert.equal(screen.text, '? Run this command?\nYou: hello\n[y] allow once  [n] deny\n  > y\n● Bash');
    terminal.close();
  });

  it('does not spin over a line that is half written', async () => {
    const [out, err] = [new Sink(), new Sink()];
    const terminal = createTerminal(out, err, true);
    terminal.write([
      { type: 'text', text: 'half a' },
      { type: 'status', text: 'Thinking' },
    ]);
    terminal.write([{ type: 'text', text: ' line\n' }]);
    await until(() => err.text.includes('Thinking'));
    assert.equal(out.text, 'half a line\n');
    terminal.close();
  });

  it('does not spin where nobody sees it', () => {
    const [out, err] = [new Sink(), new Sink()];
    const terminal = createTerminal(out, err, false);
    terminal.write([
      { type: 'status', text: 'Thinking' },
      { type: 'line', text: 'x' },
      { type: 'status', text: null },
    ]);
    terminal.close();
    assert.deepEqual([out.text, err.text], ['x\n', '']);
  });

  it('ends a prompt’s line before it writes on', () => {
    const [out, err] = [new Sink(), new Sink()];
    const terminal = createTerminal(out, err, false);
    terminal.prompt('> ');
    terminal.write([{ type: 'line', text: 'x' }]);
    assert.equal(err.text, '> \n');
  });
});

describe('colour', () => {
  const coloured = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean =>
    paintFor(Object.assign(new Sink(), { isTTY }), env)('bold', 'x') !== 'x';

  it('follows FORCE_COLOR, then NO_COLOR, then the terminal', () => {
    assert.equal(coloured(true, {}), true);
    assert.equal(coloured(false, {}), false);
    assert.equal(coloured(true, { NO_COLOR: '1' }), false);
    assert.equal(coloured(true, { NO_COLOR: '' }), true);
    assert.equal(coloured(true, { TERM: 'dumb' }), false);
    assert.equal(coloured(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
    assert.equal(coloured(true, { FORCE_COLOR: '0' }), false);
  });
});
