import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../setup.ts';
import { type Box, box, noSandbox, type Result } from './setup.ts';

const isRoot = process.geteuid?.() === 0;

/**
 * Each of these does outside what it must not do inside, so that none fails for another reason; where that would harm
 * the machine, a part of it that does not.
 */
describe('an escape from the sandbox', function () {
  this.timeout(60_000);
  let b: Box;
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
    // What the escapes are written in works inside.
    assert.equal((await b.run('python3 -c "print(1)"; curl -V >/dev/null && echo 2')).output, '1\n2\n');
  });
  after(async () => {
    await b?.remove();
  });
  const clean = () => {
    assert.equal(b.git('status', '--porcelain', '--ignored'), '');
    assert.deepEqual(readdirSync(b.root).sort(), ['.git', 'a.txt']);
    assert.deepEqual(readdirSync(b.outside), []);
  };
  afterEach(function () {
    if (b !== undefined && this.currentTest?.state !== 'failed') clean();
  });

  /** The command says `DONE` where it got through. */
  const escapes = async (command: string, undo: () => void = () => undefined): Promise<Result> => {
    const plain = await b.plain(command);
    assert.match(plain.output, /DONE/, `outside it does not work either: ${plain.output}`);
    undo();
    const inside = await b.run(command);
    assert.doesNotMatch(inside.output, /DONE/);
    return inside;
  };
  const target = () => join(b.outside, 'x');
  const gone = () => rmSync(target(), { force: true, recursive: true });

  it('by writing to an absolute path', async () => {
    const { violations } = await escapes(`echo x > ${target()} && echo DONE`, gone);
    assert.deepEqual(violations, [{ type: 'write', path: target() }]);
  });

  it('by writing through `..`', async () => {
    await escapes('mkdir -p d && echo x > d/../../outside/x && echo DONE; rmdir d', gone);
  });

  it('by writing through a link that it makes', async () => {
    await escapes('ln -s ../outside out; echo x > out/x && echo DONE; rm out', gone);
  });

  it('by writing through a link that was there', async () => {
    symlinkSync(b.outside, b.path('out'));
    await escapes('echo x > out/x && echo DONE', gone);
    rmSync(b.path('out'));
  });

  it('by a hard link to a file outside', async () => {
    const file = join(b.outside, 'kept');
    writeFileSync(file, 'kept\n');
    await escapes(`ln ${file} own && echo x > own && echo DONE; rm -f own`, () => writeFileSync(file, 'kept\n'));
    assert.equal(readFileSync(file, 'utf8'), 'kept\n');
    rmSync(file);
  });

  it('by swapping links while it writes', async () => {
    const command = [
      'mkdir -p real; ln -sfn real sw',
      '(for i in $(seq 150); do ln -sfn ../outside sw; ln -sfn real sw; done) & swap=$!',
      'for i in $(seq 300); do echo x 2>/dev/null > sw/x; done; wait $swap',
      '[ -e ../outside/x ] && echo DONE; rm -rf real sw',
    ].join('\n');
    const inside = await b.run(command);
    assert.doesNotMatch(inside.output, /DONE/);
    await b.plain('ln -sfn ../outside sw; echo x > sw/x; rm sw');
    assert.ok(existsSync(target()), 'outside a link leads there');
    gone();
  });

  it('by way of /proc/1/root and /proc/*/cwd', async () => {
    const me = process.pid;
    await escapes(`for p in 1 ${me} $PPID; do echo x 2>/dev/null > /proc/$p/root${target()} && echo DONE; done`, gone);
  });

  it('by way of open files', async () => {
    const inside = await b.run('ls -l /proc/self/fd; for f in /proc/self/fd/*; do [ -d $f ] && ls $f/..; done');
    const leads = [...inside.output.matchAll(/-> (\S+)/g)].map(found => found[1] ?? '');
    assert.ok(leads.length >= 3, inside.output);
    for (const lead of leads) assert.match(lead, /^(\/dev\/null|pipe:.*|\/proc\/\d+\/fd|\/.*\/run\/\.pipe-.*)$/);
  });

  it('by remounting what is read-only', async () => {
    const own = await b.run(
      'mount -o remount,rw / && echo DONE; mount -o remount,rw,bind .git/config; echo x > .git/config && echo DONE',
    );
    assert.doesNotMatch(own.output, /DONE/);
    assert.match(own.output, /(permission denied|must be superuser|Operation not permitted)/i);
  });

  it('by mounting, unmounting or pivoting', async () => {
    const command =
      'mkdir m; mount -t tmpfs none m && echo DONE; mount --bind / m && echo DONE; umount .git/config && echo DONE; umount -l /tmp && echo DONE; pivot_root . m && echo DONE; rmdir m';
    const inside = await b.run(command);
    assert.doesNotMatch(inside.output, /DONE/);
  });

  it('by a namespace of its own', async () => {
    await escapes('unshare -Ur true && echo DONE');
    const { output } = await b.run(
      'unshare -Urm sh -c "umount -l .git; mount -o remount,rw / && echo DONE"; nsenter -t 1 -m true && echo DONE',
    );
    assert.doesNotMatch(output, /DONE/);
  });

  it('by chroot', async function () {
    if (!isRoot) return this.skip();
    await escapes('chroot / /bin/true && echo DONE');
  });

  it('by changing its user or its capabilities', async () => {
    const { output } = await b.run(
      'setpriv --reuid 1 true && echo DONE; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; cp /bin/sh s; chmod u+s s; chown 1 s && echo DONE; rm s',
    );
    assert.doesNotMatch(output, /DONE/);
    assert.match(output, /CapEff:\s+0000000000000000/);
    assert.match(output, /NoNewPrivs:\s+1/);
  });

  describe('to another process', () => {
    let victim: ChildProcess;
    before(() => {
      victim = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], SECRET_WORD: 'xyzzy-secret' } });
    });
    after(() => victim.kill('SIGKILL'));

    it('by killing it', async () => {
      await escapes(`kill -0 ${victim.pid} && echo DONE`);
      await b.run(`kill -9 ${victim.pid}; kill -9 ${process.pid}; kill -9 -1`);
      assert.ok(victim.pid !== undefined && isAlive(victim.pid));
    });

    it('by reading its environment', async () => {
      await escapes(`tr '\\0' '\\n' < /proc/${victim.pid}/environ | grep -q xyzzy-secret && echo DONE`);
      const { output } = await b.run(`cat /proc/*/environ | tr '\\0' '\\n'`);
      assert.match(output, /PATH=/);
      assert.doesNotMatch(output, /xyzzy/);
    });

    it('by tracing it', async () => {
      const peek = `python3 -c "
import ctypes
c=ctypes.CDLL(None,use_errno=True)
print('DONE' if c.ptrace(16,${victim.pid},0,0)==0 else ctypes.get_errno())"`;
      await escapes(peek);
    });

    it('by signalling the helper', async () => {
      const { output } = await b.run('ps -e -o comm=; kill -9 1; kill -9 $PPID; kill -9 -1; sleep 5');
      assert.doesNotMatch(output, /node/);
      assert.equal((await b.run('echo still here')).output, 'still here\n');
    });
  });

  describe('by a socket', () => {
    let server: Server;
    let path: string;
    before(async () => {
      path = join(b.base, 's.sock');
      server = createServer(socket => socket.end('DONE'));
      await new Promise<void>(resolve => {
        server.listen(path, () => resolve());
      });
    });
    after(() => {
      server.close();
    });
    const dial = (address: string) =>
      `python3 -c "
import socket
s=socket.socket(socket.AF_UNIX);s.connect(${address});print(s.recv(9).decode())"`;

    it('of the unix kind', async () => {
      const { output } = await escapes(dial(`'${path}'`));
      assert.match(output, /not permitted/i);
    });

    it('with an abstract name', async () => {
      const listener = spawn('python3', [
        '-c',
        "import socket\ns=socket.socket(socket.AF_UNIX);s.bind('\\0gatehouse-escape');s.listen()\nprint('up',flush=True)\nwhile True:\n c,_=s.accept();c.send(b'DONE');c.close()",
      ]);
      await new Promise(resolve => {
        listener.stdout.once('data', resolve);
      });
      await escapes(dial(`'\\0gatehouse-escape'`));
      listener.kill('SIGKILL');
    });

    it('of Docker', async () => {
      const { output } = await b.run(
        'ls /var/run/docker.sock /run/docker.sock /run/user /run/containerd && echo DONE; ls -A /run',
      );
      assert.doesNotMatch(output, /DONE/);
    });

    it('of the raw kind', async function () {
      const raw = `python3 -c "
import socket
socket.socket(socket.AF_INET,socket.SOCK_RAW,1);print('DONE')"`;
      if (isRoot) await escapes(raw);
      else assert.doesNotMatch((await b.run(raw)).output, /DONE/);
      assert.doesNotMatch((await b.run(raw.replaceAll('AF_INET', 'AF_PACKET'))).output, /DONE/);
    });
  });

  describe('into the repository', () => {
    it('by planting a hook', async () => {
      const undo = () => rmSync(b.path('.git/hooks/pre-commit'), { force: true });
      await escapes('echo "#!/bin/sh" > .git/hooks/pre-commit && echo DONE', undo);
      const git = await b.run('echo x > .git/hooks/pre-commit && echo DONE; mv .git/hooks h && echo DONE; rm -rf h', {
        profile: 'git',
      });
      assert.doesNotMatch(git.output, /DONE/);
    });

    it('by writing its configuration', async () => {
      const before = readFileSync(b.path('.git/config'), 'utf8');
      const undo = () => writeFileSync(b.path('.git/config'), before);
      await escapes('git config core.fsmonitor /bin/true && echo DONE', undo);
      for (const profile of ['workspace', 'git'] as const) {
        const { output } = await b.run('git config core.fsmonitor x && echo DONE; echo x >> .git/config && echo DONE', {
          profile,
        });
        assert.doesNotMatch(output, /DONE/);
      }
      assert.equal(readFileSync(b.path('.git/config'), 'utf8'), before);
    });

    it('by moving `.git` or its folders out of the way', async () => {
      await escapes('mv .git .git2 && mv .git2 .git && echo DONE');
      for (const profile of ['workspace', 'git'] as const) {
        const { output } = await b.run(
          'mv .git g && echo DONE; mv .git/hooks i && echo DONE; rm -rf i .git/hooks; [ -d .git/hooks ] || echo DONE',
          { profile },
        );
        assert.doesNotMatch(output, /DONE/);
      }
      assert.ok(existsSync(b.path('.git/info')));
    });

    it('by nothing that a rebase keeps where its terms let it', async () => {
      const todo = 'mkdir .git/rebase-merge; echo x > .git/rebase-merge/git-rebase-todo';
      assert.deepEqual((await b.run(todo, { profile: 'git', refs: 'any' })).violations, []);
      assert.ok(existsSync(b.path('.git/rebase-merge/git-rebase-todo')));
      const { output } = await b.run('echo y > .git/rebase-merge/git-rebase-todo && echo DONE', { profile: 'git' });
      assert.doesNotMatch(output, /DONE/);
      rmSync(b.path('.git/rebase-merge'), { recursive: true });
    });

    it('by attributes and modules that are not there yet', async () => {
      for (const command of [
        'mkdir -p .git/info; echo "* filter=x" > .git/info/attributes',
        'echo x > .git/config.worktree',
      ]) {
        const { violations } = await b.run(command, { profile: 'git' });
        assert.equal(violations[0]?.type, 'restored', command);
      }
      assert.ok(!existsSync(b.path('.git/info/attributes')));
      for (const name of [
        'rebase-merge/git-rebase-todo',
        'sequencer/todo',
        'BISECT_RUN',
        'objects/info/alternates',
        'shallow',
      ]) {
        const { violations } = await b.run(`mkdir -p $(dirname .git/${name}); echo "exec x" > .git/${name}`, {
          profile: 'git',
        });
        // Of objects a command sees a folder of ours, whose own such file is read-only.
        assert.equal(violations[0]?.type, name.startsWith('objects/') ? 'write' : 'restored', name);
        assert.ok(!existsSync(b.path(`.git/${name}`)), name);
      }
      const moved = await b.run('mv .git/info .git/i && echo DONE; mkdir -p .git/worktrees/x && echo DONE', {
        profile: 'git',
      });
      assert.doesNotMatch(moved.output, /DONE/);
      const { output } = await b.run('mkdir -p .git/modules/x && echo DONE', { profile: 'git' });
      assert.doesNotMatch(output, /DONE/);
    });
  });

  describe('into what runs on the host', () => {
    it('by tasks of the editor', async () => {
      const undo = () => rmSync(b.path('.vscode'), { recursive: true, force: true });
      await escapes('mkdir -p .vscode && echo "{}" > .vscode/tasks.json && echo DONE', undo);
      mkdirSync(b.path('.vscode'));
      writeFileSync(b.path('.vscode/settings.json'), '{}');
      const { output } = await b.run(
        'echo x > .vscode/tasks.json && echo DONE; rm -rf .vscode; mv .vscode v && echo DONE; [ -e .vscode/settings.json ] || echo DONE',
      );
      assert.doesNotMatch(output, /DONE/);
      undo();
    });

    it('by files that are not there yet', async () => {
      await b.plain('echo x > .envrc');
      assert.ok(existsSync(b.path('.envrc')));
      rmSync(b.path('.envrc'));
      const { violations } = await b.run(
        'echo x > .envrc; echo x > AGENTS.md; mkdir -p sub; echo x > sub/.mcp.json; ln -s /etc/passwd .bashrc',
      );
      assert.deepEqual(violations.map(found => ('path' in found ? found.path.slice(b.root.length + 1) : '')).sort(), [
        '.bashrc',
        '.envrc',
        'AGENTS.md',
        'sub/.mcp.json',
      ]);
      rmSync(b.path('sub'), { recursive: true });
    });

    it('by a second name of a protected file', async () => {
      writeFileSync(b.path('AGENTS.md'), 'before\n');
      linkSync(b.path('AGENTS.md'), b.path('other'));
      const { violations } = await b.run('echo after > other');
      assert.deepEqual(violations, [{ type: 'restored', path: b.path('AGENTS.md') }]);
      assert.equal(readFileSync(b.path('AGENTS.md'), 'utf8'), 'before\n');
      rmSync(b.path('AGENTS.md'));
      rmSync(b.path('other'));
    });

    it('by changing where a protected link leads', async () => {
      writeFileSync(b.path('rules'), 'x');
      symlinkSync('rules', b.path('AGENTS.md'));
      await b.run('ln -sfn /etc/passwd AGENTS.md');
      assert.ok(lstatSync(b.path('AGENTS.md')).isSymbolicLink());
      assert.equal(readFileSync(b.path('AGENTS.md'), 'utf8'), 'x');
      rmSync(b.path('AGENTS.md'));
      rmSync(b.path('rules'));
    });
  });

  describe('over the network', () => {
    let server: ReturnType<typeof createHttp>;
    let port: number;
    before(async () => {
      server = createHttp((_request, response) => response.end('DONE'));
      await new Promise<void>(resolve => {
        server.listen(0, '0.0.0.0', () => resolve());
      });
      port = (server.address() as AddressInfo).port;
    });
    after(() => {
      server.close();
    });
    const curl = 'curl -sS -m 5 --noproxy "*"';

    it('to a server of this machine', async () => {
      await escapes(`${curl} http://127.0.0.1:${port}/`);
      const { output, violations } = await b.run(
        `curl -sS -m 5 --noproxy "" http://localhost:${port}/; curl -sS -m 5 --noproxy "" http://[::1]:${port}/`,
      );
      assert.doesNotMatch(output, /DONE/);
      assert.deepEqual(violations, []);
    });

    it('to a server of this machine by a permit for one of its addresses', async () => {
      const hosts = ['0.0.0.0', '127.0.0.1', 'localhost', '0', '0x7f.1', '2130706433', '[::]', '[::ffff:127.0.0.1]'];
      const ask = hosts.map(host => `${curl.replace('"*"', '""')} http://${host}:${port}/`).join('; ');
      const { output, violations } = await b.run(ask, { profile: 'workspace-hosts', hosts });
      assert.doesNotMatch(output, /DONE/);
      assert.deepEqual(violations, []);
    });

    it('by address', async () => {
      const own = Object.values(networkInterfaces())
        .flat()
        .find(each => each !== undefined && !each.internal && each.family === 'IPv4');
      if (own !== undefined) await escapes(`${curl} http://${own.address}:${port}/`);
      for (const address of ['1.1.1.1', '169.254.169.254', '[2606:4700:4700::1111]', '[fe80::1]'])
        assert.match((await b.run(`${curl} http://${address}/; echo "code $?"`)).output, /code 7/, address);
    });

    it('by name', async () => {
      const { output, violations } = await b.run(
        'curl -sS -m 5 https://example.com/ && echo DONE; curl -sS -m 5 http://169.254.169.254/latest/ && echo DONE; getent hosts example.com && echo DONE',
      );
      assert.doesNotMatch(output, /DONE/);
      assert.deepEqual(violations, [{ type: 'host', host: 'example.com', port: 443 }]);
    });

    it('by names that are asked for', async () => {
      const ask = `python3 -c "
import socket
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.sendto(b'x',('8.8.8.8',53));print('DONE')"`;
      await escapes(ask);
    });

    it('with the credential of another command', async () => {
      const { output } = await b.run(
        'curl -sS -m 5 -x "http://${RANDOM}:x@${HTTP_PROXY##*@}" http://example.com/ && echo DONE',
      );
      assert.doesNotMatch(output, /DONE/);
    });
  });

  describe('to secrets', () => {
    it('in the home folder', async () => {
      await escapes('grep -q PRIVATE-KEY ~/.ssh/id_ed25519 && echo DONE');
      await escapes(`grep -rq AWS-SECRET ${b.base}/home/.aws && echo DONE`);
      const { output } = await b.run(`cat /proc/self/root${b.home}/.ssh/* 2>/dev/null; ls -A ~ /home`);
      assert.doesNotMatch(output, /PRIVATE-KEY|\.ssh/);
    });

    it('of the system', async function () {
      if (isRoot) await escapes('grep -q root: /etc/shadow && echo DONE');
      const { output } = await b.run('cat /etc/shadow /etc/gshadow /etc/ssh/*key; ls -A /var/log /boot');
      assert.doesNotMatch(output, /root:|PRIVATE/);
    });

    it('in the environment of those who started it', async () => {
      process.env['GATEHOUSE_ESCAPE'] = 'xyzzy-own';
      const { output } = await b.run('env; cat /proc/*/environ');
      delete process.env['GATEHOUSE_ESCAPE'];
      assert.doesNotMatch(output, /xyzzy-own/);
    });

    it('in the key store of the kernel', async () => {
      const session = `python3 -c "
import ctypes
c=ctypes.CDLL(None,use_errno=True)
print('DONE' if c.syscall(${process.arch === 'arm64' ? 219 : 250},0,-4,1)>0 else 'errno %d'%ctypes.get_errno())"`;
      const { output } = await escapes(session);
      assert.match(output, /errno 1\b/);
    });

    it('beside the workspace', async () => {
      writeFileSync(join(b.outside, 'notes'), 'n');
      await escapes('ls ../outside | grep -q notes && echo DONE');
      rmSync(join(b.outside, 'notes'));
    });
  });

  it('by io_uring, whose sockets no filter sees', async () => {
    const { output } = await b.run(`python3 -c "
import ctypes
c=ctypes.CDLL(None,use_errno=True)
print('DONE' if c.syscall(425,4,0)>=0 or ctypes.get_errno()==14 else 'errno %d'%ctypes.get_errno())"`);
    assert.match(output, /errno 1\b/);
  });

  it('by typing into a terminal', async () => {
    const { output } = await b.run(`python3 -c "
import fcntl,os,termios
fcntl.ioctl(os.open('/dev/tty',os.O_RDWR),termios.TIOCSTI,b'x');print('DONE')"; ls /dev/pts; ls -l /dev/console /dev/mem /dev/sda /dev/vda && echo DONE`);
    assert.doesNotMatch(output, /DONE/);
  });

  it('by leaving something in shared memory or the temporary folder', async () => {
    const before = [readdirSync('/dev/shm'), readdirSync('/tmp').filter(name => name.startsWith('escape-'))];
    const { output } = await b.run(
      'echo x > /dev/shm/escape-1 && echo x > /tmp/escape-1 && cat /dev/shm/escape-1 /tmp/escape-1; echo x > /dev/escape || echo no',
    );
    assert.match(output, /x\nx\n.*no/s);
    assert.deepEqual([readdirSync('/dev/shm'), readdirSync('/tmp').filter(name => name.startsWith('escape-'))], before);
    assert.equal((await b.run('cat /dev/shm/escape-1; cat /tmp/escape-1')).output.match(/x/g)?.length, 1);
  });

  it('by leaving a process behind', async () => {
    const command = 'setsid nohup sh -c "sleep 3007 & sleep 3007" >/dev/null 2>&1 & sleep 0.2; echo started';
    await b.run(command);
    const left = readdirSync('/proc').filter(name => /^\d+$/.test(name) && commandLine(name).includes('sleep\x003007'));
    assert.deepEqual(left, []);
  });

  it('by a link to the sandbox itself in the workspace', async () => {
    const { output } = await b.run(
      'ls -l /dev/.gatehouse; echo x > /dev/.gatehouse/apply-seccomp && echo DONE; rm /dev/.gatehouse/observer && echo DONE',
    );
    assert.doesNotMatch(output, /DONE/);
  });

  it('by writing devices, sysctls or cgroups', async () => {
    const { output } = await b.run(
      'mknod d b 254 0 && echo DONE; echo 1 > /proc/sys/vm/drop_caches && echo DONE; echo x > /proc/sysrq-trigger && echo DONE; mkdir /sys/fs/cgroup/x && echo DONE; rm -f d',
    );
    assert.doesNotMatch(output, /DONE/);
  });
});

/** With small caps, so that the machine hardly notices. */
describe('a command that takes all there is', function () {
  this.timeout(60_000);
  let b: Box;
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box({ limits: { memoryBytes: 300e6, processes: 60, diskBytes: 60e6, fileBytes: 200e6 } });
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  after(async () => {
    await b?.remove();
  });

  it('of processes is ended', async () => {
    const { violations, signal, exitCode } = await b.run('for i in $(seq 1 500); do sleep 60 & done; wait');
    // Where the kernel holds the user to a number, it cannot go beyond in the first place.
    if (exitCode === null) assert.deepEqual([violations, signal], [[{ type: 'limit', limit: 'processes' }], 'SIGKILL']);
    else assert.notEqual(process.geteuid?.(), 0);
  });

  it('of memory is ended', async () => {
    const { violations, signal } = await b.run(
      'python3 -c "x=[bytearray(10_000_000) for _ in range(100)]; input()" < /dev/zero; sleep 60',
    );
    assert.deepEqual([violations, signal], [[{ type: 'limit', limit: 'memory' }], 'SIGKILL']);
  });

  it('of memory by files that lie in it, gets but a part', async () => {
    const { output } = await b.run(
      "grep ' tmpfs ' /proc/mounts | cut -d' ' -f2 | sort -u | while read f; do head -c 200000000 /dev/zero > $f/fill; stat -c %s $f/fill; done 2>/dev/null | awk '{ sum += $1 } END { print sum }'",
    );
    const bytes = Number(output.trim().split('\n').at(-1));
    assert.ok(bytes > 1e6 && bytes < 150e6, output);
  });

  it('of the disk is ended', async () => {
    const { violations, signal } = await b.run(
      'for i in $(seq 1 400); do head -c 1000000 /dev/zero > fill$i; sync fill$i; done; sleep 60',
    );
    assert.deepEqual([violations, signal], [[{ type: 'limit', limit: 'disk' }], 'SIGKILL']);
    for (const name of readdirSync(b.root).filter(each => each.startsWith('fill'))) rmSync(b.path(name));
  });

  it('in one file is stopped at its size', async () => {
    await b.run('truncate -s 1G big; fallocate -l 300M big2');
    for (const name of ['big', 'big2']) if (existsSync(b.path(name))) assert.ok(statSync(b.path(name)).size <= 200e6);
    for (const name of ['big', 'big2']) rmSync(b.path(name), { force: true });
  });

  it('does not keep the next one from running', async () => {
    assert.equal((await b.run('echo next')).output, 'next\n');
  });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
