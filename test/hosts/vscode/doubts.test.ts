import assert from 'node:assert/strict';
import { createDoubts } from '../../../src/hosts/vscode/doubts.ts';
import { textOf } from '../../../src/hosts/vscode/keptText.ts';

const doubt = {
  effect: 'e1',
  value: { kind: 'exec', command: 'npm test', cwd: '/project', timeoutMs: 1, background: false } as const,
  changed: ['a.txt'],
};

describe('effects in doubt', () => {
  it('are decided once, with their nonce', async () => {
    let changes = 0;
    const doubts = createDoubts(() => {
      changes += 1;
    });
    const decided = doubts.decide(doubt, new AbortController().signal);
    const nonce = doubts.open()[0]?.nonce ?? '';
    assert.equal(doubts.settle('e1', 'another', 'redo'), false);
    assert.equal(doubts.settle('e1', nonce, 'skip'), true);
    assert.equal(await decided, 'skip');
    assert.equal(doubts.settle('e1', nonce, 'redo'), false);
    assert.deepEqual([doubts.open(), changes], [[], 2]);
  });

  it('are withdrawn with the run', async () => {
    const stop = new AbortController();
    const doubts = createDoubts(() => undefined);
    const decided = doubts.decide(doubt, stop.signal);
    stop.abort();
    assert.equal(await decided, null);
    assert.deepEqual(doubts.open(), []);
  });
});

describe('what a checkpoint holds, as text', () => {
  const id = 'a'.repeat(40);
  const read = (bytes: Uint8Array) => ({ read: () => Promise.resolve(bytes) });

  it('is a file’s own text', async () => {
    assert.equal(await textOf({ type: 'file', id }, 'a', read(Buffer.from('one\r\ntwo'))), 'one\r\ntwo');
  });

  it('is a line about what is no text, where a link leads, and what is gone', async () => {
    assert.equal(
      await textOf({ type: 'file', id }, 'a', read(Buffer.from([0, 1, 2]))),
      '(3 bytes that are not shown as text, aaaaaaaaaa)\n',
    );
    assert.equal(await textOf({ type: 'link', id }, 'a', read(Buffer.from('../b\n'))), '(a link to ../b)\n');
    const gone = { read: () => Promise.reject(new Error('gone')) };
    assert.match(await textOf({ type: 'executable', id }, 'a', gone), /not kept any more/);
  });
});
