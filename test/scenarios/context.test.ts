import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const prompt = 'Read every part of the log and mend what is wrong in src/. Do not push.';

/** Compares with the file beside this one. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, name);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

describe('a run whose conversation outgrows a small window', () => {
  let world: World;
  afterEach(() => world.close());

  it('is summed up from the journal, and what the person ruled out still holds', async () => {
    const lines = Array.from({ length: 80 }, (_, line) => `line ${line} of a log that nobody needs for long\n`);
    world = makeWorld({ 'log.txt': lines.join(''), 'src/a.js': 'export const a = 1;\n' }, { git: true });
    const read = (offset: number): string =>
      `  - calls: [{ tool: Read, input: { file_path: log.txt, offset: ${offset}, limit: 60 } }]\n`;
    const server = await world.rehearse(`turns:
  - say: I change a first.
    calls: [{ tool: Read, input: { file_path: src/a.js } }]
  - calls: [{ tool: Edit, input: { file_path: src/a.js, old_string: "1", new_string: "2" } }]
  - calls: [{ tool: Bash, input: { command: cat src/a.js } }]
${Array.from({ length: 9 }, (_, nth) => read(nth + 1)).join('')}  - say: Now I push.
    calls: [{ tool: Bash, input: { command: git push } }]
  - calls: [{ tool: Edit, input: { file_path: log.txt, old_string: "line 1 of", new_string: "line one of" } }]
  - say: Done.
`);
    const args = ['run', prompt, '--mode', 'auto', '--context-window', '10000', '--output', 'json', '--no-plan'];
    const finished = await world.cli(args, { server }).done;
    const result = jsonOf(finished);
    assert.deepEqual([finished.code, result.status, result.denials], [0, 'done', 1], finished.stderr);
    const events = eventsOf(result.journal);
    const summed = events.flatMap(event =>
      event.kind === 'context.compacted' && event.how === 'summed' ? [event] : [],
    );
    assert.ok(summed.length >= 1);

    const bodies = server.requests().flatMap(({ path, body }) => (path === '/v1/messages' ? [body] : []));
    assert.ok(Math.max(...bodies.map(body => body.length)) / 4 < 10_000, 'a request was larger than the window');
    const text = summed[0]?.text ?? '';
    assert.ok(
      bodies.some(body => body.includes(JSON.stringify(text).slice(1, -1))),
      'the model was not given it',
    );
    const normal = text.replaceAll(world.workspace, '<workspace>').replace(/Platform:.*\nDate:.*/, '<platform>');
    // How many turns fit depends on how long our own instructions are.
    matches('context.summary.txt', normal.replaceAll(/(turns="|its first )\d+/g, '$1<n>'));

    const pushed = events.find(event => event.kind === 'tool.answered' && event.text.includes('bound.said'));
    assert.ok(pushed?.kind === 'tool.answered');
    assert.match(pushed.text, /Do not push\./);
  });
});
