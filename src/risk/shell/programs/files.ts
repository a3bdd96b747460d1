import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { harmless, keepsEndless, named, taking } from './parts.ts';
import { bytes, fillsDisk, fits, isEndless, readsEndless } from './sizes.ts';

const looks: Spec = {
  operands: 'look',
  flags: taking('ignore', '-I -w -T -L -P --color --time-style --sort --format'),
};

const removes: Spec = {
  operands: 'delete',
  flags: {
    ...named('-r -R --recursive', { operands: 'deleteTree' }),
    '--no-preserve-root': { note: note('critical', 'deletion', 'files.noPreserveRoot') },
    '--interactive': { attached: true },
  },
};

/** Modes that let a program act as its owner: `4755`, `u+s`, `g=rxs`. */
const setsIdentity = /^0*[2-7][0-7]{3}$|[+=][rwxXt]*s/;
/** Modes that let everybody write: `777`, `o+w`, `a=rwx`, `+w` is the owner's. */
const opensToAll = /^[0-7]*[2367]$|(^|,)[ugo]*[oa][ugo]*[+=][rxXst]*w/;

/** What a mode, as `chmod`, `install` and `mkdir` take it, gives away. */
function modeClaims(mode: Word | undefined): Claim[] {
  if (mode === undefined) return [];
  const text = mode.text;
  if (text === null) return [claimed(note('medium', 'obscure', 'files.modeUnknown'))];
  if (setsIdentity.test(text)) return [claimed(note('high', 'privilege', 'files.setIdentity'), { mode: text })];
  if (opensToAll.test(text)) return [claimed(note('medium', 'privilege', 'files.openToAll'), { mode: text })];
  return [];
}

/** Whether a mode takes from the owner what it takes to read a file or, in a tree, to enter a folder. */
function locksOut(mode: string, tree: boolean): boolean {
  if (/^[0-7]+$/.test(mode)) {
    const owner = Number(mode.padStart(3, '0').at(-3));
    return owner < 4 || (tree && owner % 2 === 0);
  }
  return mode.split(',').some(part => {
    const [, who = '', sign = '', rights = ''] = /^([ugoa]*)([-=+])([rwxXst]*)$/.exec(part) ?? [];
    if (who !== '' && !/[ua]/.test(who)) return false;
    if (sign === '-') return rights.includes('r') || (tree && /x/i.test(rights));
    return sign === '=' && (!rights.includes('r') || (tree && !/x/i.test(rights)));
  });
}

const atTree: Spec['flags'] = named('-R --recursive', {});

function changeMode(call: Call): Claim[] {
  // `chmod -x file` and `chmod -w file` take rights away: the mode looks like a flag.
  const minus = call.words.find(word => /^-[rwxXst]+$/.test(word.text ?? ''));
  const byReference = call.has('--reference') || minus !== undefined;
  const [mode, ...rest] = call.operands;
  const files = byReference ? call.operands : rest;
  return [
    ...(byReference ? [] : modeClaims(mode)),
    ...(locksOut((minus ?? (call.has('--reference') ? undefined : mode))?.text ?? '', call.has('-R', '--recursive'))
      ? [claimed(note('medium', 'edit', 'files.locksOut'))]
      : []),
    ...files.map((path): Claim => ({ does: 'write', path, append: true })),
  ];
}

function changeOwner(call: Call): Claim[] {
  const [, ...rest] = call.operands;
  const files = call.has('--reference') ? call.operands : rest;
  return [
    claimed(note('high', 'privilege', 'files.owner')),
    ...files.map((path): Claim => ({ does: 'write', path, append: true })),
  ];
}

/** `ln [-s] target… link`: writing to the link later writes to its target. */
function linkClaims(call: Call): Claim[] {
  const symbolic = call.has('-s', '--symbolic');
  const [folder] = call.values('-t', '--target-directory');
  const alone = call.operands.length === 1 && folder === undefined;
  const targets = folder === undefined && !alone ? call.operands.slice(0, -1) : call.operands;
  const link = folder ?? call.operands.at(-1);
  if (link === undefined) return [];
  return targets.flatMap((target): Claim[] => {
    const place: Word = alone ? { raw: '.', text: '.', prefix: '.', glob: false, splits: false } : link;
    const made: Claim = { does: 'write', path: place, into: [target], leads: target };
    // A hard link is the file itself under a second name; a symbolic one is only as good as what it leads to.
    return symbolic ? [made] : [made, { does: 'read', path: target }];
  });
}

function copyClaims(call: Call): Claim[] {
  const [folder] = call.values('-t', '--target-directory');
  const sources = folder === undefined ? call.operands.slice(0, -1) : call.operands;
  const target = folder ?? call.operands.at(-1);
  const linked = call.has('-l', '--link', '-s', '--symbolic-link');
  return [
    ...sources.map((path): Claim => ({ does: 'read', path, recursive: true })),
    ...(target === undefined ? [] : [{ does: 'write', path: target, into: sources } as const]),
    ...(linked && target !== undefined
      ? sources.map((leads): Claim => ({ does: 'write', path: target, into: [leads], leads }))
      : []),
  ];
}

function moveClaims(call: Call): Claim[] {
  const [folder] = call.values('-t', '--target-directory');
  const sources = folder === undefined ? call.operands.slice(0, -1) : call.operands;
  const target = folder ?? call.operands.at(-1);
  return [
    ...sources.map(
      // Moved onto the null device, it is gone.
      (path): Claim => ({
        does: 'delete',
        path,
        recursive: true,
        moved: target?.text !== '/dev/null',
        ...(target === undefined ? {} : { to: target }),
      }),
    ),
    ...sources.map((path): Claim => ({ does: 'read', path })),
    ...(target?.prefix.startsWith('/dev/') === true
      ? [claimed(note('high', 'outside-workspace', 'files.replacesDevice'), { path: target.prefix })]
      : []),
    ...(target === undefined ? [] : [{ does: 'write', path: target, into: sources } as const]),
  ];
}

const between: Spec['flags'] = {
  ...taking('ignore', '-S --suffix'),
  ...taking('ignore', '-t --target-directory'),
  ...named('--backup --preserve --no-preserve --sparse --reflink --context --update', { attached: true }),
};

function installClaims(call: Call): Claim[] {
  const made = call.has('-d', '--directory');
  return [
    ...modeClaims(call.values('-m', '--mode')[0]),
    ...(made ? call.operands.map((path): Claim => ({ does: 'write', path })) : copyClaims(call)),
  ];
}

/** A size in GB or more that is set for a file. */
function fills(sizes: readonly Word[]): Claim[] {
  return sizes.some(
    ({ text }) => text === null || /^[<>+%]?(\d{1,}[tpezTPEZ]|\d{2,}[gG]|\d{11,}|\d{5,}[mM])/.test(text),
  )
    ? [fillsDisk]
    : [];
}

function ddClaims(call: Call): Claim[] {
  const value = (key: string): string | undefined =>
    call.words.find(word => word.prefix.startsWith(`${key}=`))?.prefix.slice(key.length + 1);
  const target = value('of');
  const countsBytes = /count_bytes/.test(value('iflag') ?? '');
  const endless =
    (value('if') === undefined ? readsEndless(call.invocation.stdin) : isEndless(literal(value('if') ?? ''))) &&
    bytes(value('count') ?? '1T') * (countsBytes ? 1 : bytes(value('bs') ?? value('obs') ?? '512')) > fits &&
    target !== undefined &&
    !target.startsWith('/dev/');
  return [...(endless ? [fillsDisk] : []), ...wordClaims(call)];
}

function wordClaims(call: Call): Claim[] {
  return call.words.flatMap((word): Claim[] => {
    const [, key, from] = /^(if|of)=()/.exec(word.prefix) ?? [];
    if (key === undefined || from === undefined)
      return word.text === null && word.prefix === '' ? [claimed(note('high', 'obscure', 'files.ddUnknown'))] : [];
    const path = { ...word, text: word.text?.slice(3) ?? null, prefix: word.prefix.slice(3) };
    return [key === 'if' ? { does: 'read', path } : { does: 'write', path }];
  });
}

/** `rename 's/a/b/' files` of Perl runs its first word; a plain substitution does nothing else. */
function renameClaims(call: Call): Claim[] {
  const [expression, ...files] = call.operands;
  const given = call.values('-e', '-E', '--expr');
  const codes = given.length > 0 ? given : expression === undefined ? [] : [expression];
  const renamed = given.length > 0 ? call.operands : files;
  return [
    ...codes.flatMap((text): Claim[] =>
      /^(s|y|tr)([/|#,!])(?!.*(\$\{|@\{|\(\?\??\{)).*\2.*\2[gix]*$/.test(text.text ?? '') ||
      /^[\w.-]*\.[\w.-]*$/.test(text.text ?? '')
        ? []
        : [{ does: 'code', language: 'perl', text }],
    ),
    ...renamed.map((path): Claim => ({ does: 'write', path })),
  ];
}

/** Files and folders: looking, making, copying, moving, removing. */
export const files: ProgramTable = {
  ...named('ls dir vdir', { operands: 'look', flags: taking('ignore', '-I -w --hide --ignore --width') }),
  ...named('exa eza lsd stat df readlink realpath pathchk namei lsattr getfacl getcap getfattr', looks),
  ...named('sync inotifywait inotifywatch', harmless),
  ...named('locate mlocate plocate slocate', { notes: [note('medium', 'outside-workspace', 'files.locate')] }),
  ...named('which getopt', harmless),
  fzf: {
    flags: {
      ...named('--preview --with-shell', { value: 'command' }),
      ...named('--bind --listen', { value: 'ignore', note: note('medium', 'inline-code', 'text.preprocessor') }),
    },
    inspect: () => [claimed(note('medium', 'process-control', 'text.interactive'))],
  },
  coreutils: { stopAtOperand: true, operands: 'argv', unknownFlag: note('high', 'obscure', 'files.multiCall') },
  updatedb: { notes: [note('high', 'outside-workspace', 'files.locateUpdate')], flags: taking('write', '-o --output') },
  tree: {
    operands: 'look',
    flags: {
      ...taking('write', '-o'),
      ...taking('read', '--infofile --gitfile'),
      ...taking('ignore', '-L -P -I -H -T --charset --filelimit --timefmt --sort'),
      '-R': { note: note('medium', 'edit', 'files.treePages') },
    },
  },
  du: {
    operands: 'look',
    flags: {
      ...taking('read', '--files0-from -X --exclude-from'),
      ...taking('ignore', '-d -t -B --max-depth --exclude'),
    },
  },
  ncdu: { operands: 'look', flags: { ...taking('write', '-o'), ...taking('read', '-f') } },
  file: {
    operands: 'read',
    flags: {
      ...taking('read', '-m -f --magic-file --files-from'),
      ...taking('ignore', '-F -P -e --separator --parameter --exclude'),
      ...named('-C --compile', { note: note('medium', 'edit', 'files.magic') }),
    },
  },
  ...named('rm grm', removes),
  ...named('rmdir unlink', { operands: 'delete' }),
  ...named('trash trash-put rmtrash gtrash', { operands: 'deleteTree' }),
  'trash-empty': { notes: [note('high', 'unheld-by-checkpoint', 'files.trashEmpty')] },
  ...named('trash-list', harmless),
  ...named('srm wipe scrub', {
    operands: 'deleteTree',
    notes: [note('medium', 'deletion', 'files.shred')],
  }),
  shred: {
    operands: 'deleteTree',
    flags: { ...taking('ignore', '-n -s --iterations --size'), ...taking('read', '--random-source') },
    notes: [note('medium', 'deletion', 'files.shred')],
    inspect: call => call.operands.map((path): Claim => ({ does: 'write', path })),
  },
  ...named('cp gcp', { flags: between, inspect: copyClaims }),
  ...named('mv gmv', { flags: between, inspect: moveClaims }),
  install: {
    flags: {
      ...between,
      ...taking('ignore', '-m --mode'),
      ...named('-o --owner -g --group', { value: 'ignore', note: note('high', 'privilege', 'files.owner') }),
      '--strip-program': { value: 'program' },
    },
    inspect: installClaims,
  },
  ln: { flags: between, inspect: linkClaims },
  link: {
    inspect: ({ operands: [target, path] }) =>
      target === undefined || path === undefined
        ? []
        : [
            { does: 'read', path: target },
            { does: 'write', path, leads: target },
          ],
  },
  touch: {
    operands: 'append',
    flags: { ...taking('ignore', '-d -t --date --time -A'), ...taking('look', '-r --reference') },
  },
  mkdir: {
    operands: 'write',
    flags: taking('ignore', '-m --mode'),
    inspect: call => modeClaims(call.values('-m', '--mode')[0]),
  },
  mkfifo: { operands: 'write', flags: taking('ignore', '-m --mode') },
  mknod: {
    operands: ['write', 'ignore'],
    flags: taking('ignore', '-m --mode'),
    inspect: call => (call.operands[1]?.text === 'p' ? [] : [claimed(note('high', 'privilege', 'files.deviceNode'))]),
  },
  mktemp: {
    operands: 'write',
    flags: {
      ...taking('write', '-p'),
      '--tmpdir': { value: 'write', attached: true },
      '--suffix': { value: 'ignore' },
    },
  },
  truncate: {
    operands: 'write',
    inspect: call => fills(call.values('-s', '--size')),
    flags: { ...taking('ignore', '-s --size'), ...taking('look', '-r --reference') },
  },
  fallocate: {
    operands: 'write',
    inspect: call => fills(call.values('-l', '--length')),
    flags: taking('ignore', '-l -o --length --offset'),
  },
  dd: { inspect: ddClaims },
  ...named('dcfldd dc3dd ddrescue', { inspect: ddClaims, notes: [note('high', 'outside-workspace', 'files.rawCopy')] }),
  tee: { operands: 'write', flags: { '--output-error': { attached: true } }, inspect: keepsEndless },
  sponge: { operands: 'write' },
  split: {
    operands: ['read', 'write'],
    flags: {
      ...taking('ignore', '-a -b -C -l -n -t --suffix-length --bytes --line-bytes --lines --number --separator'),
      '--additional-suffix': { value: 'ignore' },
      '--filter': { value: 'command' },
    },
  },
  csplit: {
    operands: ['read', 'ignore'],
    flags: { ...taking('write', '-f --prefix'), ...taking('ignore', '-b -n --suffix-format --digits') },
  },
  ...named('chmod gchmod', { flags: { ...atTree, ...taking('look', '--reference') }, inspect: changeMode }),
  ...named('chown chgrp', {
    flags: { ...atTree, ...taking('look', '--reference'), ...taking('ignore', '--from') },
    inspect: changeOwner,
  }),
  ...named('chattr chflags setcap setfattr attr chcon restorecon', {
    operands: ['ignore', 'write'],
    notes: [note('high', 'privilege', 'files.attributes')],
  }),
  setfacl: {
    operands: 'write',
    flags: { ...taking('ignore', '-m -x --modify --remove'), ...taking('read', '-M -X --restore') },
    notes: [note('medium', 'privilege', 'files.accessList')],
  },
  xattr: {
    inspect: call =>
      call.has('-w', '-d', '-c')
        ? [
            claimed(note('high', 'privilege', 'files.attributes')),
            ...call.operands.slice(call.has('-c') ? 0 : 1).map((path): Claim => ({ does: 'write', path })),
          ]
        : call.operands.map((path): Claim => ({ does: 'read', path, look: true })),
  },
  ...named('rename prename file-rename perl-rename', {
    flags: taking('ignore', '-e -E --expr'),
    inspect: renameClaims,
  }),
  ...named('mmv zmv', { operands: 'write' }),
  watchman: {
    operands: 'ignore',
    notes: [note('medium', 'process-control', 'files.watchman')],
    inspect: call =>
      /^(trigger|trigger-del|shutdown-server|-j)$/.test(call.operands[0]?.text ?? '-j')
        ? [claimed(note('high', 'persistence', 'files.watchmanTrigger'))]
        : [],
  },
};
