import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecOutcome, SearchOutcome } from '../../src/effects/outcome.ts';
import { failures } from '../../src/protocol/failure.ts';
import { sayFailure, sentences } from '../../src/tools/sentences.ts';
import { executorTools, prepareCall, toolNames } from '../../src/tools/table.ts';
import { failsWith } from '../effects/setup.ts';
import { type ToolBench, toolBench } from './setup.ts';

describe('the tools', () => {
  it('are the ones of the contract, with these fields', () => {
    const fields = executorTools.map(({ name, input_schema: schema }) => {
      const { properties, required = [] } = schema as unknown as { properties: object; required?: string[] };
      return `${name}: ${Object.keys(properties)
        .map(field => (required.includes(field) ? field : `${field}?`))
        .join(' ')}`;
    });
    assert.deepEqual(fields, [
      'Read: file_path offset? limit?',
      'Glob: pattern path?',
      'Grep: pattern path? glob? output_mode?',
      'Edit: file_path old_string new_string replace_all?',
      'Write: file_path content',
      'Bash: command description? timeout? run_in_background?',
      'WebFetch: url prompt?',
      'Diagnostics: file_path?',
      'Restore: checkpoint paths? why',
      'CompleteStep: step outcome tests risks next',
      'AskUser: question options? reason?',
    ]);
    assert.deepEqual(
      [...toolNames, 'CompleteStep', 'AskUser'],
      executorTools.map(tool => tool.name),
    );
  });

  it('fit in 14 KB, are objects at the top, and describe every field', () => {
    assert.ok(Buffer.byteLength(JSON.stringify(executorTools)) < 14_000);
    for (const tool of executorTools) {
      assert.equal(tool.input_schema.type, 'object');
      assert.equal(tool.input_schema['additionalProperties'], false);
      assert.ok(tool.description.length > 50);
      const properties = tool.input_schema['properties'] as Record<string, { description?: string }>;
      for (const [field, schema] of Object.entries(properties)) assert.ok(schema.description, `${tool.name}.${field}`);
    }
  });

  it('hold nothing of this machine', () => {
    assert.ok(!JSON.stringify(executorTools).includes(process.cwd()));
  });
});

describe('a tool call', () => {
  let b: ToolBench;
  beforeEach(async () => {
    b = await toolBench();
  });
  afterEach(() => b.remove());

  it('of a tool that does not exist fails with its name', async () => {
    await assert.rejects(b.call('Delete', {}), failsWith('tool.unknown', { tool: 'Delete' }));
    await assert.rejects(b.call('constructor', {}), failsWith('tool.unknown'));
  });

  it('with wrong input fails with every field that is wrong', async () => {
    await assert.rejects(prepareCall('Read', { file_path: 3, offset: 0, lines: 2 }, b.context), (error: unknown) => {
      failsWith('tool.badInput', { tool: 'Read' })(error);
      const problem = String((error as { failure: { args: Record<string, unknown> } }).failure.args['problem']);
      for (const word of ['file_path', 'offset', 'lines']) assert.match(problem, new RegExp(word));
      return true;
    });
    for (const raw of [null, 'text', [], undefined])
      await assert.rejects(prepareCall('Bash', raw, b.context), failsWith('tool.badInput'));
    await assert.rejects(prepareCall('Bash', { command: 'a\0b' }, b.context), failsWith('tool.badInput'));
    await assert.rejects(
      prepareCall('Bash', { command: 'a', timeout: 600_001 }, b.context),
      failsWith('tool.badInput'),
    );
    await assert.rejects(prepareCall('Glob', { pattern: '../*' }, b.context), failsWith('tool.badInput'));
    await assert.rejects(prepareCall('Grep', { pattern: 'x', glob: '/etc/*' }, b.context), failsWith('tool.badInput'));
  });

  it('puts real paths into effects', async () => {
    mkdirSync(join(b.root, 'd'));
    symlinkSync('d', join(b.root, 'l'));
    symlinkSync(b.outside, join(b.root, 'out'));
    const effectOf = async (name: string, input: unknown) => (await prepareCall(name, input, b.context)).effect;
    assert.deepEqual(await effectOf('Read', { file_path: 'l/f', offset: 2 }), {
      kind: 'read',
      path: join(b.root, 'd/f'),
      offset: 2,
    });
    assert.deepEqual(await effectOf('Read', { file_path: 'out/f' }), { kind: 'read', path: join(b.outside, 'f') });
    assert.deepEqual(await effectOf('Grep', { pattern: 'x', path: 'l', output_mode: 'count' }), {
      kind: 'search',
      by: 'content',
      pattern: 'x',
      root: join(b.root, 'd'),
      output: 'count',
    });
    assert.deepEqual(await effectOf('Glob', { pattern: '*' }), {
      kind: 'search',
      by: 'name',
      pattern: '*',
      root: b.root,
    });
    await assert.rejects(effectOf('Glob', { pattern: '*', path: 'none' }), failsWith('file.missing', { path: 'none' }));
    assert.deepEqual(await effectOf('Diagnostics', { file_path: 'l/f' }), {
      kind: 'diagnostics',
      path: join(b.root, 'd/f'),
    });
    assert.deepEqual(await effectOf('Bash', { command: 'ls', description: 'List' }), {
      kind: 'exec',
      command: 'ls',
      cwd: b.root,
      timeoutMs: 120_000,
      background: false,
      description: 'List',
    });
  });

  it('of Read numbers lines and says how to read on', async () => {
    b.write('f', 'a\nb\nc\nd\n');
    assert.equal(await b.call('Read', { file_path: 'f' }), '     1\ta\n     2\tb\n     3\tc\n     4\td');
    assert.equal(
      await b.call('Read', { file_path: 'f', offset: 2, limit: 2 }),
      '     2\tb\n     3\tc\n\n(Lines 2 to 3 of 4. Read on with offset 4.)',
    );
    assert.equal(await b.call('Read', { file_path: 'f', offset: 4 }), '     4\td\n\n(Line 4 is the last.)');
    assert.equal(
      await b.call('Read', { file_path: 'f', offset: 9 }),
      'The file has 4 lines; there is nothing from line 9 on.',
    );
    b.write('empty', '');
    assert.equal(await b.call('Read', { file_path: 'empty' }), 'The file is empty.');
    b.write('long', 'x'.repeat(3000));
    assert.match(
      await b.call('Read', { file_path: 'long' }),
      /…\[\+2000 characters\]\n\n\(1 line was cut at 2000 characters\.\)$/,
    );
  });

  it('of Grep and Glob gives lines, and says where there are more', async () => {
    b.write('a.txt', 'x\n'.repeat(300));
    assert.equal(await b.call('Grep', { pattern: 'x' }), 'a.txt');
    assert.equal(await b.call('Grep', { pattern: 'x', output_mode: 'count' }), 'a.txt:300');
    const content = await b.call('Grep', { pattern: 'x', output_mode: 'content' });
    assert.match(content, /^a\.txt:1:x\na\.txt:2:x\n/);
    assert.match(content, /\n\n\(The first 250 of 300 lines\. Narrow the pattern, path or glob to see the rest\.\)$/);
    assert.equal(await b.call('Grep', { pattern: 'nothing' }), 'Nothing matches');
    assert.equal(await b.call('Glob', { pattern: '*.txt' }), 'a.txt');
    assert.equal(await b.call('Glob', { pattern: '*.md' }), 'No file matches');
  });

  it('of Grep does not take a search that was cut short for one that found all', async () => {
    const { present } = await prepareCall('Grep', { pattern: 'x' }, b.context);
    const cut: SearchOutcome = { kind: 'search', lines: [], total: 0, truncated: true, files: [] };
    assert.match(present(cut), /cut short/);
    assert.match(
      present({ ...cut, lines: ['a'], total: 1 }),
      /^a\n\n\(The search was cut short; there may be more files/,
    );
    assert.match(present({ ...cut, lines: ['a'], total: 10_050 }), /The first 1 of at least 10050 files/);
  });

  it('of Bash gives output, then how it ended', async () => {
    assert.equal(await b.call('Bash', { command: 'echo hi' }), 'hi');
    assert.equal(await b.call('Bash', { command: 'true' }), '(No output.)');
    assert.equal(await b.call('Bash', { command: 'echo no; exit 2' }), 'no\n(Exit code 2.)');
    assert.match(
      await b.call('Bash', { command: 'sleep 9', timeout: 100 }),
      /^\(Timed out after 0\.\d s and was ended\./,
    );
    assert.equal(await b.call('Bash', { command: 'kill -9 $$' }), '(Ended by SIGKILL.)');
    const text = await b.call('Bash', { command: 'sleep 60', run_in_background: true });
    const [listed] = b.effects.processes();
    assert.equal(
      text,
      `Running in the background as ${listed?.process} (pid ${listed?.pid}). Its output goes to ${listed?.log}: Read that. It ends with the run.`,
    );
  });

  it('of Bash names a stop and what outlived it', async () => {
    const { present } = await prepareCall('Bash', { command: 'x' }, b.context);
    const outcome: ExecOutcome = {
      kind: 'exec',
      exitCode: null,
      signal: null,
      timedOut: false,
      stopped: true,
      durationMs: 1234,
      output: 'half\n',
      outputBytes: 5,
      droppedBytes: 0,
      survivors: [{ pid: 7, name: 'stuck' }],
      violations: [],
      background: null,
    };
    assert.equal(
      present(outcome),
      'half\n(Stopped with the run after 1.2 s, and everything that it started.)\n(Still running although it was killed: stuck (pid 7).)',
    );
  });

  it('of Bash names what was not written or put back, and says how git is run', async () => {
    const { present } = await prepareCall('Bash', { command: 'x' }, b.context);
    const outcome: ExecOutcome = {
      kind: 'exec',
      exitCode: 0,
      signal: null,
      timedOut: false,
      stopped: false,
      durationMs: 1,
      output: 'ok\n',
      outputBytes: 3,
      droppedBytes: 0,
      survivors: [],
      violations: [],
      background: null,
    };
    const notes = (...violations: ExecOutcome['violations']) => present({ ...outcome, violations });
    assert.equal(notes(), 'ok');
    const host = notes({ type: 'write', path: '/w/package.json' }, { type: 'write', path: '/w/eslint.config.js' });
    assert.match(host, /^ok\n\(Not written, or put back, .*: \/w\/package\.json, \/w\/eslint\.config\.js\. Change/);
    assert.doesNotMatch(host, /git/);
    const alone = /run git as a command of its own/;
    assert.match(notes({ type: 'restored', path: 'refs/heads/main' }), alone);
    assert.match(notes({ type: 'write', path: '/w/.git/index' }), alone);
    assert.doesNotMatch(notes({ type: 'restored', path: '/w/.envrc' }), alone);
  });

  it('of Diagnostics lists errors first, each on one line', async () => {
    const { present } = await prepareCall('Diagnostics', {}, b.context);
    const items = [
      { path: 'a.ts', line: 1, column: 2, severity: 'warning' as const, message: 'unused' },
      { path: 'b.ts', line: 3, column: 4, severity: 'error' as const, message: 'bad\n  type', source: 'ts' },
    ];
    assert.equal(present({ kind: 'diagnostics', items }), 'b.ts:3:4 error: bad type (ts)\na.ts:1:2 warning: unused');
    assert.equal(present({ kind: 'diagnostics', items: [] }), 'The editor reports no problems.');
    assert.throws(
      () => present({ kind: 'search', lines: [], total: 0, truncated: false, files: [] }),
      failsWith('internal'),
    );
  });
});

describe('the sentences for the model', () => {
  const sample = { audience: 'model', args: {} } as const;

  it('cover exactly the failures that are for the model', () => {
    const codes = Object.values(failures)
      // Each factory only copies its arguments, whatever they are.
      .map(factory => (factory as (args: object) => { code: string; audience: string })({}))
      .filter(failure => failure.audience === 'model')
      .map(failure => failure.code);
    // A restore and what it needs may fail for the person as for the model.
    const shared = ['checkpoint.gone', 'checkpoint.unknown'];
    const ofRestore = ['restore.changed', 'restore.conflicts', 'restore.failed'];
    assert.deepEqual(Object.keys(sentences).sort(), [...codes, ...shared, ...ofRestore].sort());
  });

  it('name what the model needs', () => {
    assert.match(sayFailure(failures.editManyMatches({ path: 'a.ts', count: 4 })), /4 times in a\.ts/);
    const refusal = sayFailure(failures.refused({ rule: 'floor.keys', why: 'it holds key material' }));
    assert.match(refusal, /floor\.keys/);
    assert.match(refusal, /it holds key material/);
    assert.match(refusal, /safer way/);
  });

  it('give only the code of what is not for the model', () => {
    assert.equal(
      sayFailure(failures.internal({ problem: 'stack trace' })),
      'This could not be done, for a reason outside your reach (internal).',
    );
    assert.match(sayFailure({ ...sample, code: 'from.the.future' }), /from\.the\.future/);
    assert.match(sayFailure({ ...sample, code: 'toString' }), /toString/);
  });
});
