import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesBelow } from '../../src/checkpoints/outerRules.ts';
import { type Bench, makeBench } from './store.ts';

describe('ignore rules of a folder above', () => {
  it('hold for names as they are and for paths as far as they lead here', () => {
    const text = [
      '# note',
      '*.log',
      'build/',
      '/packages/a/out',
      '/packages/*/dist/',
      '/packages/b/x',
      '!packages/a/keep.log',
    ];
    const more = ['**/deep/tmp', '/packages', 'packages/a', 'packages/**/cache', '/other'];
    assert.deepEqual(rulesBelow([...text, ...more].join('\n'), ['packages', 'a']).split('\n'), [
      '*.log',
      'build/',
      '/out',
      '/dist/',
      '!/keep.log',
      '/**/deep/tmp',
      '/**/cache',
    ]);
    assert.equal(rulesBelow('/a\n', []), '/a\n');
  });

  describe('in a snapshot', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(() => bench.close());

    it('are minded as the person’s git minds them', async () => {
      bench.git(bench.root, 'init', '-q');
      bench.write('.gitignore', 'node_modules/\n/packages/*/dist\n*.log\n/src\n');
      bench.write('packages/.gitignore', 'a/out/\n!keep.log\n');
      const exclude = join(bench.root, '.git/info/exclude');
      writeFileSync(exclude, '/packages/a/private\n/private\n');
      for (const path of [
        'node_modules/x',
        'dist/x',
        'src/x',
        'x.log',
        'keep.log',
        'out/x',
        'private',
        'sub/private',
        'sub/dist/x',
      ])
        bench.write(`packages/a/${path}`, 'x');
      const root = join(bench.root, 'packages/a');
      const snapshots = await bench.open('run', { root, store: root, excludes: () => [exclude] });
      const listed = bench.git(root, 'ls-files', '-z', '-o', '--exclude-standard').split('\0').filter(Boolean);
      assert.deepEqual(listed.toSorted(), ['keep.log', 'src/x', 'sub/dist/x', 'sub/private']);
      assert.equal((await snapshots.take()).ref.files, listed.length);
    });
  });
});
