import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandBraces, globMatcher } from '../../src/effects/glob.ts';
import { findRipgrep } from '../../src/effects/ripgrep.ts';
import type { SearchEffect } from '../../src/protocol/effect.ts';
import { type Bench, bench, failsWith } from './setup.ts';

describe('search', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  const grep = (pattern: string, more: Partial<SearchEffect> = {}) =>
    b.run({ kind: 'search', by: 'content', pattern, root: b.root, ...more });
  const glob = (pattern: string, more: Partial<SearchEffect> = {}) =>
    b.run({ kind: 'search', by: 'name', pattern, root: b.root, ...more });

  function tree(...paths: string[]): void {
    for (const path of paths) {
      mkdirSync(join(b.root, path, '..'), { recursive: true });
      b.write(path, `needle in ${path}\n`);
    }
  }

  it('finds lines with path and number, sorted by path', async () => {
    tree('b.txt', 'a/x.txt');
    assert.deepEqual(await grep('needle', { output: 'content' }), {
      kind: 'search',
      lines: ['a/x.txt:1:needle in a/x.txt', 'b.txt:1:needle in b.txt'],
      total: 2,
      truncated: false,
      files: [join(b.root, 'a/x.txt'), join(b.root, 'b.txt')],
    });
    assert.deepEqual((await grep('needle')).lines, ['a/x.txt', 'b.txt']);
    assert.deepEqual((await grep('e', { output: 'count' })).lines, ['a/x.txt:1', 'b.txt:1']);
    assert.deepEqual((await grep('nowhere')).lines, []);
  });

  it('leaves the text of hidden files out, in every kind of answer, and still lists their names', async () => {
    const other = await bench({ hidden: path => path.endsWith('.pem') });
    other.write('key.pem', 'needle');
    other.write('open.txt', 'needle');
    const effect = { kind: 'search', by: 'content', pattern: 'needle', root: other.root } as const;
    for (const output of ['files_with_matches', 'content', 'count'] as const) {
      const found = await other.run({ ...effect, output });
      assert.deepEqual([found.total, found.files], [1, [join(other.root, 'open.txt')]]);
    }
    const names = await other.run({ kind: 'search', by: 'name', pattern: '*', root: other.root });
    assert.deepEqual(names.lines.toSorted(), ['key.pem', 'open.txt']);
    other.remove();
  });

  it('shows paths relative to the workspace, whatever folder or file the search starts from', async () => {
    tree('a/x.txt', 'a/y.txt');
    assert.deepEqual((await grep('needle', { root: join(b.root, 'a') })).lines, ['a/x.txt', 'a/y.txt']);
    assert.deepEqual((await grep('needle', { root: join(b.root, 'a/y.txt'), output: 'content' })).lines, [
      'a/y.txt:1:needle in a/y.txt',
    ]);
    writeFileSync(join(b.outside, 'o'), 'needle');
    assert.deepEqual((await grep('needle', { root: b.outside })).lines, [join(b.outside, 'o')]);
    await assert.rejects(grep('x', { root: join(b.root, 'none') }), failsWith('file.missing'));
  });

  it('finds hidden files, and neither .git nor what .gitignore names, whatever the glob', async () => {
    tree('.env', '.git/config', 'dist/a.js', 'src/a.js', 'src/a.min.js', 'node_modules/p/i.js');
    b.write('.gitignore', 'dist/\nnode_modules\n*.min.js\n');
    assert.deepEqual((await grep('needle')).lines, ['.env', 'src/a.js']);
    for (const pattern of ['**/*.js', '*.js', 'src/**', '**'])
      assert.deepEqual(
        (await grep('needle', { glob: pattern })).lines.filter(line => line !== '.env'),
        ['src/a.js'],
      );
    assert.deepEqual((await glob('**/*')).lines.sort(), ['.env', '.gitignore', 'src/a.js']);
    assert.deepEqual((await glob('*.js')).lines, ['src/a.js']);
    assert.deepEqual((await glob('.git/*')).lines, []);
  });

  it('lists names by time, the newest first', async () => {
    tree('old.ts', 'new.ts', 'middle.ts', 'other.md');
    for (const [name, time] of [
      ['old.ts', 1000],
      ['middle.ts', 2000],
      ['new.ts', 3000],
    ] as const)
      utimesSync(join(b.root, name), time, time);
    assert.deepEqual((await glob('*.ts')).lines, ['new.ts', 'middle.ts', 'old.ts']);
  });

  it('takes a pattern for a pattern, never for an option', async () => {
    b.write('a', '--files\n-e\n--pre=touch x\n');
    for (const pattern of ['--files', '-e', '--pre=touch'])
      assert.deepEqual((await grep(pattern, { output: 'content' })).total, 1);
    tree('-rf.ts', '--files');
    assert.deepEqual((await glob('-rf*')).lines, ['-rf.ts']);
    assert.deepEqual((await glob('--files')).lines, ['--files']);
    assert.deepEqual((await grep('needle', { glob: '--f*' })).lines, ['--files']);
  });

  it('ignores a configuration file of ripgrep', async () => {
    tree('a');
    const config = join(b.outside, 'config');
    writeFileSync(config, '--invert-match\n');
    process.env['RIPGREP_CONFIG_PATH'] = config;
    const other = await bench();
    try {
      writeFileSync(join(other.root, 'a'), 'needle\n');
      const found = await other.run({ kind: 'search', by: 'content', pattern: 'needle', root: other.root });
      assert.deepEqual(found.lines, ['a']);
    } finally {
      delete process.env['RIPGREP_CONFIG_PATH'];
      other.remove();
    }
  });

  it('shows names that would pass for two lines as JSON strings', async () => {
    tree('zwei\nb:1:zeilen', 'é 😀', `it's "x"`, 'rtl\u202Etxt');
    const { lines } = await grep('needle');
    assert.equal(lines.length, 4);
    assert.ok(lines.includes('"zwei\\nb:1:zeilen"'));
    assert.ok(lines.includes('"rtl\\u202etxt"'));
    assert.ok(lines.includes('é 😀'));
    assert.ok((await grep('needle', { output: 'content' })).lines.includes('"zwei\\nb:1:zeilen":1:needle in zwei'));
  });

  it('caps what it shows and counts on', async () => {
    b.write('many', 'needle\n'.repeat(400));
    const lines = await grep('needle', { output: 'content' });
    assert.deepEqual([lines.lines.length, lines.total, lines.truncated], [250, 400, true]);
    for (let n = 0; n < 120; n += 1) b.write(`f${n}.x`, '');
    const names = await glob('*.x');
    assert.deepEqual([names.lines.length, names.total, names.truncated], [100, 120, true]);
  });

  it('ends a search that finds without end', async () => {
    b.write('many', 'needle\n'.repeat(500_000));
    const found = await grep('needle', { output: 'content' });
    assert.ok(found.total >= 10_000 && found.total < 100_000);
    assert.equal(found.truncated, true);
  });

  it('cuts long lines and says so', async () => {
    b.write('long', `needle ${'x'.repeat(5000)}\nneedle short\n`);
    const { lines } = await grep('needle', { output: 'content' });
    assert.equal(lines.length, 2);
    assert.ok((lines[0] ?? '').length < 500);
    assert.match(lines[0] ?? '', /omitted/);
  });

  it('is not confused by binary files', async () => {
    b.write('a.bin', `${'needle 1\n'.repeat(30_000)}\0\0binary\n`);
    tree('b.txt');
    const { lines } = await grep('needle in', { output: 'content' });
    assert.deepEqual(lines, ['b.txt:1:needle in b.txt']);
    const all = await grep('needle', { output: 'count' });
    assert.ok(
      all.lines.every(line => /^(a\.bin|b\.txt):\d+$/.test(line)),
      all.lines.join(),
    );
  });

  it("answers a bad pattern with ripgrep's reason", async () => {
    tree('a');
    await assert.rejects(grep('foo('), failsWith('search.badPattern'));
    await assert.rejects(glob('a{b'), failsWith('search.badPattern'));
    await assert.rejects(glob('[ab'), failsWith('search.badPattern'));
  });

  it('does not wait at a pipe', async () => {
    const fifo = join(b.root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await assert.rejects(grep('x', { root: fifo }), failsWith('file.notAFile', { found: 'pipe' }));
    assert.deepEqual((await grep('x')).lines, []);
  });

  it('stops with the run', async () => {
    for (let n = 0; n < 40; n += 1) b.write(`f${n}`, 'x\n'.repeat(20_000));
    const stop = new AbortController();
    const running = b.run({ kind: 'search', by: 'content', pattern: 'y(x|x)*z', root: b.root }, stop.signal);
    setImmediate(() => stop.abort());
    await assert.rejects(running, failsWith('run.stopped'));
  });
});

describe('a glob', () => {
  const rows: [string, string[], string[]][] = [
    ['*.ts', ['a.ts', 'd/e/a.ts'], ['a.tsx', 'ts']],
    ['src/*.ts', ['src/a.ts'], ['src/d/a.ts', 'a.ts', 'x/src/a.ts']],
    ['src/**/*.ts', ['src/a.ts', 'src/d/e/a.ts'], ['lib/a.ts']],
    ['**/test/**', ['test/a', 'x/test/y/z'], ['tests/a']],
    ['**', ['a', 'a/b/c'], []],
    ['a?c', ['abc', 'a😀c'], ['ac', 'abbc']],
    ['[a-c]x[!0-9]', ['axy', 'cxz'], ['dxy', 'ax1']],
    ['*.{ts,tsx}', ['a.ts', 'b.tsx'], ['a.js']],
    ['{a,b/{c,d}}.x', ['a.x', 'b/c.x', 'b/d.x'], ['b.x', 'c.x']],
    ['\\*.x', ['*.x'], ['a.x']],
    ['[id].ts', ['i.ts'], ['[id].ts']],
    ['\\[id\\].ts', ['[id].ts'], ['i.ts']],
  ];
  for (const [pattern, yes, no] of rows)
    it(`${pattern} matches what it should`, () => {
      const matches = globMatcher(pattern);
      for (const path of yes) assert.ok(matches(path), path);
      for (const path of no) assert.ok(!matches(path), path);
    });

  it('takes no time that grows with its wildcards', () => {
    const start = performance.now();
    assert.equal(globMatcher(`${'*a'.repeat(60)}b`)('a'.repeat(255)), false);
    assert.equal(globMatcher(`${'**/a/'.repeat(60)}b`)('a/'.repeat(500)), false);
    assert.ok(performance.now() - start < 5_000);
  });

  it('does not grow without bound', () => {
    assert.throws(() => expandBraces('{a,b}'.repeat(12)), failsWith('search.badPattern'));
  });
});

describe('ripgrep', () => {
  it('is the given one, else the package, else the one on the path, else named as missing', () => {
    const nowhere = { searchPath: '', workspace: '/nowhere' };
    assert.equal(findRipgrep(process.execPath, nowhere), process.execPath);
    assert.match(findRipgrep(undefined, nowhere), /ripgrep.*rg/);
    assert.match(findRipgrep('/nowhere/rg', nowhere), /ripgrep.*rg/);
  });
});
