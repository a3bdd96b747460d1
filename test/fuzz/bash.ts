import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A program that bash tried to start: where, and with which words, its name first. */
export interface Run {
  directory: string;
  words: string[];
}

/** Longer without a sign of life, and the input is taken to hang. */
const patience = 500;

const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'];

/** Where the inputs start, and what lies there. The classifier is told the same. */
export const start = { directory: '/work/app', home: '/home/ann' };
const folders = ['a', 'b', 'src', 'src/lib', 'packages/one'];

/** Why no sandbox can be had here; null where it can. */
export function unavailable(): string | null {
  const probe = spawnSync('bwrap', [...confined(), '/bin/bash', '-c', 'printf %s "$BASH_VERSION"'], {
    encoding: 'utf8',
  });
  if (probe.error !== undefined) return 'bubblewrap is not installed';
  if (probe.status !== 0) return `bubblewrap cannot make a sandbox here: ${probe.stderr.trim()}`;
  return Number(probe.stdout.split('.')[0]) >= 4 ? null : 'bash is older than version 4';
}

/** No network, no home, no program but bash, nothing of the machine's but libraries. */
function confined(): string[] {
  const bash = ['/bin/bash', '/usr/bin/bash'].find(path => existsSync(path)) ?? '/bin/bash';
  return [
    ...'--unshare-all --die-with-parent --new-session --as-pid-1 --clearenv --cap-drop ALL'.split(' '),
    ...libraries.filter(path => existsSync(path)).flatMap(path => ['--ro-bind', path, path]),
    ...`--ro-bind ${bash} /bin/bash --proc /proc --dev /dev --tmpfs /tmp --tmpfs /work`.split(' '),
    ...[start.home, ...folders.map(folder => join(start.directory, folder))].flatMap(path => ['--dir', path]),
    '--ro-bind',
    join(import.meta.dirname, 'driver.bash'),
    '/driver',
    '--remount-ro',
    '/',
  ];
}

interface Sandbox {
  child: ChildProcess;
  pid: Promise<number>;
}

/** Real bash in a sandbox, which several texts share, each in a shell of its own. Close it. */
export class Bash {
  #sandbox: Sandbox;
  #rest = '';
  #fields: string[] = [];
  readonly #runs = new Map<number, Run[]>();
  readonly #hung = new Set<number>();
  #next = 0;
  #onDone: (index: number) => void = () => {};
  #onEnd: () => void = () => {};

  constructor() {
    this.#sandbox = this.#open();
  }

  /** What each text made bash run; null for one that hung and was ended. A text with NUL cannot be given to bash: it runs nothing. */
  async run(texts: readonly string[]): Promise<(Run[] | null)[]> {
    const first = this.#next;
    this.#next += texts.length;
    // A text that brings the sandbox down hung, and the rest goes into a new one.
    for (let at = 0; at < texts.length; ) {
      at = (await this.#send(texts, first, at)) - first;
      if (at >= texts.length) break;
      this.#hung.add(first + at++);
      this.#sandbox = this.#open();
    }
    const results = texts.map((_text, at) => (this.#hung.has(first + at) ? null : (this.#runs.get(first + at) ?? [])));
    this.#runs.clear();
    return results;
  }

  async close(): Promise<void> {
    const { child, pid } = this.#sandbox;
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Killed earlier, it could leave behind what it was about to confine.
    await pid;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.stdin?.end();
    child.kill('SIGKILL');
    await ended;
    for (const stream of child.stdio) stream?.destroy();
  }

  #open(): Sandbox {
    const child = spawn('bwrap', ['--info-fd', '4', ...confined(), '/bin/bash', '--norc', '--noprofile', '/driver'], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const [, , , log, info] = child.stdio;
    this.#rest = '';
    this.#fields = [];
    const pid = new Promise<number>(resolve => {
      let text = '';
      info?.on('data', chunk => {
        text += String(chunk);
        const found = /"child-pid": (\d+)/.exec(text)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    // One character a byte: names are compared as bash writes them.
    log?.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    child.on('exit', () => this.#onEnd());
    child.stdin?.on('error', () => this.#onEnd());
    return { child, pid };
  }

  /** Runs texts from `at` on. Returns the index of the first that is not done: the one behind the last, or fewer where the sandbox ended. */
  async #send(texts: readonly string[], first: number, at: number): Promise<number> {
    const { child, pid } = this.#sandbox;
    const host = await pid;
    let expected = first + at;
    return new Promise(resolve => {
      const beat = (): NodeJS.Timeout =>
        setTimeout(() => {
          this.#hung.add(expected);
          process.kill(host, 'SIGUSR1');
          timer = beat();
        }, patience);
      let timer = beat();
      this.#onEnd = () => {
        this.#onEnd = () => {};
        clearTimeout(timer);
        resolve(expected);
      };
      this.#onDone = index => {
        clearTimeout(timer);
        expected = index + 1;
        if (expected === first + texts.length) resolve(expected);
        else timer = beat();
      };
      const rest = texts
        .slice(at)
        .map((text, offset) => `${first + at + offset}\0${text.includes('\0') ? '' : text}\0`);
      child.stdin?.write(rest.join(''));
    });
  }

  #take(chunk: string): void {
    const fields = (this.#rest + chunk).split('\0');
    this.#rest = fields.pop() ?? '';
    this.#fields.push(...fields);
    let at = 0;
    for (;;) {
      const [index, kind, directory = '', count] = this.#fields.slice(at, at + 4);
      if (index === undefined || kind === undefined) break;
      if (kind === 'done') {
        at += 2;
        this.#onDone(Number(index));
        continue;
      }
      if (kind !== 'ran') {
        // Torn by two writers at once: go on at the next field that begins a record.
        at++;
        continue;
      }
      if (count === undefined || this.#fields.length < at + 4 + Number(count)) break;
      const words = this.#fields.slice(at + 4, at + 4 + Number(count)).map(word => word.replaceAll('\x01', '\n'));
      const runs = this.#runs.get(Number(index)) ?? [];
      if (runs.length < 200) runs.push({ directory, words });
      this.#runs.set(Number(index), runs);
      at += 4 + Number(count);
    }
    this.#fields.splice(0, at);
  }
}
