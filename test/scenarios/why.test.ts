import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Why, whyLine } from '../../src/hosts/why.ts';
import { whySentences } from '../../src/hosts/whyWords.ts';
import { openHome } from '../../src/journal/home.ts';
import { makeWorld, type World } from './support.ts';

const script = `turns:
  - say: The greeting is missing.
    calls: [{ tool: Read, input: { file_path: a.txt } }]
  - say: I add it at the end.
    calls: [{ tool: Edit, input: { file_path: a.txt, old_string: "two\\n", new_string: "two\\nhello\\n" } }]
  - calls: [{ tool: Bash, input: { command: "printf 'by command\\\\n' >> a.txt" } }]
  - say: Done.
`;

describe('why a line is here', () => {
  let world: World;
  beforeEach(() => {
    world = makeWorld({ 'a.txt': 'one\ntwo\n' }, { git: true });
  });
  afterEach(() => world.close());

  it('leads to run, effect, approver and undo; and is said plainly where nobody knows', async () => {
    const server = await world.rehearse(script);
    const finished = await world.cli(['run', 'Greet', '--mode', 'auto', '--reviewer', 'off'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    appendFileSync(join(world.workspace, 'a.txt'), 'by hand\n');
    const text = world.read('a.txt');
    assert.equal(text, 'one\ntwo\nhello\nby command\nby hand\n');
    const env = { PATH: process.env['PATH'], GATEHOUSE_HOME: world.home };
    const home = await openHome({ env });
    const file = join(world.workspace, 'a.txt');
    const why = (line: number): Promise<Why> => whyLine({ home, env, version: '1', file, text, line });
    const [before, edited, commanded, mine] = await Promise.all([1, 3, 4, 5].map(why));
    assert.deepEqual(before, { type: 'before', runs: 1 });
    assert.ok(edited?.type === 'written' && commanded?.type === 'written');
    assert.deepEqual(
      whySentences(edited).map(each => each.replaceAll(edited.run, 'RUN').replace(/on \d.* UTC/, 'on DAY')),
      [
        'The agent wrote this line, in run RUN on DAY.',
        'Asked for: Greet',
        'The agent said: I add it at the end.',
        'It was of low risk, so nobody was asked.',
        'To take the file back to before it: gatehouse undo RUN --to 0 --path a.txt',
      ],
    );
    assert.equal(commanded.value.kind, 'exec');
    assert.equal(commanded.checkpoint, 2);
    assert.equal(mine?.type, 'since');
    const shown = await world.cli(['why', 'a.txt:3']).done;
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^The agent wrote this line, in run /);
  });
});
