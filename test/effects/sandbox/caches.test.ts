import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Terms } from '../../../src/protocol/containment.ts';
import { type Box, box, noSandbox } from './setup.ts';

/** Puts bytecode of its own where Python looks for that of its standard library. */
const poison = `import os,importlib.util as u,marshal,struct
src=u.find_spec('json.decoder').origin
st=os.stat(src)
code=compile(open(src).read()+"\\nimport sys\\nsys.stderr.write('POISONED\\\\n')\\n",src,'exec')
dst=u.cache_from_source(src)
os.makedirs(os.path.dirname(dst),exist_ok=True)
open(dst,'wb').write(u.MAGIC_NUMBER+struct.pack('<LLL',0,int(st.st_mtime)&0xffffffff,st.st_size)+marshal.dumps(code))
`;
const [offline, hosts, install, git] = (['workspace', 'workspace-hosts', 'package-install', 'git'] as const).map(
  (profile, at): Partial<Terms> => ({ profile, hosts: at === 0 ? [] : ['example.com'] }),
) as [Partial<Terms>, Partial<Terms>, Partial<Terms>, Partial<Terms>];

describe('the caches of tools', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  afterEach(async () => {
    await b?.remove();
  });

  const cached = (path: string, text = 'x') => {
    const file = join(b.base, 'cache/shared', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it('hold no bytecode of a command without network for one with', async () => {
    b.write('poison.py', poison);
    const read = 'echo "{}" | python3 -m json.tool';
    await b.run('python3 poison.py');
    assert.match((await b.run(read)).output, /POISONED/, 'its own class runs it');
    for (const terms of [hosts, install, git]) assert.doesNotMatch((await b.run(read, terms)).output, /POISONED/);
    await b.run('python3 poison.py', hosts);
    assert.doesNotMatch((await b.run(read, install)).output, /POISONED/);
  });

  it('hold no program of a command without network for one with, nor take one from elsewhere than an installation', async () => {
    const plant = [
      'mkdir -p $CARGO_HOME/bin $GRADLE_USER_HOME/wrapper/dists/g/h $GRADLE_USER_HOME/init.d $COREPACK_HOME/v1/yarn/9.9.9 $NODE_COMPILE_CACHE',
      'for f in $CARGO_HOME/bin/cargo-fmt $CARGO_HOME/registry/x $GRADLE_USER_HOME/wrapper/dists/g/h/x $COREPACK_HOME/v1/yarn/9.9.9/yarn.js $NODE_COMPILE_CACHE/x $GOMODCACHE/x $npm_config_cache/_cacache/x; do echo evil > $f; done',
    ].join('; ');
    const look =
      'cat $CARGO_HOME/bin/* $CARGO_HOME/registry/x $GRADLE_USER_HOME/wrapper/dists/g/h/x $COREPACK_HOME/v1/yarn/9.9.9/yarn.js $NODE_COMPILE_CACHE/x $GOMODCACHE/x $npm_config_cache/_cacache/x; true';
    const { violations } = await b.run(plant, offline);
    assert.deepEqual(violations, [], 'tools that try to are not asked about');
    for (const terms of [hosts, install, git]) assert.doesNotMatch((await b.run(look, terms)).output, /evil/);
    await b.run('mkdir -p $CARGO_HOME/bin; echo evil > $CARGO_HOME/bin/cargo-fmt; echo evil > $COREPACK_HOME/x', hosts);
    assert.doesNotMatch((await b.run('cat $CARGO_HOME/bin/* $COREPACK_HOME/*', install)).output, /evil/);
  });

  it('show what was fetched to commands without network', async () => {
    await b.run(
      'for d in "$CARGO_HOME/registry" "$GOMODCACHE" "$npm_config_cache/_cacache" "$CARGO_HOME/bin" "$PLAYWRIGHT_BROWSERS_PATH"; do mkdir -p $d; echo fetched > $d/x; done',
      install,
    );
    const read =
      'cat $CARGO_HOME/registry/x $GOMODCACHE/x $npm_config_cache/_cacache/x $CARGO_HOME/bin/x $PLAYWRIGHT_BROWSERS_PATH/x; touch $CARGO_HOME/.package-cache $npm_config_cache/log && echo wrote';
    for (const terms of [offline, hosts])
      assert.equal((await b.run(read, terms)).output, `${'fetched\n'.repeat(5)}wrote\n`);
  });

  it('show a distribution of Gradle that was fetched, in a folder in which its wrapper can write', async () => {
    cached('gradle/wrapper/dists/gradle-9-bin/abc/gradle-9/bin/gradle', 'gradle');
    cached('gradle/wrapper/dists/gradle-9-bin/abc/gradle-9-bin.zip.ok');
    const { output } = await b.run(
      'cd $GRADLE_USER_HOME/wrapper/dists/gradle-9-bin/abc; : > gradle-9-bin.zip.lck; cat gradle-9/bin/gradle; echo evil > gradle-9/bin/gradle; ls',
    );
    assert.match(output, /^gradle/);
    assert.match(output, /zip\.lck\n.*zip\.ok/);
    assert.equal(
      readFileSync(join(b.base, 'cache/shared/gradle/wrapper/dists/gradle-9-bin/abc/gradle-9/bin/gradle'), 'utf8'),
      'gradle',
    );
  });

  it('lead nowhere by links', async () => {
    await b.run(
      `rm -rf $CARGO_HOME/* $CARGO_HOME; mv $(dirname $CARGO_HOME)/deno gone; ln -s ${b.home} $(dirname $CARGO_HOME)/deno`,
    );
    const offlineDir = join(b.base, 'cache/offline');
    if (!existsSync(join(offlineDir, 'poetry'))) symlinkSync(b.home, join(offlineDir, 'poetry'));
    assert.equal((await b.run('echo ok')).output, 'ok\n');
    for (const name of ['deps', 'virtualenvs', 'registry']) assert.ok(!existsSync(join(b.home, name)), name);
  });
});
