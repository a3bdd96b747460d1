import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';

/** Where a run works: names that are hard to quote, and folders that are also files elsewhere. One byte a character. */
const places = [
  'plain.txt',
  'dir/inner.txt',
  'dir/deep/er.txt',
  'dir/deep/run.sh',
  'dir',
  'other/a.filtered',
  'other',
  'nested/file.txt',
  'nested/sub/x',
  'unborn/new.txt',
  latin('ünï ✓/ö.txt'),
  'new\nline.txt',
  '-dash *.txt',
  '\xff\xfe-no-text/\xe4',
  'crlf.txt',
  'keep.ident',
  'data.bin',
  'top',
] as const;

function latin(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const texts = [
  '',
  'a\n',
  'one\ntwo\nthree\n',
  'one\r\ntwo\r\n',
  '\uFEFFmarked\n',
  '$Id$ and $Id: x $\n',
  'no end',
  'mixed\r\nlines\n',
];

/** Bytes that look random, from a seed. */
function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < length; at += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[at] = state >> 16;
  }
  return bytes;
}

const content = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts).map(text => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map(seed => Buffer.from(noise(seed, 600))) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map(seed => Buffer.from(noise(seed, 400_000))) },
);
const place = fc.constantFrom(...places);

const file = fc.record({ path: place, content, mode: fc.constantFrom(0o644, 0o755, 0o444, 0o600) });

export const world = fc.record({
  files: fc.array(file, { minLength: 2, maxLength: 10 }),
  links: fc.array(fc.record({ path: place, to: fc.constantFrom('plain.txt', 'dir', 'nowhere', '../outside') }), {
    maxLength: 2,
  }),
  hollow: fc.array(place, { maxLength: 2 }),
  git: fc.boolean(),
  nested: fc.boolean(),
  unborn: fc.boolean(),
});
export type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

const step = fc.oneof(
  fc.record({ by: fc.constant('edit' as const), path: place, content: fc.constantFrom(...texts) }),
  fc.record({ by: fc.constant('write' as const), path: place, content }),
  fc.record({
    by: fc.constant('command' as const),
    what: fc.constantFrom(
      'remove',
      'move',
      'link',
      'folder',
      'mode',
      'lock',
      'append',
      'replace',
      'swap',
      'repository',
    ),
    path: place,
    other: place,
  }),
  fc.record({
    by: fc.constant('person' as const),
    what: fc.constantFrom('write', 'ignored', 'commit', 'stage'),
    text: fc.constantFrom(...texts),
  }),
);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

export const course = fc.record({
  world,
  steps: fc.array(step, { minLength: 4, maxLength: 9 }),
  /** Where to go afterwards, each modulo the number of checkpoints. */
  stops: fc.array(fc.nat({ max: 20 }), { maxLength: 2 }),
});

const quiet = {
  PATH: process.env['PATH'],
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export function git(cwd: string, ...args: string[]): void {
  const named = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args];
  execFileSync('git', named, { cwd, stdio: 'ignore', env: quiet });
}

/** Lays the world out in a folder; what cannot stand beside the rest is left out. */
export function layOut(root: string, { files, links, hollow, git: versioned, nested, unborn }: World): void {
  const at = (path: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  const parent = (path: string): Buffer => at(dirname(path));
  const tryTo = (act: () => void): void => {
    try {
      act();
    } catch {
      // Something stands in the way.
    }
  };
  writeFileSync(join(root, '.gitignore'), 'ignored/\n*.log\n');
  const attributes = '*.filtered filter=upper\n*.txt text=auto eol=crlf\n*.ident ident\ncrlf.txt text eol=crlf\n';
  writeFileSync(join(root, '.gitattributes'), attributes);
  if (versioned) {
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'config', 'filter.upper.clean', 'tr a-z A-Z');
    git(root, 'config', 'filter.upper.smudge', 'tr A-Z a-z');
    git(root, 'config', 'core.autocrlf', 'true');
  }
  for (const [folder, wanted] of [
    ['nested', nested],
    ['unborn', unborn],
  ] as const) {
    if (!wanted) continue;
    mkdirSync(join(root, folder));
    git(join(root, folder), 'init', '-q', '-b', 'main');
    writeFileSync(join(root, folder, 'own.txt'), 'own\n');
  }
  if (nested) {
    git(join(root, 'nested'), 'add', '-A');
    git(join(root, 'nested'), 'commit', '-q', '-m', 'Own');
  }
  for (const { path, content: bytes, mode } of files)
    tryTo(() => {
      mkdirSync(parent(path), { recursive: true });
      writeFileSync(at(path), bytes, { flag: 'wx' });
      chmodSync(at(path), mode);
    });
  for (const { path, to } of links)
    tryTo(() => {
      mkdirSync(parent(path), { recursive: true });
      symlinkSync(to, at(path));
    });
  for (const path of hollow) tryTo(() => mkdirSync(at(path), { recursive: true }));
  mkdirSync(join(root, 'ignored'));
  writeFileSync(join(root, 'ignored/cache'), noise(3, 2_000));
  writeFileSync(join(root, 'build.log'), 'log\n');
  if (versioned) {
    // A folder of a repository without commits cannot be added; the rest can.
    tryTo(() => git(root, '-c', 'core.safecrlf=false', 'add', '--ignore-errors', '-A', '--', '.'));
    tryTo(() => git(root, 'commit', '-q', '-m', 'Start'));
  }
}

/** A path as bash reads it, whatever bytes it has. */
function quoted(path: string): string {
  const escaped = path
    .split('')
    .map(char => (/[\w./]/.test(char) ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`));
  return `./$'${escaped.join('')}'`;
}

/** What a command of the run does; it may come to nothing. */
export function commandOf(step: Extract<Step, { by: 'command' }>): string {
  const [path, other] = [quoted(step.path), quoted(step.other)];
  const parent = `mkdir -p -- "$(dirname -- ${other})" 2>/dev/null`;
  const commands: Record<typeof step.what, string> = {
    remove: `rm -rf -- ${path}`,
    move: `${parent}; mv -f -- ${path} ${other}`,
    link: `${parent}; ln -s -- plain.txt ${other}`,
    folder: `mkdir -p -- ${path}/sub/hollow`,
    mode: `chmod a+x -- ${path}; chmod a-x -- ${other}`,
    lock: `chmod a-w -- ${path}`,
    append: `[ -f ${path} ] && echo appended >> ${path}`,
    replace: `rm -rf -- ${path}; mkdir -p -- ${path} && echo in > ${path}/in && echo also > ${path}/also`,
    swap: `[ -d ${path} ] && mv -- ${path} ./moved && ln -s moved ${path}`,
    repository: `git init -q made && echo new > made/new; echo more >> ignored/cache`,
  };
  return `{ ${commands[step.what]}; } 2>/dev/null; true`;
}
