import assert from 'node:assert/strict';
import { paintFor } from '../../src/hosts/cli/paint.ts';
import { createTerminal } from '../../src/hosts/cli/terminal.ts';
import { Sink, until } from './streams.ts';

const erase = '\r\u001b[2K';

describe('the terminal', () => {
  it('spins while something goes on, and erases that before anything else is written', async () => {
    const [out, err] = [new Sink(), new Sink()];
    const terminal = createTerminal(out, err, true);
    terminal.write([{ type: 'status', text: `Thinking ${'x'.repeat(200)}` }]);
    await until(() => err.text.includes('Thinking'));
    for (const frame of err.text.split(erase)) assert.ok(frame.length < err.columns, frame);
    terminal.write([{ type: 'line', text: 'Hello' }]);
    assert.ok(err.text.endsWith(erase));
    assert.equal(out.text, 'Hello\n');
    terminal.close();
    assert.ok(err.text.endsWith(erase));
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
