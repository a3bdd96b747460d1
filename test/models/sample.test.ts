import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { createClient } from '../../src/models/client.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { isText, isToolUse, type Message, type ToolResultBlock } from '../../src/protocol/message.ts';
import { FakeClock } from './clock.ts';

const media = resolve(import.meta.dirname, '../../media');

function counts(output: string): { pass: number; fail: number } {
  const of = (word: string) => Number(new RegExp(`${word} (\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN);
  return { pass: of('pass'), fail: of('fail') };
}

describe('the sample project', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-sample-'));
    cpSync(join(media, 'sample'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function bash(command: string): { text: string; code: number } {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    return { text: stdout + stderr, code: status ?? -1 };
  }

  it('fails two of its ten tests as it is shipped, and installs nothing', () => {
    const { text, code } = bash('npm test');
    assert.deepEqual(counts(text), { pass: 8, fail: 2 });
    assert.equal(code, 1);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(
      [manifest['dependencies'], manifest['devDependencies'], manifest['private']],
      [undefined, undefined, true],
    );
  });

  /** Just enough of the tools to let the script work on the real files. */
  function use(name: string, input: Record<string, string>): { content: string; is_error?: boolean } {
    const path = join(folder, input['file_path'] ?? '');
    switch (name) {
      case 'Bash':
        return { content: bash(input['command'] ?? '').text };
      case 'Grep':
        return { content: bash(`grep -rnE '${input['pattern']}' '${input['path']}'`).text };
      case 'Read':
        return { content: readFileSync(path, 'utf8') };
      case 'Edit': {
        const text = readFileSync(path, 'utf8');
        const parts = text.split(input['old_string'] ?? '');
        if (parts.length !== 2) return { content: `${parts.length - 1} matches`, is_error: true };
        writeFileSync(path, parts.join(input['new_string']));
        return { content: 'edited' };
      }
      default:
        return { content: `no tool ${name}`, is_error: true };
    }
  }

  async function rehearse(tool: typeof use): Promise<{ turns: number; tools: string[]; last: string }> {
    const script = parseScript(readFileSync(join(media, 'demo.rehearsal.yaml'), 'utf8'), 'demo.rehearsal.yaml');
    const server = await serveRehearsal({ script: { ...script, paceMs: 0 } });
    try {
      const model = createClient({ apiKey: server.token, baseUrl: server.url, clock: new FakeClock(1000) });
      const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Make the tests pass.' }] }];
      const tools: string[] = [];
      for (let turns = 1; ; turns += 1) {
        assert.ok(turns < 20, 'the script goes on for ever');
        const request = { model: 'rehearsal', system: '', tools: [], messages, maxTokens: 4000 };
        const io = { signal: new AbortController().signal, onText: () => {}, onRetry: async () => {} };
        const { content } = await model.respond(request, io);
        const calls = content.filter(isToolUse);
        const last = content.flatMap(block => (isText(block) ? block.text : [])).join('');
        if (calls.length === 0) return { turns, tools, last };
        tools.push(...calls.map(call => call.name));
        const results = calls.map(
          (call): ToolResultBlock => ({
            type: 'tool_result',
            tool_use_id: call.id,
            ...tool(call.name, z.record(z.string(), z.string()).parse(call.input)),
          }),
        );
        messages.push({ role: 'assistant', content }, { role: 'user', content: results });
      }
    } finally {
      await server.close();
    }
  }

  it('is repaired by the demo script, on the second try', async () => {
    const { turns, tools, last } = await rehearse(use);
    assert.deepEqual(tools, ['Bash', 'Grep', 'Read', 'Read', 'Edit', 'Bash', 'Edit', 'Bash']);
    assert.equal(turns, 8);
    assert.match(last, /^All tests pass\./);
    assert.deepEqual(counts(bash('npm test').text), { pass: 10, fail: 0 });
  }).timeout(60_000);

  it('is left alone by the script where an edit is refused, or the tests cannot run', async () => {
    const refusing =
      (name: string): typeof use =>
      (tool, input) =>
        tool === name ? { content: 'refused', is_error: true } : use(tool, input);
    assert.match((await rehearse(refusing('Edit'))).last, /^The edit was not made/);
    assert.match((await rehearse(refusing('Bash'))).last, /could not be run/);
    assert.deepEqual(counts(bash('npm test').text), { pass: 8, fail: 2 });
  }).timeout(60_000);

  it('needs nothing when its tests pass', async () => {
    writeFileSync(
      join(folder, 'test/format.test.js'),
      "import { test } from 'node:test';\ntest('nothing', () => {});\n",
    );
    const { turns, last } = await rehearse(use);
    assert.equal(turns, 2);
    assert.match(last, /^All tests pass as they are/);
  }).timeout(60_000);
});
