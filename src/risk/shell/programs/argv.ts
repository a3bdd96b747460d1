import type { Claim } from '../../claim.ts';
import { isFetched, printed } from '../output.ts';
import type { Stdin } from '../script.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, note, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';
import { literal } from '../word.ts';
import { joined, named, taking } from './parts.ts';
import { fromStdin } from './stdin.ts';

/** Words that are a program and its arguments. */
export function start(
  words: readonly Word[],
  more: Omit<Extract<Claim, { does: 'run' }>, 'does' | 'argv'> = {},
): Claim[] {
  return words.length === 0 ? [] : [{ does: 'run', argv: [...words], ...more }];
}

/** `NAME=value…` and then a program, as after `env` and `sudo`. Empty where there is no program. */
export function assignmentsThenProgram(words: readonly Word[]): Claim[] {
  const env: { name: string; value: Word }[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    const name = /^([A-Za-z_]\w*)=/.exec(word?.prefix ?? '')?.[1];
    if (word === undefined || name === undefined) break;
    env.push({ name, value: tail(word, name.length + 1) });
  }
  return start(words.slice(at), { env });
}

const unknown = (raw: string): Word => ({ raw, text: null, prefix: '', glob: false, splits: true });

/** Programs whose lines are names of files below the folders that they were given. */
const listers =
  /^(find|fd|fdfind|git|rg|grep|egrep|fgrep|ack|ag|ls|echo|printf|sort|uniq|head|tail|sed|awk|cat|tr|shuf|comm|file|locate)$/;

/**
 * Arguments that come from standard input. Where relative names are listed they are files of the workspace, which is all
 * that can be known; where they could begin with `/` or `-`, nothing is.
 */
function fromList(call: Call): Word {
  let from = call.invocation.stdin.type === 'pipe' ? call.invocation.stdin.from : null;
  if (from === null) return unknown('{}');
  for (let hops = 0; from !== null && hops < 10; hops++) {
    if (from.name.text === null || !listers.test(from.name.text)) return unknown('{}');
    if (from.args.some(arg => arg.text === null || /^(\/|~|\.\.)/.test(arg.text) || arg.text.includes('/..')))
      return unknown('{}');
    const next: Stdin = from.stdin;
    from = next.type === 'pipe' ? next.from : null;
  }
  return { raw: '{}', text: './*', prefix: './*', glob: true, splits: true };
}

const interprets = /(^|\/)((ba|da|z|k|fi|a)?sh|eval|python[\d.]*|node|perl|ruby|php|sudo|env)$/;
const deletes = /^(rm|rmdir|unlink|shred|srm|trash)$/;

/** What is fed to it, where the text tells: the words, or for `-I` the lines. */
function listed(call: Call): string[] | null {
  const { stdin } = call.invocation;
  const text =
    stdin.type === 'text' ? stdin.text : stdin.type === 'pipe' && stdin.from !== null ? printed(stdin.from) : null;
  if (text === null || text.length > 4000) return null;
  const separator = call.has('-0', '--null')
    ? '\0'
    : call.has('-I', '-i', '--replace', '-L', '-d', '--delimiter')
      ? '\n'
      : /[\s\0]+/;
  return text
    .split(separator)
    .map(each => each.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter(each => each !== '')
    .slice(0, 64);
}

function knownRuns(call: Call, mark: string | null, words: readonly string[]): Claim[] {
  const put = (word: Word, text: string): Word =>
    mark === null || word.text?.includes(mark) !== true ? word : literal(word.text.replaceAll(mark, text));
  if (mark === null) return start([...call.operands, ...words.map(literal)], { stdinArgs: true });
  return words.flatMap(text =>
    start(
      call.operands.map(word => put(word, text)),
      { stdinArgs: true },
    ),
  );
}

const reaching =
  /^(chmod|chown|chgrp|chattr|setfacl|dd|mkfs(\..*)?|kill|pkill|killall|curl|wget|ssh|scp|rsync|docker|podman|kubectl|aws|gcloud|az|systemctl|npm|npx|pip|pip3|apt|apt-get|redis-cli|psql|mysql|umount|mount)$/;
const optional =
  /^(find|fd|tar|gtar|rg|git|sort|awk|gawk|sed|perl|python\d?|node|ruby|zip|7z|man|less|vim?|ex|tee|ln|install|mv|cp)$/;

/** Words that nobody knows, appended to a program: they may be options, or name anything. */
function claimsOpen(program: Word): Claim[] {
  const name = program.text?.replace(/^.*\//, '') ?? '';
  if (reaching.test(name)) return [claimed(note('high', 'obscure', 'xargs.unknownWords'), { program: name })];
  return optional.test(name) ? [claimed(note('medium', 'obscure', 'xargs.unknownWords'), { program: name })] : [];
}

/** `xargs [flags] program args`, with words from standard input after them, or in place of what `-I` names. */
export const xargs: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking(
      'ignore',
      '-I -J -L --max-lines -n --max-args -P --max-procs -s --max-chars -d --delimiter -E -R -S --process-slot-var',
    ),
    ...taking('read', '-a --arg-file'),
    '-i': { value: 'ignore', attached: true },
    '--replace': { value: 'ignore', attached: true },
    '-l': { value: 'ignore', attached: true },
    '-e': { value: 'ignore', attached: true },
  },
  inspect: call => {
    const [program, ...rest] = call.operands;
    if (program === undefined) return [];
    const mark =
      call.values('-I', '-J')[0]?.text ??
      (call.has('-i', '--replace') ? (call.values('-i', '--replace')[0]?.text ?? '{}') : null);
    const known = call.has('-a', '--arg-file') ? null : listed(call);
    let given = call.has('-a', '--arg-file') ? unknown('{}') : fromList(call);
    const recursive = rest.some(word => /^-(\w*[rR]|-r)/.test(word.text ?? ''));
    const removes = deletes.test(program.text?.replace(/^.*\//, '') ?? '');
    if (removes && recursive) given = unknown('{}');
    const put = (word: Word): Word => {
      if (mark === null || !word.prefix.includes(mark) || word.text === null) return word;
      if (word.text === mark) return given;
      const [before = ''] = word.text.split(mark);
      return { raw: word.raw, text: null, prefix: before, glob: false, splits: false };
    };
    if (known !== null) return knownRuns(call, mark, known);
    const argv = mark === null ? [program, ...rest, given] : [put(program), ...rest.map(put)];
    const many: Claim[] = removes ? [claimed(note('medium', 'deletion', 'delete.listed'))] : [];
    const { stdin } = call.invocation;
    const fetched = stdin.type === 'pipe' && stdin.from !== null && isFetched(stdin.from);
    const told: Claim[] =
      fetched && interprets.test(program.text ?? '')
        ? [claimed(note('critical', 'download', 'pipe.fetchedToInterpreter'))]
        : [];
    const open = mark === null && given.text === null;
    const wide = open ? claimsOpen(program) : [];
    return [...many, ...told, ...wide, { does: 'run', argv, stdinArgs: true }];
  },
};

/** GNU parallel: a template, and values after `:::` or from standard input. */
export const parallel: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking(
      'ignore',
      '-j --jobs -P -n -N --max-args -L -I --delay --timeout --retries --halt --tagstring -d --delimiter --colsep -C --wd --tmpdir --load --memfree --nice --env',
    ),
    ...taking('read', '-a --arg-file'),
    ...taking('write', '--joblog --results'),
    '-S': { value: 'host' },
    '--sshlogin': { value: 'host' },
    '--slf': { value: 'read', note: note('high', 'network', 'network.reach') },
    '--sshloginfile': { value: 'read', note: note('high', 'network', 'network.reach') },
  },
  inspect: call => {
    const colons = call.operands.findIndex(word => word.text?.startsWith(':::') === true);
    const template = colons < 0 ? call.operands : call.operands.slice(0, colons);
    const values = colons < 0 ? [] : call.operands.slice(colons + 1);
    const files = call.operands[colons]?.text?.startsWith('::::') === true;
    if (template.length === 0 && values.length === 0)
      return call.has('--version', '--help', '--citation') ? [] : fromStdin(call.invocation, 'shell');
    const texts = files || values.length === 0 ? [unknown('{}')] : values.slice(0, 16);
    const text = joined(template);
    return texts.map((value): Claim => {
      if (template.length === 0) return { does: 'shell', text: value };
      if (value.text !== null && text.text !== null) {
        const shown = value.text;
        const marked = /\{[./]*\}/.test(text.text);
        return {
          does: 'shell',
          text: literal(marked ? text.text.replace(/\{[./]*\}/g, () => shown) : `${text.text} ${shown}`),
        };
      }
      const words = template.flatMap(word => (word.text === null ? [word] : word.text.split(/\s+/).map(literal)));
      const marked = words.some(word => word.prefix.includes('{'));
      return {
        does: 'run',
        argv: marked
          ? words.map(word => (/\{[./]*\}/.test(word.prefix) ? unknown(word.raw) : word))
          : [...words, value],
        stdinArgs: true,
      };
    });
  },
};

/** `watch [flags] text…`, or with `-x` a program. */
export const watch: Spec = {
  stopAtOperand: true,
  flags: taking('ignore', '-n --interval -q --equexit'),
  inspect: call => {
    if (call.operands.length === 0) return [];
    return call.has('-x', '--exec') ? start(call.operands) : [{ does: 'shell', text: joined(call.operands) }];
  },
};

/** `flock file program args`, `flock file -c text`, `flock 9`. */
export const flock: Spec = {
  stopAtOperand: true,
  flags: taking('ignore', '-w --wait --timeout -E --conflict-exit-code'),
  inspect: call => {
    const [file, second, third] = call.operands;
    if (file === undefined || /^\d+$/.test(file.text ?? '')) return [];
    const lock: Claim = { does: 'write', path: file, append: true };
    if (second?.text === '-c' || second?.text === '--command')
      return third === undefined ? [lock] : [lock, { does: 'shell', text: third }];
    return [lock, ...start(call.operands.slice(1))];
  },
};

/** `script -c text file` of util-linux, `script file program args` of BSD. */
export const script: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('command', '-c --command'),
    ...taking('write', '-T --log-timing -I --log-in -O --log-out -B --log-io'),
    ...taking('ignore', '-m -o --output-limit -E --echo -t'),
  },
  inspect: call => {
    const [file, ...rest] = call.operands;
    const log: Claim[] = file === undefined ? [] : [{ does: 'write', path: file }];
    if (call.has('-c', '--command', '--version', '--help')) return log;
    return [...log, ...(rest.length > 0 ? start(rest) : fromStdin(call.invocation, 'shell'))];
  },
};

/** `npx [flags] program args`: the project's own program, or one that is downloaded and run. */
export function toolRunner({ folder, registry }: { folder: string | null; registry: string }): Spec {
  return {
    stopAtOperand: true,
    exact: true,
    flags: {
      ...taking('ignore', '-p --package --from --spec --with --python --index-url --registry --cache'),
      ...taking('load', '--userconfig -w --workspace --prefix'),
      ...named('--node-options -n --node-arg --script-shell --shell', {
        value: 'ignore',
        note: note('high', 'persistence', 'environment.loads'),
      }),
      ...taking('command', '-c --call'),
    },
    inspect: call => {
      const [first, ...args] = call.operands;
      const named =
        call.values('-p', '--package', '--from', '--spec', '--with', '--registry', '--index-url').length > 0;
      if (first === undefined) return [];
      const [, bare = null, version] = /^((?:@[^/]+\/)?[^@]+)(@.+)?$/.exec(first.text ?? '') ?? [];
      // `@scope/name` runs the program `name`; a URL or a path is taken as it is.
      const plain = bare !== null && /^(@[\w.-]+\/)?[\w.-]+$/.test(bare);
      const name = plain ? literal(bare.replace(/^@[^/]+\//, '')) : first;
      return [
        {
          does: 'tool',
          argv: [name, ...args],
          installed:
            folder === null || !plain ? null : bare.startsWith('@') ? `node_modules/${bare}` : `${folder}/${bare}`,
          registry,
          latest: named || version !== undefined || !plain,
          offline: call.has('--no-install', '--no', '--offline'),
        },
      ];
    },
  };
}
