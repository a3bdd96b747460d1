import assert from 'node:assert/strict';
import { assessCommand } from '../../../../src/risk/assess.ts';
import type { Facts } from '../../../../src/risk/facts.ts';
import { programs } from '../../../../src/risk/shell/programs/table.ts';
import { areJudged, holds } from '../holds.ts';
import { factsOf, parseBash } from '../support.ts';

describe('What weakens tests and checks', () => {
  holds('low', [
    "sed -i 's/foo/bar/' src/a.ts",
    "sed -i 's/colour/color/' test/a.test.ts",
    'echo dist >> .gitignore',
    'mv test/a.test.ts test/b.test.ts',
    'cp test/a.test.ts test/b.test.ts',
    'rm test/fixtures/out.json',
    'rm -rf test/tmp.d/cache.txt',
    'echo "test(\'a\', () => expect(1 + 1).toBe(2))" > test/c.test.ts',
    "printf 'export const a = 1;\\n' > src/a.ts",
    'git commit -m "Skip nothing"',
    "perl -pi -e 's/a/b/' src/a.py",
  ]);
  holds('medium', [
    ['rm test/a.test.ts', 'tests.deleted'],
    ['rm -r tests', 'tests.deleted'],
    ['git rm -rq spec', 'tests.deleted'],
    ['find . -name "*_test.go" -delete', 'tests.deleted'],
    ['> test/a.test.ts', 'tests.deleted'],
    ['true > test/a.test.ts', 'tests.deleted'],
    ['cp /dev/null tests/test_a.py', 'tests.deleted'],
    ['truncate -s 0 tests/test_a.py', 'tests.deleted'],
    ['cat /dev/null > src/a.spec.ts', 'tests.deleted'],
    ["printf '' > test/a.test.ts", 'tests.deleted'],
    ["sed -i 's/describe(/describe.skip(/' test/a.test.ts", 'tests.rewritten'],
    ["sed -i '/expect/d' test/*.test.ts", 'tests.rewritten'],
    ["sed -i '10,20d' tests/test_a.py", 'tests.rewritten'],
    ["perl -0pi -e 's/assertEqual/assertTrue/g' tests/test_a.py", 'tests.rewritten'],
    ["awk -i inplace '!/assert/' tests/test_a.py", 'tests.rewritten'],
    ['mv other.ts test/a.test.ts', 'tests.replaced'],
    ['echo "test.skip(\'a\', f)" > test/a.test.ts', 'tests.skipped'],
    ["echo 'expect(true).toBe(true)' >> test/a.test.ts", 'tests.trivial'],
    ["sed -i '1i // @ts-nocheck' src/a.ts", 'edit.suppressed'],
    ["sed -i '1s/^/# pylint: disable=all\\n/' src/a.py", 'edit.suppressed'],
    ["echo '# noqa' >> src/a.py", 'edit.suppressed'],
    ["echo 'src' > .eslintignore", 'path.checkSettings'],
    ['echo CVE-1 >> .trivyignore', 'path.checkSettings'],
    ["sed -i 's/80/0/' .coveragerc", 'path.checkSettings'],
    ['rm .gitleaks.toml', 'path.checkSettings'],
    ["sed -i '/.env/d' .gitignore", 'path.ignoreList'],
    ['git commit --author="A <a@b.c>" -m x', 'git.author'],
    ['git -c user.name=Boss commit -m x', 'git.author'],
    ['git commit --no-gpg-sign -m x', 'git.unsigned'],
    ['git update-index --skip-worktree src/a.ts', 'git.hides'],
    ['lastlog -C -u ann', 'system.logs'],
  ]);
  holds('high', [
    ['rm -rf .github', 'path.ci'],
    ['rm -r .github/workflows', 'path.ci'],
    ['git rebase --root -i', 'git.rewritesHistory'],
    ['git -c gc.pruneExpire=now gc', 'git.losesHistory'],
    ['pkill auditd', 'system.defences'],
    ["echo 'process.exit(0)' > tests/setup.js", 'path.runsOnHost'],
  ]);
});

describe('A file of tests that is written anew', () => {
  const texts = {
    '/work/app/test/a.test.ts': "it('a', () => assert.equal(f(), 1));\nit('b', () => assert.equal(g(), 2));\n",
  };
  const one = "it('a', () => assert.equal(f(), 1));";
  const both = `${one}\nit('b', () => assert.equal(g(), 2));`;
  areJudged(
    [
      [`cat > test/a.test.ts <<'E'\n${one}\nE`, 'medium', 'tests.casesRemoved'],
      [`cat <<'E' > test/a.test.ts\n${one}\n// \${x}\nE`, 'medium', 'tests.casesRemoved'],
      [`tee test/a.test.ts <<'E'\n${one}\nE`, 'medium', 'tests.casesRemoved'],
      [`cd test && cat > a.test.ts <<'E'\n${one}\nE`, 'medium', 'tests.casesRemoved'],
      [`cat > test/a.test.ts <<'E'\nit('a', () => f());\nit('b', () => g());\nE`, 'medium', 'tests.assertionsRemoved'],
      [`echo "${one}" > test/a.test.ts`, 'medium', 'tests.casesRemoved'],
      [`cat > test/a.test.ts <<'E'\nE`, 'medium', 'tests.deleted'],
      [`cat > test/a.test.ts <<'E'\n${both}\nE`, 'low'],
      [`cat > test/a.test.ts <<'E'\n${both}\nit('c', () => assert.equal(h(), 3));\nE`, 'low'],
      [`cat >> test/a.test.ts <<'E'\n${one}\nE`, 'low'],
      [`cat > test/b.test.ts <<'E'\n${one}\nE`, 'low'],
    ],
    { texts },
  );
});

describe('What is put where installed tools run it', () => {
  holds('low', ['mkdir -p node_modules/.cache/x', 'ls node_modules/eslint', 'cat node_modules/eslint/package.json']);
  holds('medium', [
    ['rm -rf node_modules', 'delete.regenerable'],
    ['echo 22 > .nvmrc', 'path.toolVersion'],
  ]);
  holds('high', [
    ['cp a.js node_modules/eslint/lib/api.js', 'path.installedTool'],
    ['echo x > node_modules/.bin/tsc', 'path.installedTool'],
    ["sed -i 's/a/b/' node_modules/typescript/lib/tsc.js", 'path.installedTool'],
    ['tee -a .venv/bin/activate < a', 'path.installedTool'],
    ['cp x.pth venv/lib/python3.12/site-packages/x.pth', 'path.installedTool'],
    ['cp a vendor/bin/phpunit', 'path.installedTool'],
    ["echo 'init-hook=x' > .pylintrc", 'path.runsOnHost'],
    ['echo 1 > rust-toolchain.toml', 'path.runsOnHost'],
    ['echo x > .gdbinit', 'path.runsOnHost'],
    ['echo x > gradle/wrapper/gradle-wrapper.properties', 'path.runsOnHost'],
    ['cp a .pnp.cjs', 'path.runsOnHost'],
  ]);
});

describe('A folder that git holds, with secrets beside', () => {
  const facts = factsOf();
  const beside = {
    ...facts,
    path: (path: string) =>
      path === '/work/app/config/.env.local'
        ? { real: path, inside: true, kind: 'file' as const, held: 'ignored' as const, links: 1 }
        : facts.path(path),
  };
  const tierOf = (command: string): string =>
    assessCommand({ parse: parseBash, table: programs }, { command, cwd: '/work/app' }, beside).assessment.tier;

  it('is not deleted without a question', () => {
    assert.equal(tierOf('rm -rf config'), 'high');
    assert.equal(tierOf('git rm -rf config'), 'high');
  });

  it('may be moved, and its neighbours deleted', () => {
    assert.equal(tierOf('mv config settings'), 'low');
    assert.equal(tierOf('rm -rf src'), 'low');
  });
});

describe('a workspace that lies below a folder of tests', () => {
  const codes = (command: string): string[] => {
    const root = '/home/ann/test/app';
    const base = factsOf();
    const facts: Facts = {
      ...base,
      root,
      path: path => ({ real: path, inside: path.startsWith(`${root}/`), kind: 'file', held: 'tracked', links: 1 }),
    };
    const { assessment } = assessCommand({ parse: parseBash, table: programs }, { command, cwd: root }, facts);
    return assessment.findings.map(({ code }) => code);
  };

  it('has no more tests in it for that, and its tests are still seen to go', () => {
    assert.deepEqual(codes('rm src/a.js'), ['delete.held']);
    assert.deepEqual(codes('rm test/a.test.js'), ['tests.deleted']);
    assert.ok(codes('mv test/a.test.js docs/a.md').includes('delete.movesTests'));
  });
});
