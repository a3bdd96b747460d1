import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { harmless, keepsEndless, named, taking } from './parts.ts';
import { bytes, fillsDisk, fits, isEndless } from './sizes.ts';

/** Reads its operands and prints. `-` flags without a value that we know of do no harm. */
const reads: Spec = { operands: 'read' };

const sums: Spec = { operands: 'read', flags: taking('ignore', '-a -l --algorithm --length') };

function sedClaims(call: Call): Claim[] {
  const inPlace = call.has('-i', '--in-place', '-I');
  const texts = call.values('-e', '--expression');
  const scripts = call.values('-f', '--file');
  // BSD's `sed -i '' s/a/b/ file` has the suffix as a word of its own.
  const copies = call
    .values('-i', '--in-place', '-I')
    .filter(word => word.prefix.includes('/'))
    .flatMap((path): Claim[] => [
      { does: 'write', path: { ...path, glob: true } },
      claimed(note('medium', 'edit', 'text.copies')),
    ]);
  const operands = inPlace && call.operands[0]?.text === '' ? call.operands.slice(1) : call.operands;
  const given = texts.length > 0 || scripts.length > 0;
  const [first] = operands;
  const codes = given || first === undefined ? texts : [first];
  const files = given ? operands : operands.slice(1);
  return [
    ...copies,
    ...codes.map((text): Claim => ({ does: 'code', language: 'sed', text })),
    ...scripts.map((path): Claim => ({ does: 'script', path, language: 'sed' })),
    ...files.map((path): Claim => (inPlace ? { does: 'write', path } : { does: 'read', path })),
  ];
}

const sort: Spec = {
  operands: 'read',
  flags: {
    ...taking('write', '-o --output -T --temporary-directory'),
    ...taking('read', '--files0-from --random-source'),
    ...taking('ignore', '-k --key -t --field-separator -S --buffer-size --parallel --batch-size'),
    ...named('--sort --check', { attached: true }),
    '--compress-program': { value: 'program', note: note('medium', 'inline-code', 'text.preprocessor') },
  },
};

/** jq's first operand is a filter, which cannot write or run; the rest are files. */
function filterThenFiles(call: Call): Claim[] {
  const given = call.has('-f', '--from-file');
  const named = call.has('--args', '--jsonargs');
  const files = given ? call.operands : call.operands.slice(1);
  return named ? [] : files.map((path): Claim => ({ does: 'read', path }));
}

/** `--slurpfile name file`: the value after the name is a file. */
function jqClaims(call: Call): Claim[] {
  const files: Word[] = call.words.filter((_word, i) =>
    /^--(slurpfile|rawfile|argfile)$/.test(call.words[i - 2]?.text ?? ''),
  );
  return [
    ...filterThenFiles(call),
    ...files.map((path): Claim => ({ does: 'read', path })),
    // `$ENV` and `env` print what the environment holds.
    ...(/\$ENV\b(?!\.\w)|(^|[^.\w$])env\b(?!\.\w)/.test(call.operands[0]?.text ?? '')
      ? [claimed(note('medium', 'secret', 'text.environment'))]
      : []),
  ];
}

function yqClaims(call: Call): Claim[] {
  const plain = call.operands.filter(each => !/^(e|ea|eval|eval-all)$/.test(each.text ?? ''));
  const given = call.has('--from-file', '--expression');
  const files = given ? plain : plain.length > 1 ? plain.slice(1) : plain.filter(each => /\.\w+$/.test(each.prefix));
  const inPlace = call.has('-i', '--inplace', '--in-place');
  return [
    ...files.map((path): Claim => (inPlace ? { does: 'write', path } : { does: 'read', path })),
    ...[...(plain[0]?.text ?? '').matchAll(/\bload\w*\(\s*"([^"]+)"/g)].map(
      ([, path = '']): Claim => ({ does: 'read', path: literal(path) }),
    ),
    ...(/\b(strenv|envsubst|env|load|load_str)\b/.test(plain[0]?.text ?? '')
      ? [claimed(note('medium', 'secret', 'text.environment'))]
      : []),
  ];
}

function patchClaims(call: Call): Claim[] {
  const [original, from] = call.operands;
  const input = call.values('-i', '--input')[0] ?? from;
  return [
    ...(input === undefined ? [] : [{ does: 'read', path: input } as const]),
    ...(call.has('--dry-run', '-C', '--check')
      ? []
      : original === undefined
        ? // The patch names the files. Such names stay below the folder, by patch's own rule.
          [{ does: 'write', path: here, somewhere: true } as const, claimed(note('low', 'edit', 'text.patch'))]
        : [{ does: 'write', path: original } as const]),
  ];
}

const here: Word = { raw: '.', text: '.', prefix: '.', glob: false, splits: false };

function dateClaims(call: Call): Claim[] {
  const sets = call.has('-s', '--set') || call.operands.some(each => /^\d{8,}/.test(each.prefix));
  return sets ? [claimed(note('high', 'privilege', 'system.clock'))] : [];
}

/** `diff`-like: two files or folders. */
const compares: Spec = {
  operands: 'tree',
  flags: {
    ...taking('ignore', '-I -x -F -L -W -U -C --label --exclude --width --unified --ignore-matching-lines'),
    ...taking('read', '-X -S --exclude-from --from-file --to-file'),
    ...taking('write', '--output -o'),
    ...named('--color --unified --context', { attached: true }),
    '--diff-program': { value: 'program' },
  },
};

const ends: Spec = {
  operands: 'read',
  flags: taking('ignore', '-n -c -s --lines --bytes --pid --sleep-interval --max-unchanged-stats'),
};

/** A beginning that is itself too much, of what is not a file that is there. */
function headClaims(call: Call): Claim[] {
  if (call.operands.some(word => !isEndless(word) && word.text !== '-')) return [];
  const sizes = call.values('-c', '--bytes', '-n', '--lines');
  return sizes.some(({ text }) => bytes(text?.replace(/^\+/, '') ?? '') > fits) ? [fillsDisk] : [];
}

/** Text in, text out. */
export const text: ProgramTable = {
  // Only flags that take a value in each of the programs that share an entry are named: a wrong one hides an operand.
  ...named(
    'cat tac rev wc zcat bzcat xzcat zstdcat lz4cat gzcat zcmp zdiff colrm col asa comm csvlook csvstat csvclean csvjson in2csv csvsort csvjoin csvstack tsort ul tokei cloc scc',
    { operands: 'read', flags: taking('read', '--files0-from --exclude-list-file'), inspect: keepsEndless },
  ),
  nl: { operands: 'read', flags: taking('ignore', '-b -d -f -h -i -l -n -s -v -w') },
  ...named('fmt fold', { operands: 'read', flags: taking('ignore', '-w --width') }),
  ...named('expand unexpand', { operands: 'read', flags: taking('ignore', '-t --tabs') }),
  pr: { operands: 'read', flags: taking('ignore', '-l -w -W -o -N -h') },
  column: {
    operands: 'read',
    flags: taking('ignore', '-c -s -o -N -l -R -H -O -T -W --separator --output-separator --table-columns'),
  },
  strings: { operands: 'read', flags: { ...taking('ignore', '-n -t -e -s -T'), ...taking('read', '-f') } },
  od: {
    operands: 'read',
    flags: taking('ignore', '-A -j -N -t -S --address-radix --skip-bytes --read-bytes --format'),
  },
  ...named('hexdump hd', { operands: 'read', flags: { ...taking('ignore', '-n -e -s'), ...taking('read', '-f') } }),
  ...named('tail gtail', ends),
  ...named('head ghead', { ...ends, inspect: headClaims }),
  ...named('cut gcut', {
    operands: 'read',
    flags: taking('ignore', '-b -c -d -f --bytes --characters --fields --delimiter --output-delimiter'),
  }),
  csvcut: { operands: 'read', flags: taking('ignore', '-c -C -d -q') },
  csvgrep: { operands: 'read', flags: { ...taking('ignore', '-c -m -r -d -q'), ...taking('read', '-f --file') } },
  paste: { operands: 'read', flags: taking('ignore', '-d --delimiters') },
  join: { operands: 'read', flags: taking('ignore', '-t -e -o -a -v -j -1 -2') },
  ...named('tr gtr', { inspect: keepsEndless }),
  ...named('cal ncal ascii factor numfmt tput clear reset stty tset units gettext ngettext', harmless),
  ...named('sort gsort', sort),
  ...named('uniq guniq', {
    operands: ['read', 'write'],
    flags: taking('ignore', '-f -s -w --skip-fields --skip-chars --check-chars'),
  }),
  look: { operands: ['ignore', 'read'], flags: taking('ignore', '-t --terminate') },
  shuf: {
    operands: 'read',
    flags: {
      ...taking('write', '-o --output'),
      ...taking('read', '--random-source'),
      ...taking('ignore', '-n -i --head-count --input-range'),
      ...named('-e --echo', { operands: 'ignore' }),
    },
  },
  xxd: { operands: ['read', 'write'], flags: taking('ignore', '-c -g -l -s -o -n -R -cols -groupsize -len -seek') },
  ...named('base64 base32 basenc gbase64 uuencode', {
    operands: 'read',
    flags: {
      ...taking('ignore', '-w -b --wrap --break'),
      ...taking('read', '-i --input'),
      ...taking('write', '-o --output'),
    },
    inspect: keepsEndless,
  }),
  uudecode: { operands: 'read', flags: taking('write', '-o'), notes: [note('medium', 'edit', 'text.namesItself')] },
  ...named('md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum b3sum cksum sum md5 shasum crc32', sums),
  ...named('diff colordiff gdiff cmp diff3 icdiff wdiff difft dwdiff', compares),
  sdiff: { ...compares },
  diffstat: reads,
  patch: {
    flags: {
      ...taking('ignore', '-p --strip -F --fuzz -B -Y -z -V --prefix --suffix --version-control --reject-format -D -g'),
      ...taking('write', '-o --output -r --reject-file'),
      ...taking('ignore', '-i --input'),
      ...taking('directory', '-d --directory'),
      ...named('-e --ed', { note: note('high', 'inline-code', 'text.edScript') }),
    },
    inspect: patchClaims,
  },
  ...named('sed gsed', {
    flags: {
      ...taking('ignore', '-e --expression -f --file -l --line-length'),
      ...named('-i --in-place', { value: 'ignore', attached: true }),
      ...named(
        '-n -E -r -s -u -z --quiet --silent --posix --regexp-extended --separate --null-data --sandbox --debug',
        {},
      ),
      '--follow-symlinks': { note: note('medium', 'outside-workspace', 'text.followsLinks') },
    },
    inspect: sedClaims,
  }),
  ...named('jq gojq jaq', {
    flags: {
      ...taking('read', '-f --from-file'),
      ...taking('ignore', '--indent'),
      ...taking('load', '-L --library-path'),
      ...named('--arg --argjson', {}),
    },
    inspect: call => {
      // `--arg name value` takes two words, which are not files.
      const pairs = new Set(
        call.words.flatMap((word, i) =>
          /^--(arg|argjson|slurpfile|rawfile|argfile)$/.test(word.text ?? '') ? call.words.slice(i + 1, i + 3) : [],
        ),
      );
      return jqClaims({ ...call, operands: call.operands.filter(word => !pairs.has(word)) });
    },
  }),
  yq: {
    flags: {
      ...taking('ignore', '-o -p -I --output-format --input-format --indent --expression'),
      ...taking('read', '--from-file'),
      ...taking('write', '-s --split-exp'),
    },
    inspect: yqClaims,
  },
  ...named('fx gron jless htmlq pup xq tomlq', reads),
  dasel: {
    operands: 'ignore',
    flags: { ...taking('read', '-f --file'), ...taking('write', '-o --out'), ...taking('ignore', '-r -w -p -s -t -v') },
    inspect: call =>
      /^(put|delete)$/.test(call.operands[0]?.text ?? 'put') && !call.has('-o', '--out')
        ? call.values('-f', '--file').map((path): Claim => ({ does: 'write', path }))
        : [],
  },
  xmllint: {
    operands: 'read',
    longSingle: true,
    flags: {
      ...taking('write', '--output -o'),
      ...taking('read', '--schema --relaxng --dtdvalid --schematron'),
      ...taking('ignore', '--xpath --encode --pattern --maxmem'),
      '--shell': { note: note('medium', 'process-control', 'text.interactive') },
      '--loaddtd': { note: note('high', 'network', 'network.reach') },
    },
    inspect: call =>
      call.operands
        .filter(each => /^(https?|ftp):/.test(each.prefix))
        .map(() => ({ does: 'net', host: null, send: false })),
  },
  iconv: {
    operands: 'read',
    flags: { ...taking('write', '-o --output'), ...taking('ignore', '-f -t --from-code --to-code') },
  },
  ...named('dos2unix unix2dos mac2unix', {
    operands: 'write',
    flags: { ...named('-n --newfile', {}), ...taking('ignore', '-c --convmode') },
  }),
  envsubst: { operands: 'ignore' },
  date: {
    flags: {
      ...taking('ignore', '-d --date -s --set'),
      ...taking('read', '-f --file'),
      ...taking('look', '-r --reference'),
    },
    inspect: dateClaims,
  },
  bc: { operands: 'load', flags: named('-e --expression', { value: 'ignore' }) },
  dc: {
    operands: 'read',
    flags: { ...taking('ignore', '-e --expression'), ...taking('read', '-f --file') },
    inspect: call => {
      const text = [...call.values('-e', '--expression').map(word => word.text), fed(call)];
      return text.some(each => each === null || /!(?![<>=])/.test(each))
        ? [claimed(note('medium', 'inline-code', 'text.runsInput'))]
        : [];
    },
  },
  ...named('m4 gm4', {
    operands: 'read',
    flags: taking('ignore', '-D -I -U -L -F -R'),
    notes: [note('medium', 'inline-code', 'text.runsInput')],
  }),
};

/** What comes in by a heredoc or a string; '' where the terminal or a file gives it. */
function fed(call: Call): string | null {
  const { stdin } = call.invocation;
  return stdin.type === 'text' ? stdin.text : stdin.type === 'pipe' ? null : '';
}
