import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Box, box, noSandbox } from './setup.ts';

/** Makes a pack that files what it holds under the id that `main:a.txt` has. */
const forge = `
import subprocess,hashlib,zlib,struct,binascii
v=subprocess.check_output(['git','rev-parse','main:a.txt'],text=True).strip()
data=b'EVIL\\n'
obj=bytes([(3<<4)|len(data)])+zlib.compress(data)
p=b'PACK'+struct.pack('>II',2,1)+obj
t=hashlib.sha1(p).digest(); p+=t
h=bytes.fromhex(v)
idx=b'\\xfftOc'+struct.pack('>I',2)
for i in range(256): idx+=struct.pack('>I',1 if i>=h[0] else 0)
idx+=h+struct.pack('>I',binascii.crc32(obj))+struct.pack('>I',12)+t
idx+=hashlib.sha1(idx).digest()
n='.git/objects/pack/pack-'+t.hex()
open(n+'.pack','wb').write(p); open(n+'.idx','wb').write(idx)
`;
/** Small objects that come to 300 MB each, with and without a header that says so. */
const bombs = `
import zlib,os
for at,start in enumerate([b'blob 5\\0', b'', b'blob 1048576000\\0']):
  c=zlib.compressobj(9); z=b'\\0'*(1<<20)
  d=c.compress(start)+b''.join(c.compress(z) for _ in range(300))+c.flush()
  os.makedirs('.git/objects/a%d'%at,exist_ok=True); open('.git/objects/a%d/'%at+'0'*37+str(at),'wb').write(d)
`;

describe('objects that a command made', function () {
  this.timeout(120_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box({ gitIdentity: { name: 'A', email: 'a@example.invalid' } });
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  afterEach(async () => {
    await b?.remove();
  });

  const run = (command: string) => b.run(command, { profile: 'git' });
  const fsck = () => execFileSync('git', ['fsck', '--strict'], { cwd: b.root, encoding: 'utf8', stdio: 'pipe' });
  const kept = () => readdirSync(b.path('.git/objects')).filter(name => name.startsWith('tmp_'));
  /** The longest time in ms for which nothing else was done here. */
  const stillWhile = async (work: () => Promise<unknown>): Promise<number> => {
    let [last, worst] = [performance.now(), 0];
    const look = () => {
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    };
    const timer = setInterval(look, 10);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    look();
    return worst;
  };

  it('are named by what is in them, whatever the index of their pack says', async () => {
    b.write('forge.py', forge);
    const { output } = await run('python3 forge.py; git show main:a.txt');
    assert.equal(output, 'EVIL\n');
    assert.equal(b.git('show', 'main:a.txt'), 'a\n');
    b.git('repack', '-adq');
    assert.equal(b.git('show', 'main:a.txt'), 'a\n');
    assert.equal(fsck().replaceAll(/dangling .*\n/g, ''), '');
  });

  it('are left where they are in a pack that is none, which is told', async () => {
    const name = `.git/objects/pack/pack-${'a'.repeat(40)}`;
    const { violations } = await run(`echo x > ${name}.idx; truncate -s 6G ${name}.pack; sleep 1`);
    assert.deepEqual(violations, [{ type: 'write', path: b.path(`${name}.pack`) }]);
    assert.deepEqual(readdirSync(b.path('.git/objects/pack')), []);
  });

  it('are written anew where a command put something else under their name', async () => {
    b.write('z.txt', 'zzz\n');
    const id = execFileSync('git', ['hash-object', 'z.txt'], { cwd: b.root, encoding: 'utf8' }).trim();
    const path = `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`;
    const { violations } = await run(
      `mkdir -p .git/objects/${id.slice(0, 2)}; echo junk > ${path}; while [ -e ${path} ]; do sleep 0.05; done; git add z.txt; git commit -q -m z`,
    );
    assert.deepEqual(violations, [{ type: 'write', path: b.path(path) }]);
    assert.equal(b.git('show', 'HEAD:z.txt'), 'zzz\n');
    assert.equal(fsck(), '');
  });

  it('cost little time and no room where they are not what they claim', async () => {
    b.write('bombs.py', bombs);
    const sparse = `.git/objects/ab/${'0'.repeat(38)}`;
    const worst = await stillWhile(async () => {
      const { violations } = await run(`mkdir -p .git/objects/ab; truncate -s 6G ${sparse}; python3 bombs.py; sleep 1`);
      assert.equal(violations.filter(({ type }) => type === 'write').length, 4);
    });
    assert.ok(worst < 1_500, `${worst} ms`);
    for (const folder of ['ab', 'a0', 'a1', 'a2']) assert.ok(!existsSync(b.path(`.git/objects/${folder}`)), folder);
  });

  it('are kept apart where they are too large to look at', async () => {
    const name = `.git/objects/ab/${'0'.repeat(38)}`;
    await run(`mkdir -p .git/objects/ab; truncate -s 700M ${name}`);
    const [folder = ''] = kept();
    assert.match(folder, /kept/);
    assert.deepEqual(readdirSync(b.path(`.git/objects/${folder}/ab`)), ['0'.repeat(38)]);
    const again = await run('git commit -q --allow-empty -m Next');
    assert.deepEqual(again.violations, []);
    assert.equal(kept().length, 1);
  });

  it('are looked at a part at a time however many there are', async () => {
    const many = 'mkdir -p .git/objects/00; cd .git/objects/00; seq -f "%038.0f" 6000 | xargs touch; sleep 1';
    const worst = await stillWhile(async () => {
      const { violations } = await run(many);
      assert.ok(violations.some(each => each.type === 'write'));
    });
    assert.ok(worst < 1_500, `${worst} ms`);
    assert.equal(readFileSync(b.path('.git/HEAD'), 'utf8'), 'ref: refs/heads/main\n');
    assert.ok(!existsSync(b.path('.git/objects/00')));
  });
});
