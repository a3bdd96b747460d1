import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import { moved } from '../moved.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { named, reach, taking } from './parts.ts';

const here = literal('.');
const runs = note('medium', 'inline-code', 'archives.runs');
const unknownFlag = note('medium', 'obscure', 'archives.unknownFlag');
const outsideNames = note('high', 'outside-workspace', 'archives.outsideNames');

/** What is unpacked lands somewhere below a folder, under names that only the archive knows. */
const unpackTo = (path: Word): Claim => ({ does: 'write', path, somewhere: true, into: [] });

/** `tar xzf a.tgz`: the first word's letters are flags even without a dash. */
function letters(call: Call): {
  mode: string;
  operands: readonly Word[];
  archive: Word | undefined;
  folder: Word | undefined;
} {
  const [first, ...rest] = call.words;
  const old = /^[A-Za-z]+$/.exec(first?.text ?? '')?.[0] ?? '';
  if (old === '') {
    const archive = call.values('-f', '--file')[0];
    return { mode: '', operands: call.operands, archive, folder: undefined };
  }
  // Each letter that takes a value takes the next word in turn.
  const values = old.split('').filter(letter => 'fbCgHIKLNTVXF'.includes(letter));
  const taken = new Map(values.map((letter, i) => [letter, rest[i]]));
  const after = new Set(rest.slice(0, values.length));
  return {
    mode: old,
    operands: call.operands.filter(word => word !== first && !after.has(word)),
    archive: taken.get('f'),
    folder: taken.get('C'),
  };
}

function tarClaims(call: Call): Claim[] {
  const { mode, operands, archive, folder } = letters(call);
  const folders = folder === undefined ? call.values('-C', '--directory', '--cd') : [folder];
  // The archive itself is named from where tar starts.
  const [about, members] = [archiveClaims(call, mode, operands, archive), memberClaims(call, mode, operands)];
  return [...about, ...moved(members, folders)];
}

/** Whether a mode letter or flag was given. */
const given = (call: Call, mode: string, letter: string, ...long: string[]): boolean =>
  mode.includes(letter) || call.has(`-${letter}`, ...long);

const extracting = (call: Call, mode: string): boolean => given(call, mode, 'x', '--extract', '--get');
const creating = (call: Call, mode: string): boolean =>
  given(call, mode, 'c', '--create') ||
  given(call, mode, 'r', '--append') ||
  given(call, mode, 'u', '--update') ||
  given(call, mode, 'A', '--catenate');

function archiveClaims(call: Call, mode: string, operands: readonly Word[], archive: Word | undefined): Claim[] {
  const claims: Claim[] = [];
  if (mode !== '' && /[IFK]/.test(mode)) claims.push(claimed(runs));
  if (mode.includes('P')) claims.push(claimed(outsideNames));
  const creates = creating(call, mode);
  // A line of such a list may be an option, `--checkpoint-action=exec=…` too.
  if (call.has('-T', '--files-from') || mode.includes('T'))
    claims.push(claimed(note('medium', 'obscure', 'archives.fileNamesAsFlags')));
  const remote = archive !== undefined && /^[^/]*:/.test(archive.prefix) && !call.has('--force-local');
  if (remote) claims.push(reach(hostOf(archive.text), creates), claimed(note('high', 'network', 'archives.remote')));
  else if (archive !== undefined)
    claims.push(creates || call.has('--delete') ? { does: 'write', path: archive } : { does: 'read', path: archive });
  if (operands.some(word => word.glob && /^[*?[]/.test(word.prefix)) && !call.words.some(word => word.text === '--'))
    claims.push(claimed(note('low', 'read', 'archives.fileNamesAsFlags')));
  if (operands.some(word => word.text === null && word.prefix === '' && word.splits))
    claims.push(claimed(note('medium', 'obscure', 'archives.fileNamesAsFlags')));
  return claims;
}

/** What is packed, or unpacked: named from the folder of `-C`. */
function memberClaims(call: Call, mode: string, operands: readonly Word[]): Claim[] {
  if (extracting(call, mode)) {
    const printed = given(call, mode, 'O', '--to-stdout');
    if (printed) return [];
    return [
      unpackTo(here),
      ...call.values('--one-top-level').map(unpackTo),
      // Members that are named are written under their names; a folder is written into.
      ...operands.filter(word => !word.glob).map((path): Claim => ({ does: 'write', path })),
      ...call.values('--transform', '--xform', '-s').flatMap(renamed),
    ];
  }
  if (!creating(call, mode)) return [];
  return operands.flatMap((word): Claim[] => {
    const path = word.prefix.startsWith('@') ? tail(word, 1) : word;
    const read: Claim = { does: 'read', path, recursive: true };
    return call.has('--remove-files') ? [read, { does: 'delete', path, recursive: true }] : [read];
  });
}

/** `s,^,folder/,`: the names become others, which the text tells in part. */
function renamed(word: Word): Claim[] {
  const [, , to = ''] =
    /^s(.)(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1/.exec((word.text ?? '').replace(/^flags=\w*;/, '')) ?? [];
  const folder = to.replace(/[\\&].*$/, '');
  const renames = claimed(note('medium', 'edit', 'archives.renames'));
  return folder === '' ? [renames] : [renames, { does: 'write', path: literal(folder) }];
}

const runsProgram = { value: 'command', note: runs } as const;

const tar: Spec = {
  unknownFlag,
  flags: {
    ...named(
      '-x -c -t -r -u -A -d -v -z -j -J -a -k -m -p -h -l -w -S -W -o -O -U -i -n -G -B -M -R -Z --extract --get --create --list --append --update --catenate --concatenate --diff --compare --delete --verbose --gzip --gunzip --ungzip --bzip2 --xz --lzma --lzip --lzop --zstd --compress --uncompress --auto-compress --keep-old-files --keep-newer-files --skip-old-files --overwrite --overwrite-dir --unlink-first --recursive-unlink --touch --preserve-permissions --same-permissions --no-same-permissions --same-owner --no-same-owner --preserve-order --dereference --hard-dereference --one-file-system --interactive --confirmation --sparse --verify --to-stdout --ignore-zeros --numeric-owner --no-recursion --recursion --wildcards --no-wildcards --wildcards-match-slash --no-wildcards-match-slash --anchored --no-anchored --ignore-case --no-ignore-case --null --no-null --verbatim-files-from --no-verbatim-files-from --exclude-vcs --exclude-vcs-ignores --exclude-backups --exclude-caches --exclude-caches-all --totals --utc --full-time --show-transformed-names --show-defaults --show-omitted-dirs --block-number --check-links --acls --no-acls --xattrs --no-xattrs --selinux --no-selinux --multi-volume --help --version --usage --force-local --remove-files --incremental --seek --no-seek --no-auto-compress --quote-chars --delay-directory-restore --no-delay-directory-restore --no-overwrite-dir --keep-directory-symlink --ignore-failed-read --no-check-device --check-device --clamp-mtime --posix --old-archive --portability --read-full-records --fast-read --no-mac-metadata --disable-copyfile --no-xattrs --no-fflags --warning --index-file',
      {},
    ),
    ...named('--checkpoint --totals --backup --occurrence --owner-map --warning --atime-preserve --one-top-level', {
      attached: true,
    }),
    ...taking(
      'ignore',
      '-f --file -b --blocking-factor -H --format -L --tape-length -N --newer --after-date --newer-mtime -V --label -K --starting-file --exclude --exclude-tag --exclude-tag-all --exclude-tag-under --exclude-ignore --exclude-ignore-recursive --strip-components --mode --mtime --owner --group --transform --xform --sort --suffix --record-size --level --pax-option --quoting-style --hole-detection --sparse-version --volno-file --add-file --include --options --uid --gid --uname --gname',
    ),
    ...taking('read', '-X --exclude-from -T --files-from'),
    ...taking('write', '-g --listed-incremental --index-file'),
    ...taking('ignore', '-C --directory --cd'),
    '--to-command': runsProgram,
    '--checkpoint-action': { value: 'ignore', note: note('high', 'inline-code', 'archives.runs') },
    ...named('-I --use-compress-program -F --info-script --new-volume-script --rsh-command --rmt-command', runsProgram),
    ...named('-P --absolute-names --absolute-paths --insecure', { note: outsideNames }),
  },
  inspect: tarClaims,
};

/** Compressors replace a file by its packed or unpacked self, unless the output goes elsewhere. */
function packClaims(call: Call): Claim[] {
  const printed =
    call.has('-c', '--stdout', '--to-stdout', '-t', '--test', '-l', '--list') ||
    (call.invocation.redirects.some(each => each.mode === 'write') && call.operands.length === 0);
  const keeps =
    call.has('-k', '--keep') ||
    (/^(zstd|unzstd|zstdmt|lz4|unlz4|brotli)$/.test(call.path[0] ?? '') && !call.has('--rm', '-j'));
  const recursive = call.has('-r', '--recursive');
  return call.operands.flatMap((path): Claim[] => {
    const read: Claim = { does: 'read', path, recursive };
    if (printed) return [read];
    const beside: Claim = { does: 'write', path };
    return keeps ? [read, beside] : [read, beside, { does: 'delete', path, recursive, moved: true }];
  });
}

const packer: Spec = {
  flags: {
    ...taking('ignore', '-S --suffix --threads --block-size --memory --format --check --memlimit'),
    // A value in some of them only: taken for a file, so that none is overlooked.
    ...taking('read', '-T -M -D -F -w --files --files0 --filelist --patch-from'),
    ...taking('write', '-o --output --output-dir-flat --output-dir-mirror'),
  },
  inspect: packClaims,
};

function zipClaims(call: Call): Claim[] {
  const [archive, ...sources] = call.operands;
  return [
    ...(archive === undefined ? [] : [{ does: 'write', path: archive } as const]),
    ...sources.map((path): Claim => ({ does: 'read', path, recursive: true })),
    ...(call.has('-m', '--move') ? sources.map((path): Claim => ({ does: 'delete', path, recursive: true })) : []),
    ...(sources.some(word => word.glob && /^[*?[]/.test(word.prefix))
      ? [claimed(note('low', 'read', 'archives.fileNamesAsFlags'))]
      : []),
  ];
}

function unzipClaims(call: Call): Claim[] {
  const [archive] = call.operands;
  const folders = call.values('-d');
  const looks = call.has('-l', '-t', '-z', '-Z', '-v', '-p', '-c');
  return [
    ...(archive === undefined ? [] : [{ does: 'read', path: archive } as const]),
    ...(looks ? [] : (folders.length > 0 ? folders : [here]).map(unpackTo)),
    ...(call.has('-:') ? [claimed(outsideNames)] : []),
  ];
}

/** `7z x a.7z -oout`: a command letter, the archive, then names; flags have their values attached. */
function sevenClaims(call: Call): Claim[] {
  const [command, archive, ...names] = call.operands;
  const kind = command?.text ?? '';
  const folders = call.values('-o');
  const path = archive === undefined ? [] : [archive];
  if (/^(l|t|h|i|b)$/.test(kind)) return path.map(each => ({ does: 'read', path: each }));
  if (/^(x|e)$/.test(kind))
    return [
      ...path.map((each): Claim => ({ does: 'read', path: each })),
      ...(folders.length > 0 ? folders : [here]).map(unpackTo),
      // `unrar x a.rar folder/`: where it goes is the last of the names.
      ...(call.path[0]?.endsWith('rar') === true ? names.slice(-1).map(unpackTo) : []),
      ...(call.has('-spf') ? [claimed(outsideNames)] : []),
    ];
  return [
    ...path.map((each): Claim => ({ does: 'write', path: each })),
    ...names.map(
      (each): Claim => ({ does: 'read', path: each.prefix.startsWith('@') ? tail(each, 1) : each, recursive: true }),
    ),
    ...(call.has('-sdel') ? names.map((each): Claim => ({ does: 'delete', path: each, recursive: true })) : []),
  ];
}

function cpioClaims(call: Call): Claim[] {
  const names = call.has('-i', '--extract', '-p', '--pass-through');
  return [
    ...(names && !call.has('-t', '--list') ? [unpackTo(call.operands[0] ?? here)] : []),
    ...(names && !call.has('--no-absolute-filenames') && call.has('--absolute-filenames')
      ? [claimed(outsideNames)]
      : []),
    ...call.values('-O', '-F', '--file').map((path): Claim => ({ does: 'write', path })),
  ];
}

function arClaims(call: Call): Claim[] {
  const [keys, archive, ...members] =
    call.operands[0]?.text?.startsWith('-') === true ? call.operands.slice(1) : call.operands;
  const kind = keys?.text ?? '';
  if (archive === undefined) return [];
  if (/^-?[tp]/.test(kind)) return [{ does: 'read', path: archive }];
  if (/^-?x/.test(kind)) return [{ does: 'read', path: archive }, unpackTo(here)];
  return [{ does: 'write', path: archive }, ...members.map((path): Claim => ({ does: 'read', path }))];
}

function jarClaims(call: Call): Claim[] {
  const [first, archive] = call.words;
  const kind = first?.text ?? '';
  if (/^-{0,2}(t|list|d|describe)/.test(kind)) return archive === undefined ? [] : [{ does: 'read', path: archive }];
  if (/^-{0,2}(x|extract)/.test(kind))
    return [unpackTo(here), ...call.words.slice(1).map((path): Claim => ({ does: 'read', path }))];
  return call.words
    .slice(1)
    .flatMap((path, i): Claim[] => [i === 0 ? { does: 'write', path } : { does: 'read', path }]);
}

/** Packing and unpacking. */
export const archives: ProgramTable = {
  ...named('tar gtar bsdtar star', tar),
  zip: {
    flags: {
      ...taking('ignore', '-x -i -n -t -tt -P -s -Z --exclude --include --suffixes --password --split-size'),
      ...taking('write', '-O --output-file --out -b --temp-path -lf --logfile-path'),
      ...named('-TT --unzip-command', { value: 'command', note: note('high', 'inline-code', 'archives.runs') }),
      ...named('-T --test -r --recurse-paths -m --move', {}),
      ...taking('read', '-@'),
    },
    inspect: zipClaims,
  },
  unzip: {
    flags: { ...taking('ignore', '-d -x -P'), ...named('-o -l -t -v -p -c -q -j -n -u -Z -z -:', {}) },
    inspect: unzipClaims,
  },
  ...named('zipinfo zipnote unar lsar', { operands: 'read' }),
  ...named(
    'gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd zstdmt lz4 unlz4 lzip lzop brotli pigz unpigz pbzip2 pixz compress uncompress lrzip',
    packer,
  ),
  ...named('7z 7za 7zr 7zz p7zip', {
    flags: {
      ...named('-o -p -m -x -i -t -v -w', { value: 'ignore', attached: true }),
      ...named('-spf -sdel', {}),
    },
    inspect: sevenClaims,
  }),
  ...named('rar unrar', { inspect: sevenClaims, flags: named('-o -p -x -m', { value: 'ignore', attached: true }) }),
  cpio: {
    flags: {
      ...taking('ignore', '-F --file -O -H --format -C -I -R --owner -E --pattern-file'),
      '--rsh-command': { value: 'command', note: runs },
      ...named('-i --extract -p --pass-through -t --list -o --create', {}),
    },
    inspect: cpioClaims,
  },
  pax: { operands: 'tree', inspect: call => (call.has('-r') ? [unpackTo(call.operands.at(-1) ?? here)] : []) },
  ...named('ar gar llvm-ar', { inspect: arClaims }),
  ranlib: { operands: 'write' },
  jar: { inspect: jarClaims },
  'dpkg-deb': {
    operands: 'read',
    inspect: call => [
      unpackTo(
        call.has('-x', '-X', '-R', '-e', '--extract', '--vextract', '--raw-extract', '--control')
          ? (call.operands[1] ?? here)
          : here,
      ),
    ],
  },
  ...named('rpm2cpio unsquashfs mksquashfs genisoimage mkisofs cabextract shar unshar', {
    operands: 'read',
    flags: taking('write', '-d -dest -o'),
    inspect: () => [unpackTo(here)],
  }),
};
