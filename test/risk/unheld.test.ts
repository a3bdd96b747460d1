import assert from 'node:assert/strict';
import { assessCommand } from '../../src/risk/assess.ts';
import type { Facts, PathFact } from '../../src/risk/facts.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { factsOf, parseBash } from './shell/support.ts';

/** What lies in /work/app: folders end in a slash. `data/`, `local.db`, `*.out`, dist/ and node_modules/ are ignored. */
const tree = [
  '.env',
  'README.md',
  'data/',
  'data/old/',
  'data/old/kept.dat',
  'data/rows.csv',
  'dist/',
  'dist/app.js',
  'fresh/',
  'local.db',
  'node_modules/',
  'node_modules/.cache/',
  'run.out',
  'src/',
  'src/a.ts',
  'test/',
  'test/a.test.ts',
  'tools/',
  'tools/.idea/',
  'web/',
  'web/uploads/',
  'web/uploads/a.png',
  'web/dist/',
].map(name => `/work/app/${name}`);
const ignored =
  /^\/work\/app\/(\.env|data|fresh|dist|node_modules|tools\/\.idea|web\/(uploads|dist)|local\.db|run\.out)(\/|$)/;

function fact(path: string): PathFact {
  const real = path.length > 1 ? path.replace(/\/$/, '') : path;
  const inside = real === '/work/app' || real.startsWith('/work/app/');
  const folder = real === '/work/app' || tree.includes(`${real}/`) || /^\/(tmp|var\/tmp)?$/.test(real);
  const below = [real, ...tree]
    .filter(each => each.startsWith(`${real}/`))
    .map(each => each.slice(real.length + 1).split('/')[0] ?? '');
  return {
    real,
    inside,
    kind: folder ? 'directory' : tree.includes(real) ? 'file' : 'missing',
    held: !inside ? 'unknown' : ignored.test(real) ? 'ignored' : 'tracked',
    links: 1,
    names: [...new Set(below)].filter(name => name !== ''),
  };
}

const facts: Facts = {
  ...factsOf({ targets: { clean: 'rm -rf dist', purge: 'rm -rf node_modules data' } }),
  path: fact,
};

function told(command: string): string {
  const reader = { parse: parseBash, table: programs };
  const { tier, findings } = assessCommand(reader, { command, cwd: '/work/app' }, facts).assessment;
  return `${tier}: ${findings.map(({ code }) => code).join(' ')}`.trim();
}

const loses = (code: RegExp, ...commands: string[]): void => {
  for (const command of commands) it(`tells what ${command} loses`, () => assert.match(told(command), code));
};
const low = (...commands: string[]): void => {
  for (const command of commands) it(`takes ${command} for low`, () => assert.match(told(command), /^low:/));
};

describe('a glob', () => {
  loses(
    /^high: .*delete\.ignored/,
    'rm -rf dat*',
    'rm -rf d?ta',
    'rm -rf [d]ata',
    'rm *.db',
    'rm -f local.*',
    'rm -rf */*.csv',
  );
  loses(/^medium: .*delete\.regenerable/, 'rm -rf dis*');
  loses(/^high: .*write\.ignored/, 'truncate -s 0 data/*', 'sed -i d *.db');
  loses(/^medium: .*tests\.deleted/, 'rm -rf tes*', 'rm */a.test.ts');
  loses(/read\.secret|delete\.ignored/, 'rm -f .en*');
  low('rm -rf tool*', 'rm -f *.orig', 'rm -f src/*.ts', 'sed -i s/a/b/ src/*.ts', 'touch data/*');
});

describe('writing over what no checkpoint holds', () => {
  loses(
    /^high: .*write\.ignored/,
    ': > data/rows.csv',
    '> data/rows.csv',
    'echo x >| data/rows.csv',
    'cp README.md data/rows.csv',
    'cp /dev/null data/rows.csv',
    'mv README.md local.db',
    'ln -sf README.md local.db',
    'truncate -s 0 data/rows.csv',
    'sed -i d data/rows.csv',
    'tee data/rows.csv < README.md',
    'sort -o data/rows.csv README.md',
    'dd if=/dev/zero of=local.db count=1',
    'tar -cf local.db src',
    'zip local.db README.md',
    `awk 'BEGIN{print "x" > "local.db"}'`,
    'cp -r src/a.ts data/rows.csv',
    'objcopy README.md local.db',
    'strip local.db',
    'strip -o local.db README.md',
    'dasel put -f local.db x',
    'dasel delete --file=data/rows.csv x',
  );
  loses(
    /^medium: .*write\.ignored/,
    'tar xf a.tar -C data',
    'unzip a.zip -d data',
    'tar xf a.tar',
    'tar -xzf a.tgz -C .',
    'unzip -o a.zip',
    '7z x a.7z',
  );
  low(
    'echo x >> data/rows.csv',
    'touch data/rows.csv',
    'chmod 644 data/rows.csv',
    'cp README.md data/new.csv',
    'tsc > run.out',
    'strip dist/app.js',
    'objcopy dist/app.js dist/b.js',
    'dasel -f local.db x',
    'dasel put -f local.db -o dist/x.json x',
    'echo x > dist/app.js',
    'echo x > src/a.ts',
    'mkdir -p data/x',
    'tar xf a.tar -C fresh',
    'tar xf a.tar -C src',
    'tar xf a.tar -C tools',
    'tar tf a.tar',
    'tar xf a.tar -C dist',
  );
});

describe('a protected name that is a link', () => {
  const linked = (path: string): PathFact => ({
    ...fact(path),
    real: path
      .replace('/work/app/.vscode', '/work/app/tools/vscode')
      .replace('/work/app/.envrc', '/work/app/tools/env'),
  });
  for (const command of ['echo x > .vscode/tasks.json', 'cp a .envrc', 'rm -rf .vscode'])
    it(`is protected: ${command}`, () => {
      const { assessment } = assessCommand(
        { parse: parseBash, table: programs },
        { command, cwd: '/work/app' },
        { ...facts, path: linked },
      );
      assert.equal(assessment.floor, 'ask', JSON.stringify(assessment.findings));
    });
});

describe('a move', () => {
  loses(/^high: .*delete\.ignored/, 'mv data /tmp', 'mv data/* /tmp/', 'mv -t /tmp data', 'mv local.db /var/tmp/x.db');
  loses(
    /^medium: .*delete\.movesTests/,
    'mv test test.bak',
    'mv test/a.test.ts a.ts.bak',
    'git mv test old',
    'mv test/* tools/',
  );
  loses(
    /^high: .*delete\.ignored/,
    'mv data dist',
    'mv data dist/data',
    'mv data .cache/',
    'mv local.db tmp/ && make clean',
    'git mv local.db coverage',
  );
  low('mv dist build', 'mv src/a.ts dist/', 'mv run.out logs/');
  low('mv data src/data', 'mv src/a.ts /tmp/', 'mv test tests', 'mv test/a.test.ts src/', 'git mv src/a.ts src/b.ts');
});

describe('what was moved by the same command', () => {
  loses(
    /^high: .*delete\.ignored/,
    'mv data x; rm -rf x',
    'mv data x && rm -rf ./x',
    'mv local.db x.txt && rm x.txt',
    'mv data/rows.csv src/b.csv && rm src/b.csv',
    'mv data tools/ && rm -rf tools/data',
    'mv data tools && rm -rf tools',
    'mv data x && mv x y && rm -rf y',
    'mv data x && rm -rf x/old',
    'mv local.db x.txt && rm *.txt',
    'mv data x && find x -delete',
    'mkdir x && mv data/* x && rm -rf x',
    'mv data x && mv x /tmp',
  );
  loses(/^high: .*write\.ignored/, 'mv local.db x.txt; : > x.txt', 'mv local.db x && truncate -s 0 x');
  low(
    'mv src/a.ts src/b.ts && rm src/b.ts',
    'mv data x && ls x',
    'mv data x && mv x data',
    'mv local.db x && rm src/a.ts',
    'mv data x && echo y >> x/rows.csv',
  );
});

describe('a folder that git holds, with ignored data in it', () => {
  loses(/^high: .*delete\.ignored/, 'rm -rf web', 'rm -r ./web', 'rm -rf we*', 'mv web /tmp/', 'mv web dist/');
  low('rm -rf tools', 'rm -rf src', 'mv web site', 'rm -f web');
});

describe('what is found below a folder', () => {
  loses(
    /^high: .*delete\.ignored/,
    'find . -name rows.csv -delete',
    `find . -name '*.csv' -delete`,
    `find . -type f -name 'kept.*' -exec rm {} +`,
    `find . -name kept.dat -print0 | xargs -0 rm -f; find . -iname '*.dat' -exec rm -f {} \\;`,
    `find . -name data -exec rm -rf {} +`,
    `find . -path './data/*' -name '*.csv' -delete`,
    'fd -u -e csv -X rm',
    'fd --no-ignore rows -x rm {}',
    'fd -I -g kept.dat -x rm',
    'shopt -s globstar; rm -rf **/*.dat',
    'rm -f **/kept.dat',
  );
  loses(
    /^high: .*write\.ignored/,
    `find . -maxdepth 2 -name '*.csv' -exec truncate -s 0 {} +`,
    `find . -name '*.csv' -exec sed -i d {} +`,
    'fd -uu csv -x truncate -s 0',
  );
  low(
    `find . -name '*.orig' -delete`,
    `find src -name '*.csv' -delete`,
    `find . -name '*.csv' -exec wc -l {} +`,
    `find . -name '*.ts' -exec sed -i s/a/b/ {} +`,
    'fd rows -x rm {}',
    'fd -e ts -x prettier --write',
  );
});

describe('a task that takes away what builds make', () => {
  low('make clean', 'make -s clean && tsc -p .');
  loses(/^medium: .*delete\.regenerable/, 'rm -rf dist');
  loses(/^high: .*delete\.ignored/, 'make purge');
});
