import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createTerminalDoubter } from '../../src/hosts/cli/doubt.ts';
import { createLineReader } from '../../src/hosts/cli/lines.ts';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import { createTerminal } from '../../src/hosts/cli/terminal.ts';
import type { Doubt } from '../../src/ports/doubter.ts';
import { exec, root } from './scene.ts';
import { Sink } from './streams.ts';

async function ask(typed: string, changed: Doubt['changed'] = ['log.txt']) {
  const input = new PassThrough();
  const shown = new Sink();
  const lines = createLineReader(input);
  const terminal = createTerminal(new Sink(), shown, false);
  const doubter = createTerminalDoubter({ lines, terminal, paint: noPaint, width: 80, root: () => root });
  input.end(typed);
  const value = exec('make \u001b[2J all');
  const verdict = await doubter.decide({ effect: 'e', value, changed }, new AbortController().signal);
  lines.close();
  return { verdict, shown: shown.text };
}

describe('an effect in doubt at the terminal', () => {
  for (const [typed, verdict] of [
    ['r', 'redo'],
    ['skip', 'skip'],
    [' X ', 'stop'],
  ])
    it(`is decided by a line: ${typed}`, async () => assert.equal((await ask(`${typed}\n`)).verdict, verdict));

  it('is asked about until the answer is clear, and is not decided by the end of the input', async () => {
    const { verdict, shown } = await ask('\ny\n');
    assert.equal(verdict, null);
    assert.equal(shown.match(/Please answer r, s or x\./g)?.length, 2);
    assert.match(shown, /nobody there/);
  });

  it('is shown with what really changed, safely', async () => {
    const { shown } = await ask('s\n', ['log.txt', 'a\u001b[2Jb']);
    assert.match(shown, /cut off in the middle of this/);
    assert.match(shown, /log\.txt/);
    assert.equal(shown.includes('\u001b'), false);
    assert.match((await ask('s\n', null)).shown, /What it changed is not known/);
    assert.match((await ask('s\n', [])).shown, /No file of the workspace has changed/);
    const many = Array.from({ length: 25 }, (_, at) => `f${at}`);
    assert.match((await ask('s\n', many)).shown, /and 5 more/);
  });
});
