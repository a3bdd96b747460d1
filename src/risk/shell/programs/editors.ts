import type { Claim } from '../../claim.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';
import { named, taking } from './parts.ts';

const interactive = claimed(note('medium', 'process-control', 'text.interactive'));

/** One command of vi or less: text after `!` is the shell's; a plain position or a known harmless word is nothing. */
function editorCommand(word: Word): Claim[] {
  const text = word.text;
  if (text === null) return [claimed(note('high', 'obscure', 'editors.commandUnknown'))];
  const bang =
    /^[\s:%.,$\d]*(?:silent!?\s*|exe(?:cute)?\s*)*(?:r|read|w|write|te(?:rm(?:inal)?)?|sh(?:ell)?)?\s*!(?!\s*$)/.exec(
      text,
    );
  if (bang !== null) return [{ does: 'shell', text: tail(word, bang[0].length) }];
  if (
    /^:?\s*(\d+|[$G]|\/.*|(%|\d+,\d+)?s\/[^|]*|wq?a?!?|x|q(a|all|uit)?!?|set? \w+(=\w+)?|norm(al)? [^:!|]*|(g|v)\/[^|/]*\/d)$/.test(
      text,
    )
  )
    return [];
  return [claimed(note('medium', 'inline-code', 'editors.command'))];
}

function viClaims(call: Call): Claim[] {
  const plus = call.operands.filter(word => word.prefix.startsWith('+'));
  const files = call.operands.filter(word => !word.prefix.startsWith('+'));
  const commands = [
    ...call.values('-c', '--cmd', '-S'),
    ...plus.map(word => tail(word, 1)).filter(word => word.text !== ''),
  ];
  const scripted = call.has('-es', '-e', '-s', '-E') && commands.length > 0;
  const remote = files.filter(word => /^(scp|ftp|https?|sftp|rsync|dav|fetch|rcp):\/\//.test(word.prefix));
  return [
    ...commands.flatMap(editorCommand),
    ...(scripted ? [] : [interactive]),
    ...remote.map((): Claim => ({ does: 'net', host: null, send: false })),
    ...files
      .filter(word => !remote.includes(word))
      .map(
        (path): Claim =>
          call.has('-R') || call.path[0]?.endsWith('view') === true ? { does: 'read', path } : { does: 'write', path },
      ),
  ];
}

const vi: Spec = {
  flags: {
    ...taking('ignore', '-c --cmd -T -t -q -i --servername --remote-send --remote-expr'),
    ...taking('script', '-S -u -U --startuptime'),
    ...taking('write', '-w -W --log'),
    ...named('-es -ES -Es', {}),
    ...named('--remote --remote-send --remote-expr --remote-silent --remote-wait --server', {
      value: 'ignore',
      note: note('high', 'process-control', 'editors.remote'),
    }),
    '--listen': { value: 'ignore', note: note('high', 'unusual-network', 'editors.remote') },
    '--headless': {},
    ...named('-l -ll', { rest: 'script' }),
  },
  inspect: viClaims,
};

const emacs: Spec = {
  operands: 'write',
  flags: {
    ...named('--eval -eval --execute -execute -f --funcall -funcall', {
      value: 'ignore',
      note: note('medium', 'inline-code', 'editors.command'),
    }),
    ...taking('script', '-l --load -load --script -script -x -scriptload'),
    ...taking('ignore', '-L --directory --chdir -u --user -d --display'),
    ...named('--daemon --fg-daemon --bg-daemon', { note: note('high', 'persistence', 'editors.remote') }),
  },
  inspect: call => (call.has('--batch', '-batch', '--script', '-script') ? [] : [interactive]),
};

/** A pager's own commands and input filters. */
function lessClaims(call: Call): Claim[] {
  const plus = call.operands.filter(word => word.prefix.startsWith('+'));
  return [
    ...plus.flatMap(word => editorCommand(tail(word, word.prefix.startsWith('++') ? 2 : 1))),
    ...call.operands.filter(word => !plus.includes(word)).map((path): Claim => ({ does: 'read', path })),
  ];
}

/** `|`-operands and `@file` make ImageMagick run or read what they name; `ephemeral:` deletes. */
function imageClaims(call: Call): Claim[] {
  return call.words.flatMap((word, i): Claim[] => {
    const text = word.text ?? word.prefix;
    if (/^[|]|^(msl|mvg|ephemeral|url|https?|ftp|text|label|caption|vid|plt|win|x|inline|ps|eps|pdf):/i.test(text))
      return [
        claimed(
          /^(text|label|caption|ps|eps|pdf|inline):/i.test(text)
            ? note('low', 'read', 'text.converts')
            : note('high', 'obscure', 'text.delegates'),
        ),
      ];
    if (text.startsWith('@')) return [{ does: 'read', path: tail(word, 1) }];
    if (text.startsWith('-')) return [];
    const plain = text.includes('/') || /\.\w{2,5}$/.test(text);
    const last = i === call.words.length - 1;
    const inPlace = call.path[0] === 'mogrify';
    return plain ? [last || inPlace ? { does: 'write', path: word } : { does: 'read', path: word }] : [];
  });
}

function mediaClaims(call: Call): Claim[] {
  return call.words.flatMap((word, i): Claim[] => {
    const text = word.text ?? word.prefix;
    const flag = call.words[i - 1]?.text ?? '';
    if (/^(https?|rtmps?|rtsp|udp|tcp|srt|ftp|sftp|icecast|tls|rtp):/i.test(text))
      return [{ does: 'net', host: null, send: flag !== '-i' }];
    if (flag === '-i') return [{ does: 'read', path: word }];
    const isFile =
      !text.startsWith('-') && /\.\w{2,5}$/.test(text) && !/^-(vf|af|filter_complex|lavfi|map|metadata)$/.test(flag);
    return isFile ? [{ does: 'write', path: word }] : [];
  });
}

const converts: Spec = { inspect: imageClaims };
const tex: Spec = {
  operands: 'read',
  longSingle: true,
  flags: {
    ...named('-shell-escape --shell-escape -enable-write18 --enable-write18 -enable-pipes', {
      note: note('high', 'inline-code', 'text.shellEscape'),
    }),
    ...taking('write', '-output-directory --output-directory -aux-directory'),
    ...taking('ignore', '-jobname --jobname -interaction --interaction -fmt -progname'),
    ...named('-pdflatex -latex -e -pdf-engine', {
      value: 'ignore',
      note: note('medium', 'inline-code', 'text.runsInput'),
    }),
  },
  inspect: () => [
    { does: 'write', path: { raw: '.', text: '.', prefix: '.', glob: false, splits: false }, somewhere: true },
  ],
};

/** Editors, pagers and converters of documents. */
export const editors: ProgramTable = {
  ...named('vim vi nvim ex view vimdiff nvimdiff gvim rvim rview neovim vim.tiny vim.basic', vi),
  ...named('emacs xemacs mg jed', emacs),
  emacsclient: { notes: [note('high', 'process-control', 'editors.remote')] },
  ...named('nano pico rnano', {
    operands: 'write',
    flags: { ...named('-s --speller', { value: 'command' }), ...taking('ignore', '-T -r -o -Y') },
    inspect: () => [interactive],
  }),
  ...named('micro joe hx helix kak ne mcedit', { operands: 'write', inspect: () => [interactive] }),
  ...named('ed red', {
    operands: 'write',
    flags: taking('ignore', '-p --prompt'),
    inspect: ({ invocation: { stdin } }) => {
      const text = stdin.type === 'text' ? stdin.text : null;
      return text !== null && !/^[\d,$.]*([rwe]\s*)?!/m.test(text)
        ? []
        : [claimed(note('medium', 'inline-code', 'editors.command'))];
    },
  }),
  // A flag that takes a value in one of them only would hide a file from the others.
  ...named('more most pg lv zmore', { inspect: lessClaims }),
  ...named('less zless bzless xzless', {
    flags: {
      ...taking('write', '-o -O --log-file --LOG-FILE'),
      ...taking('load', '-k --lesskey-file --lesskey-src'),
      ...taking('ignore', '-p -P -t -x -y -z -b -h -j --pattern --prompt --tag --tabs --window'),
      ...named('-T --tag-file', { value: 'read' }),
    },
    inspect: lessClaims,
  }),
  man: {
    operands: 'ignore',
    flags: {
      ...named('-P --pager', { value: 'command' }),
      ...named('-H --html', { value: 'command', attached: true }),
      ...named('-p --preprocessor -T --troff-device', { value: 'ignore' }),
      ...named('-C --config-file', { value: 'read', note: note('medium', 'inline-code', 'text.preprocessor') }),
      ...taking('ignore', '-s -S -M -L -m -r -E -R --sections --manpath --locale --systems'),
      ...named('-l --local-file', { operands: 'read' }),
      ...named('-K --global-apropos -k -f', {}),
    },
  },
  ...named('apropos whatis whereis tldr cheat', { operands: 'ignore' }),
  ...named('groff troff nroff', {
    operands: 'read',
    flags: {
      ...named('-U --unsafe', { note: note('high', 'inline-code', 'text.shellEscape') }),
      ...taking('ignore', '-T -m -d -r -f -P -L -w -W'),
    },
  }),
  info: {
    operands: 'ignore',
    flags: {
      ...taking('write', '-o --output --dribble'),
      ...taking('read', '-f --file'),
      ...taking('script', '--restore'),
    },
  },
  ...named('bat batcat', {
    operands: 'read',
    flags: {
      '--pager': { value: 'command' },
      ...taking(
        'ignore',
        '-l -r -H -m --language --line-range --highlight-line --map-syntax --theme --style --color --paging --wrap --tabs --terminal-width --file-name --decorations',
      ),
      ...taking('directory', '--config-dir --cache-dir'),
    },
    inspect: call =>
      call.operands[0]?.text === 'cache' ? [claimed(note('medium', 'outside-workspace', 'editors.cache'))] : [],
  }),
  ...named('delta diff-so-fancy', {
    operands: 'read',
    flags: { '--pager': { value: 'command' }, '--paging': { value: 'ignore' }, ...taking('read', '--config') },
  }),
  pandoc: {
    operands: 'read',
    flags: {
      ...taking('write', '-o --output --extract-media --log'),
      ...named('-F --filter -L --lua-filter --pdf-engine', {
        value: 'script',
        note: note('medium', 'inline-code', 'text.preprocessor'),
      }),
      ...taking(
        'read',
        '-d --defaults --template --metadata-file --reference-doc -H -B -A --include-in-header --include-before-body --include-after-body --bibliography --csl --syntax-definition --abbreviations',
      ),
      ...taking(
        'ignore',
        '-f -t -r -w --from --to --read --write -V -M --variable --metadata -T --columns --toc-depth --wrap --pdf-engine-opt --data-dir --resource-path -c --css',
      ),
      ...named('--self-contained --embed-resources', {}),
    },
    inspect: call =>
      call.operands.flatMap((word): Claim[] =>
        /^https?:/.test(word.prefix)
          ? [{ does: 'net', host: null, send: false }]
          : call.values('-t', '--to', '-w', '--write')[0]?.text?.endsWith('.lua') === true
            ? [claimed(note('medium', 'inline-code', 'text.preprocessor'))]
            : [],
      ),
  },
  ...named('ffmpeg ffplay ffprobe sox', { inspect: mediaClaims, longSingle: true }),
  ...named('convert magick mogrify identify composite montage compare gm import conjure', converts),
  ...named('gs ghostscript', {
    operands: 'script',
    longSingle: true,
    flags: {
      '-dNOSAFER': { note: note('high', 'inline-code', 'text.shellEscape') },
      ...taking('write', '-o -sOutputFile'),
    },
    inspect: call =>
      call.words
        .filter(word => /^-(sOutputFile|o)[=|]?[%|]/.test(word.prefix))
        .map(() => claimed(note('high', 'inline-code', 'text.delegates'))),
  }),
  ...named(
    'pdflatex latex xelatex lualatex tex pdftex luatex xetex latexmk lualatex-dev tectonic bibtex biber makeindex',
    tex,
  ),
  ...named('dot neato plantuml mmdc wkhtmltopdf typst asciidoctor', {
    operands: 'read',
    flags: taking('write', '-o --output'),
  }),
  ...named('tesseract pdftotext pdftoppm qpdf', { operands: ['read', 'write'] }),
  ...named('cwebp jpegoptim optipng pngquant svgo gifsicle', {
    operands: 'write',
    flags: taking('write', '-o --output'),
  }),
  exiftool: {
    operands: 'write',
    longSingle: true,
    flags: {
      ...taking('load', '-config'),
      ...taking('read', '-@ -tagsFromFile -TagsFromFile -geotag'),
      ...taking('write', '-o -w -W'),
      '-if': { value: 'ignore', note: note('medium', 'inline-code', 'text.preprocessor') },
    },
  },
  ...named('pdfinfo mediainfo jpegtran', { operands: 'read' }),
};
