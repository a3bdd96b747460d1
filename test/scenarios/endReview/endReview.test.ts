import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import { type Said, Shell } from '../../cli/shell.ts';
import { commitAll } from '../support.ts';

const write = (content: string): unknown => ({
  calls: [{ tool: 'Write', input: { file_path: 'src/a.js', content } }],
});
const read = { calls: [{ tool: 'Read', input: { file_path: 'src/a.js' } }] };
const say = (text: string, more: object = {}): unknown => ({ say: text, ...more });
const finding = {
  file: 'src/a.js',
  line: 1,
  severity: 'blocking',
  category: 'security',
  evidence: 'eval(input);',
  sentence: 'It runs what it is given.',
};
const reviewer = [{ match: '+eval(', findings: [finding] }];

interface Scenario {
  turns: unknown[];
  options?: string[];
  /** What the person types. */
  input?: string;
  /** Done to the workspace beforehand, by hand. */
  byHand?: Record<string, string>;
  /** Calls after the run, or in its place. */
  calls?: string[][];
  exitCodes: number[];
  /** What is on disk at the end; null: no such file. */
  file: string | null;
}

const scenarios: Record<string, Scenario> = {
  'blocks-is-mended-passes': {
    turns: [write('eval(input);\n'), say('Done.'), read, write('parse(input);\n'), say('Mended.')],
    calls: [['report', 'RUN', '--format', 'commit', '--revert-script', 'undo.patch']],
    exitCodes: [0, 0],
    file: 'parse(input);\n',
  },
  'blocks-and-nobody-is-there': {
    turns: [write('eval(input);\n'), say('It is fine.', { repeat: 'forever' })],
    exitCodes: [1],
    file: 'eval(input);\n',
  },
  'waived-afterwards': {
    turns: [write('eval(input);\n'), say('It is fine.', { repeat: 'forever' })],
    calls: [
      ['waive', 'RUN'],
      ['waive', 'RUN', '1', '--reason', 'The input is ours', '--yes'],
      ['waive', 'RUN', 'FINDING', '--yes'],
      ['waive', 'RUN', 'FINDING', '--reason', 'The input is ours'],
      ['waive', 'RUN', 'FINDING', '--reason', 'The input is ours', '--yes'],
      ['waive', 'RUN', 'FINDING', '--reason', 'Again', '--yes'],
      ['resume', 'RUN'],
    ],
    exitCodes: [1, 0, 2, 2, 2, 0, 2, 0],
    file: 'eval(input);\n',
  },
  'blocks-and-is-waived': {
    turns: [write('eval(input);\n'), say('It is fine.', { repeat: 'forever' })],
    options: ['--on-ask', 'prompt'],
    input: 'w 1\nw 1 the input is ours\n',
    exitCodes: [0],
    file: 'eval(input);\n',
  },
  'is-off': {
    turns: [write('eval(input);\n'), say('Done.')],
    options: ['--reviewer', 'off'],
    exitCodes: [0],
    file: 'eval(input);\n',
  },
  'a-diff-by-hand': {
    turns: [],
    byHand: {
      'src/a.js': 'eval(input);\n',
      'a.test.js': "it.skip('adds', () => {\n  assert.equal(add(1, 2), 3);\n});\n",
    },
    calls: [
      ['review', '--cwd', 'work'],
      ['review', '--cwd', 'work', '--no-model', '--base', 'main'],
    ],
    exitCodes: [1, 1],
    file: 'eval(input);\n',
  },
};

describe('the reviewer before merge', () => {
  for (const [name, scenario] of Object.entries(scenarios))
    it(`reads as in ${name}.txt`, async function () {
      this.timeout(60_000);
      const shell = new Shell();
      const turns = scenario.turns.length === 0 ? [say('Nobody asked.')] : scenario.turns;
      const server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns, reviewer }), name) });
      try {
        const workspace = join(shell.folder, 'work');
        mkdirSync(join(workspace, 'src'), { recursive: true });
        writeFileSync(join(workspace, 'a.test.js'), "it('adds', () => {\n  assert.equal(add(1, 2), 3);\n});\n");
        commitAll(workspace);
        for (const [path, content] of Object.entries(scenario.byHand ?? {}))
          writeFileSync(join(workspace, path), content);
        shell.env['ANTHROPIC_BASE_URL'] = server.url;
        shell.env['ANTHROPIC_API_KEY'] = server.token;
        const run = [
          'run',
          'Parse the input',
          '--cwd',
          'work',
          '--mode',
          'auto',
          '--no-plan',
          ...(scenario.options ?? []),
        ];
        const calls = [...(scenario.turns.length === 0 ? [] : [run]), ...(scenario.calls ?? [])];
        const said: Said[] = [];
        for (const call of calls) {
          const known = said.map(({ out }) => out).join('\n');
          const typed = call.map(word => named(word, known));
          said.push(await shell.run(typed, call === run ? scenario.input : ''));
        }
        assert.deepEqual(
          said.map(({ code }) => code),
          scenario.exitCodes,
          said.map(({ err, out }) => err + out).join('\n'),
        );
        matches(name, told(calls, said, shell.folder));
        const file = join(workspace, 'src/a.js');
        assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : null, scenario.file);
        const patch = join(shell.folder, 'undo.patch');
        if (existsSync(patch)) {
          execFileSync('git', ['apply', '-R', patch], { cwd: workspace });
          assert.ok(!existsSync(file), 'the patch takes it back');
        }
      } finally {
        await server.close();
        shell.dispose();
      }
    });
});

/** What stands for the run and its finding, as they were shown. */
function named(word: string, shown: string): string {
  if (word === 'RUN') return /\d{8}-\d{6}-\w{12}/.exec(shown)?.[0] ?? word;
  return word === 'FINDING' ? (/^\w{8}(?= {2}✗)/m.exec(shown)?.[0] ?? word) : word;
}

/** Compares with the transcript beside this file. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

/** What was typed and shown, without what differs from run to run. */
function told(calls: readonly string[][], said: readonly Said[], folder: string): string {
  return said
    .map(({ out, err, code }, index) => {
      const shown = err === '' ? '' : `--- on stderr\n${err.trimEnd()}\n`;
      return `$ gatehouse ${calls[index]?.join(' ')}\n${out}${shown}--- exit code ${code}\n`;
    })
    .join('\n')
    .replaceAll(realpathSync(folder), '/tmp/shell')
    .replaceAll(/\d{8}-\d{6}-\w{12}/g, 'RUN')
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, '… s')
    .replaceAll(', … s of processor time', '')
    .replaceAll(/[\d,]+ in(?: \([\d,]+ from the cache\))?, [\d,]+ out/g, '… in, … out');
}
