import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ignoresCase } from '../../../src/effects/facts/caseless.ts';
import { Held } from '../../../src/effects/facts/held.ts';
import { RuleFiles } from '../../../src/effects/facts/ignored.ts';
import { maxScriptBytes } from '../../../src/effects/facts/script.ts';
import { askWithFacts, maxRounds } from '../../../src/gate/factsSource.ts';
import { maxHeldBytes } from '../../../src/protocol/checkpoint.ts';
import type { Want } from '../../../src/risk/facts.ts';
import { type Place, pathFact, place } from './setup.ts';

describe('facts of paths', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  it('tell what is not gathered from what is not there', async () => {
    const source = (await at.facts()).begin();
    const path = join(at.root, 'none');
    assert.equal(source.facts().path(path), undefined);
    await source.gather([{ about: 'path', path }]);
    assert.deepEqual(source.facts().path(path), {
      real: path,
      inside: true,
      kind: 'missing',
      held: 'unknown',
      links: 0,
    });
  });

  it('follow links to where they lead, also to what does not exist', async () => {
    symlinkSync(at.outside, join(at.root, 'out'));
    symlinkSync(join(at.outside, 'not-yet'), join(at.root, 'dangling'));
    symlinkSync('../workspace/../outside/x', join(at.root, 'relative'));
    const sources = await at.facts();
    for (const [path, real] of [
      ['out/new/deep', 'new/deep'],
      ['dangling', 'not-yet'],
      ['relative', 'x'],
    ] as const) {
      const fact = await pathFact(sources, join(at.root, path));
      assert.equal(fact.real, join(at.outside, real));
      assert.equal(fact.inside, false);
      assert.equal(fact.kind, 'missing');
    }
  });

  it('take .. after a link from where the link leads', async () => {
    mkdirSync(join(at.outside, 'deep'));
    symlinkSync(join(at.outside, 'deep'), join(at.root, 'link'));
    const fact = await pathFact(await at.facts(), `${at.root}/link/../file`);
    assert.equal(fact.real, join(at.outside, 'file'));
  });

  it('end with links that lead in a circle', async () => {
    symlinkSync('b', join(at.root, 'a'));
    symlinkSync('a', join(at.root, 'b'));
    assert.equal((await pathFact(await at.facts(), join(at.root, 'a'))).kind, 'other');
  });

  it('resolve as the system does', async () => {
    at.write('dir/sub/file');
    symlinkSync('dir/sub', join(at.root, 'one'));
    symlinkSync(`${at.root}/one/..`, join(at.root, 'two'));
    const sources = await at.facts();
    for (const path of ['one/file', 'two/sub/file', 'two', 'dir/../two/sub/./file', 'one/../sub']) {
      const real = execFileSync('realpath', [`${at.root}/${path}`], { encoding: 'utf8' }).trim();
      assert.equal((await pathFact(sources, `${at.root}/${path}`)).real, real, path);
    }
  });

  it('count hard links and name kinds', async () => {
    linkSync(at.write('file'), join(at.outside, 'other-name'));
    execFileSync('mkfifo', [join(at.root, 'pipe')]);
    const sources = await at.facts();
    assert.deepEqual(
      [(await pathFact(sources, join(at.root, 'file'))).links, (await pathFact(sources, join(at.root, 'pipe'))).kind],
      [2, 'other'],
    );
    assert.equal((await pathFact(sources, at.root)).kind, 'directory');
    assert.equal((await pathFact(sources, `${at.root}/a\0b`)).inside, false);
  });

  it('are of one moment, and the next moment sees what changed', async () => {
    const sources = await at.facts();
    const source = sources.begin();
    const path = join(at.root, 'file');
    await source.gather([{ about: 'path', path }]);
    at.write('file');
    await source.gather([{ about: 'path', path }]);
    assert.equal(source.facts().path(path)?.kind, 'missing');
    assert.equal((await pathFact(sources, path)).kind, 'file');
  });

  it('name what a folder holds where that is asked, and nothing outside', async () => {
    const source = (await at.facts()).begin();
    at.write('data/.hidden');
    at.write('data/rows.csv');
    const names = async (path: string) => {
      await source.gather([
        { about: 'path', path },
        { about: 'path', path, names: true },
      ]);
      return source.facts().path(path)?.names;
    };
    assert.deepEqual([...((await names(join(at.root, 'data'))) ?? [])].sort(), ['.hidden', 'rows.csv']);
    assert.deepEqual(await names(join(at.root, 'none')), []);
    assert.equal(await names(join(at.root, 'data/rows.csv')), null);
    assert.equal(await names(at.outside), null);
  });

  it('know nothing of places beyond a bound', async () => {
    const source = (await at.facts()).begin();
    const wants = Array.from({ length: 2_001 }, (_, i): Want => ({ about: 'path', path: join(at.root, `f${i}`) }));
    await source.gather(wants);
    assert.equal(source.facts().path(join(at.root, 'f1999'))?.inside, true);
    assert.equal(source.facts().path(join(at.root, 'f2000'))?.inside, false);
  });
});

describe('what git holds', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
    at.git('init', '-q');
  });
  afterEach(() => at.remove());

  const held = async (path: string): Promise<string> => (await pathFact(await at.facts(), join(at.root, path))).held;

  it('is tracked, ignored or untracked, by rules at all levels', async () => {
    for (const file of [
      'src/a.ts',
      'src/gen/x.ts',
      'dist/app.js',
      'debug.log',
      'keep.log',
      'new.txt',
      'mine.tmp',
      'local',
    ])
      at.write(file);
    at.write('.gitignore', 'dist/\n*.log\n!keep.log\n');
    at.write('src/.gitignore', 'gen\n');
    writeFileSync(join(at.root, '.git/info/exclude'), 'local\n');
    mkdirSync(join(at.home, '.config/git'), { recursive: true });
    writeFileSync(join(at.home, '.config/git/ignore'), '*.tmp\n');
    at.git('add', 'src/a.ts');
    at.git('add', '-f', 'dist/app.js');
    const expected = {
      'src/a.ts': 'tracked',
      src: 'tracked',
      '.': 'tracked',
      'dist/app.js': 'tracked',
      dist: 'tracked',
      'dist/other.js': 'ignored',
      'debug.log': 'ignored',
      'keep.log': 'untracked',
      'new.txt': 'untracked',
      'src/gen/x.ts': 'ignored',
      'src/gen': 'ignored',
      local: 'ignored',
      'mine.tmp': 'ignored',
      '.git': 'ignored',
      '.git/config': 'ignored',
    };
    for (const [path, state] of Object.entries(expected)) assert.equal(await held(path), state, path);
  });

  it("takes the person's own file of rules where their configuration names one", async () => {
    writeFileSync(join(at.home, 'rules'), '*.mine\n');
    writeFileSync(join(at.home, '.gitconfig'), '[core]\n\texcludesFile = ~/rules\n');
    at.write('x.mine');
    assert.equal(await held('x.mine'), 'ignored');
  });

  it('is not known without a repository, but rules for ignoring count', async () => {
    rmSync(join(at.root, '.git'), { recursive: true });
    at.write('.gitignore', 'dist\n');
    at.write('dist/x');
    assert.equal(await held('dist/x'), 'ignored');
    assert.equal(await held('.gitignore'), 'unknown');
  });

  it('is found whatever the case where the file system ignores it', async () => {
    const held = new Held({
      top: at.root,
      tracked: { files: new Set(['src/a.ts']), folders: new Set(['src']) },
      outer: [],
      rules: new RuleFiles(true),
      caseless: true,
    });
    at.write('.gitignore', 'Dist\n');
    assert.equal(held.state(join(at.root, 'SRC/A.ts'), 'file'), 'tracked');
    assert.equal(held.state(join(at.root, 'dIST/x'), 'file'), 'ignored');
    assert.equal(held.state(join(at.root, '.Git/config'), 'file'), 'ignored');
    writeFileSync(join(at.outside, 'probe'), '');
    assert.equal(ignoresCase(at.outside), existsSync(join(at.outside, 'PROBE')));
    assert.deepEqual(readdirSync(at.outside), ['probe']);
  });

  it('ends at another repository', async () => {
    at.write('inner/file');
    at.git('add', '.');
    assert.equal(await held('inner/file'), 'tracked');
    execFileSync('git', ['init', '-q', join(at.root, 'inner')], {
      env: { PATH: process.env['PATH'] ?? '', HOME: at.home },
    });
    assert.equal(await held('inner'), 'ignored');
    assert.equal(await held('inner/.git/config'), 'ignored');
  });

  it('is that of the other repository for the files in it, which a checkpoint holds by its rules', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    at.write('.gitignore', 'out\n');
    at.write('inner/.gitignore', '*.log\n');
    for (const name of ['inner/file', 'inner/a.log', 'inner/a.tmp', 'out/inner/file', 'broken/.git/x', 'broken/file'])
      at.write(name);
    for (const name of ['inner', 'out/inner']) execFileSync('git', ['init', '-q', join(at.root, name)], { env });
    at.write('inner/.git/info/exclude', '*.tmp\n');
    assert.equal(await held('inner/file'), 'untracked');
    for (const name of ['inner/a.log', 'inner/a.tmp', 'out/inner/file', 'broken/file'])
      assert.equal(await held(name), 'ignored', name);
  });

  it('is not held for a file above the limit of checkpoints, and for what is no file', async () => {
    at.write('large');
    at.write('full');
    truncateSync(join(at.root, 'large'), maxHeldBytes + 1);
    truncateSync(join(at.root, 'full'), maxHeldBytes);
    execFileSync('mkfifo', [join(at.root, 'pipe')], { env: { PATH: process.env['PATH'] ?? '' } });
    at.git('add', '--intent-to-add', 'large', 'full');
    for (const [name, state] of Object.entries({ large: 'ignored', full: 'tracked', pipe: 'ignored' }))
      assert.equal(await held(name), state, name);
  });

  it('follows the index as it changes', async () => {
    const sources = await at.facts();
    const path = at.write('file');
    assert.equal((await pathFact(sources, path)).held, 'untracked');
    at.git('add', 'file');
    assert.equal((await pathFact(sources, path)).held, 'tracked');
    at.git('rm', '-q', '--cached', 'file');
    assert.equal((await pathFact(sources, path)).held, 'untracked');
    at.write('.gitignore', 'file\n');
    assert.equal((await pathFact(sources, path)).held, 'ignored');
  });

  it('is known from a folder below the top of the repository', async () => {
    at.write('packages/app/a.ts');
    at.write('packages/app/out/b.js');
    at.write('.gitignore', 'out\n');
    at.git('add', '.');
    const { openGit } = await import('../../../src/effects/git/neutral.ts');
    const { openFacts } = await import('../../../src/effects/facts/facts.ts');
    const root = join(at.root, 'packages/app');
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    const git = await openGit({ workspace: root, home: at.home, env, scratch: at.scratch });
    const sources = openFacts({ root, home: at.home, ownState: [], git, trustedHosts: new Set() });
    assert.equal((await pathFact(sources, join(root, 'a.ts'))).held, 'tracked');
    assert.equal((await pathFact(sources, join(root, 'out/b.js'))).held, 'ignored');
    await git?.close();
  });

  it('takes rules that would be too costly to follow for ones that ignore', async () => {
    at.write('.gitignore', `${'*a'.repeat(30)}b\n`);
    const name = 'a'.repeat(200);
    at.write(name);
    const start = performance.now();
    assert.equal(await held(name), 'ignored');
    assert.ok(performance.now() - start < 15_000);
  });

  it('agrees with git about made-up rules', async () => {
    const files = [
      'a',
      'b.log',
      'x/a',
      'x/b.log',
      'x/y/a',
      'x/y/b.log',
      'build/out/a',
      'x/build/a',
      'doc/a.txt',
      'doc/x/a.txt',
    ];
    for (const file of files) at.write(file);
    const rules = [
      'a',
      '/a',
      '*.log',
      '!b.log',
      'x/',
      'x/*',
      '!x/y',
      'build',
      '/build/',
      'doc/**/a.txt',
      'doc/*.txt',
      '**/y',
      '!**/a',
      '[ab]',
      'x/y/*',
      '\\!a',
      '# a',
      'a ',
      '?',
    ];
    let seed = 7;
    const next = (bound: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % bound;
    };
    const sources = await at.facts();
    for (let round = 0; round < 60; round++) {
      const pick = () => Array.from({ length: 1 + next(4) }, () => rules[next(rules.length)]).join('\n');
      at.write('.gitignore', pick());
      if (next(2) === 0) at.write('x/.gitignore', pick());
      else rmSync(join(at.root, 'x/.gitignore'), { force: true });
      const said = spawnSync('git', ['check-ignore', '--no-index', '--stdin'], {
        cwd: at.root,
        input: files.join('\n'),
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', HOME: at.home, GIT_CONFIG_NOSYSTEM: '1' },
      });
      const ignored = new Set(said.stdout.split('\n').filter(Boolean));
      for (const file of files) {
        const ours = (await pathFact(sources, join(at.root, file))).held === 'ignored';
        // Never less than git ignores.
        if (ignored.has(file)) assert.ok(ours, `round ${round}: ${file}`);
        else if (ours) overridden.push(file);
      }
    }
    assert.ok(overridden.length <= 12, `${overridden.length} are ignored by us alone`);
  });
  const overridden: string[] = [];
});

describe('texts and manifests', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  async function text(path: string): Promise<string | null | undefined> {
    const source = (await at.facts()).begin();
    await source.gather([{ about: 'text', path }]);
    return source.facts().text(path);
  }

  it('are regular files of the workspace up to a length, and text', async () => {
    assert.equal(await text(at.write('a.sh', 'echo hi\n')), 'echo hi\n');
    assert.equal(await text(at.write('long.sh', 'x'.repeat(maxScriptBytes))), 'x'.repeat(maxScriptBytes));
    assert.equal(await text(at.write('longer.sh', 'x'.repeat(maxScriptBytes + 1))), null);
    assert.equal(await text(at.write('binary', 'a\0b')), null);
    assert.equal(await text(join(at.root, 'none')), null);
    writeFileSync(join(at.outside, 'x.sh'), 'secret');
    symlinkSync(join(at.outside, 'x.sh'), join(at.root, 'x.sh'));
    assert.equal(await text(join(at.root, 'x.sh')), null);
  });

  it('are not waited for where a pipe stands in their place', async () => {
    execFileSync('mkfifo', [join(at.root, 'pipe.sh'), join(at.root, 'package.json'), join(at.root, 'Makefile')]);
    assert.equal(await text(join(at.root, 'pipe.sh')), null);
    const source = (await at.facts()).begin();
    await source.gather([{ about: 'manifest', directory: at.root }]);
    assert.equal(source.facts().manifest(at.root, 'npm'), null);
    assert.equal(source.facts().manifest(at.root, 'make'), null);
  });

  it('are the nearest package.json upwards, and never one above the workspace', async () => {
    writeFileSync(join(at.base, 'package.json'), '{"scripts":{"test":"outside"}}');
    mkdirSync(join(at.root, 'a/b'), { recursive: true });
    const source = (await at.facts()).begin();
    await source.gather([{ about: 'manifest', directory: join(at.root, 'a') }]);
    assert.equal(source.facts().manifest(join(at.root, 'a'), 'npm'), null);
    const file = at.write('package.json', '\uFEFF{"scripts":{"test":"mocha","odd":1}}');
    const later = (await at.facts()).begin();
    await later.gather([{ about: 'manifest', directory: join(at.root, 'a/b') }]);
    const manifest = later.facts().manifest(join(at.root, 'a/b'), 'npm');
    assert.equal(manifest?.file, file);
    assert.deepEqual(manifest?.tasks, { test: 'mocha' });
    assert.equal(later.facts().manifest(join(at.root, 'a/b'), 'just'), null);
    assert.equal(later.facts().manifest(at.root, 'npm'), undefined);
  });

  it('are not taken from above where the nearest one cannot be told', async () => {
    at.write('package.json', '{"scripts":{"test":"mocha"}}');
    for (const make of [
      () => at.write('a/package.json', `{"scripts":{"test":"evil"}}${' '.repeat(1024 * 1024)}`),
      () => symlinkSync('../package.json', join(at.root, 'a/package.json')),
      () => at.write('a/package.json', '{'),
    ]) {
      rmSync(join(at.root, 'a'), { recursive: true, force: true });
      mkdirSync(join(at.root, 'a'));
      make();
      const source = (await at.facts()).begin();
      await source.gather([{ about: 'manifest', directory: join(at.root, 'a') }]);
      assert.equal(source.facts().manifest(join(at.root, 'a'), 'npm'), null);
    }
  });

  it('are those of composer and deno where they are shell alone', async () => {
    at.write('composer.json', '{"scripts":{"a":["x","y"],"b":"@a","c":"App\\\\X::run"}}');
    at.write('deno.json', '{"tasks":{"dev":"deno run x.ts","more":{"command":"y"}}}');
    const source = (await at.facts()).begin();
    await source.gather([{ about: 'manifest', directory: at.root }]);
    assert.deepEqual(source.facts().manifest(at.root, 'composer')?.tasks, { a: 'x\ny' });
    assert.deepEqual(source.facts().manifest(at.root, 'deno')?.tasks, { dev: 'deno run x.ts' });
  });

  it('are gathered and asked about again until nothing is wanted, within bounds', async () => {
    at.write('a', join(at.root, 'b'));
    at.write('b', 'end');
    const sources = await at.facts();
    const chain = (start: string, asked: string[]) =>
      askWithFacts(sources.begin(), facts => {
        asked.push(start);
        const first = facts.text(start);
        if (typeof first !== 'string') return { wants: [{ about: 'text', path: start } as const] };
        const second = facts.text(first);
        return { wants: second === undefined ? [{ about: 'text', path: first } as const] : [], second };
      });
    const asked: string[] = [];
    assert.deepEqual(await chain(join(at.root, 'a'), asked), { wants: [], second: 'end' });
    assert.equal(asked.length, 3);
    let rounds = 0;
    await askWithFacts(sources.begin(), () => ({ wants: [{ about: 'text', path: `/${++rounds}` } as const] }));
    assert.equal(rounds, maxRounds);
  });
});
