import assert from 'node:assert/strict';
import { batchesOf, createTurns } from '../../src/agent/together.ts';
import type { Answer } from '../../src/protocol/command.ts';
import { type Played, play } from './play.ts';

const call = (name: string, file_path?: string) => ({
  type: 'tool_use' as const,
  id: `${name} ${file_path ?? ''}`,
  name,
  input: file_path === undefined ? {} : { file_path },
});

describe('the calls of one turn', () => {
  it('are done one after the other, but edits of different files that follow on each other', () => {
    const calls = [
      call('Read', 'a'),
      call('Read', 'b'),
      call('Edit', 'a'),
      call('Write', 'b'),
      call('Edit', './a'),
      call('Edit', 'c'),
      call('Bash'),
      call('Edit', 'd'),
      call('Edit'),
    ];
    assert.deepEqual(
      batchesOf(calls).map(batch => batch.map(({ id }) => id)),
      [['Read a'], ['Read b'], ['Edit a', 'Write b'], ['Edit ./a', 'Edit c'], ['Bash '], ['Edit d'], ['Edit ']],
    );
  });

  it('act in turns, also after one of them failed', async () => {
    const inTurn = createTurns();
    const log: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (name === 'b') throw new Error(name);
      return name;
    };
    const [a, b, c] = await Promise.allSettled([inTurn(work('a')), inTurn(work('b')), inTurn(work('c'))]);
    assert.deepEqual([a.status, b.status, c.status], ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});

describe('several edits of one turn', () => {
  const names = ['a', 'b', 'c'];
  const turns = [
    { calls: names.map(name => ({ tool: 'Write', input: { file_path: name, content: `${name}\n` } })) },
    { say: 'done' },
  ];
  const waiting: (() => void)[] = [];
  let played: Played;

  before(async () => {
    played = await play(turns, {
      mode: 'ask',
      several: true,
      // Nobody answers before all are asked, and the last one is answered first.
      async approve({ value }): Promise<Answer> {
        await new Promise<void>(resolve => {
          waiting.push(resolve);
          if (waiting.length === names.length) for (const answer of waiting.toReversed()) answer();
        });
        return value.kind === 'edit' && value.path.endsWith('/b')
          ? { verdict: 'deny', why: 'not b' }
          : { verdict: 'allow' };
      },
    });
  });

  it('are all asked about at once, where the person can take it, and each is as they say', () => {
    assert.deepEqual(played.files, { a: 'a\n', c: 'c\n' });
    assert.equal(played.of('question.asked').length, 3);
    const told = played.of('tool.answered').map(({ text }) => text);
    assert.equal(told.filter(text => /not b/.test(text)).length, 1);
    assert.equal(told.length, 3);
  });

  it('make their checkpoints one by one', () => {
    assert.deepEqual(
      played.of('checkpoint.made').map(({ checkpoint }) => checkpoint),
      [1, 2],
    );
    const kinds = played.of('effect.intended').length;
    assert.equal(kinds, 2);
  });
});
