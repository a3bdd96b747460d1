import type { Claim } from '../../../claim.ts';
import { tail } from '../../sort.ts';
import type { Call, Spec } from '../../spec.ts';
import { afterDashes, changesHere, harmless, named, readsHere, taking } from '../parts.ts';
import { because, judged } from './because.ts';

/** A command that only looks. In a folder outside the workspace that is reading outside. */
const looks: Spec = { inspect: () => [readsHere] };

const runsFilter = { note: judged('medium', 'git-configuration', 'git.runsFilter') };

/** Files that a command is asked to show: after `--`, and as `revision:path`. */
function shownFiles(call: Call): Claim[] {
  const shown = call.operands.flatMap(word => {
    const colon = word.text?.indexOf(':') ?? -1;
    // `:path` is the staged file, `:/text` a search.
    return colon >= 0 && !/^:[/(!]/.test(word.text ?? '') ? [tail(word, colon + 1)] : [];
  });
  return [...shown, ...afterDashes(call)].map(path => ({ does: 'read' as const, path }));
}

/** `log`, `diff`, `show` and their kind. Source: git-diff(1), "options". */
const diffs: Spec = {
  flags: {
    '--ext-diff': runsFilter,
    '--output': { value: 'write' },
    '--no-index': { operands: 'read' },
    '-O': { value: 'read' },
    ...taking(
      'ignore',
      '-S -G -n -L -U -l -M -C --format --pretty --author --committer --grep --since --until --after',
    ),
    ...taking(
      'ignore',
      '--before --max-count --skip --stat-width --word-diff-regex --diff-algorithm --encoding --date',
    ),
    '-M': {},
    '-C': {},
    '--pretty': {},
    '--format': { value: 'ignore', attached: true },
    '--stat': { value: 'ignore', attached: true },
  },
  inspect: call => [readsHere, ...shownFiles(call)],
};

const grep: Spec = {
  flags: {
    ...taking('ignore', '-e -A -B -C -m --max-depth --max-count --threads'),
    '-f': { value: 'read' },
    '-O': { value: 'command', attached: true },
    '--open-files-in-pager': { value: 'command', attached: true },
    '--no-index': {},
    '--ext-grep': runsFilter,
  },
  inspect: call => [
    readsHere,
    ...call.operands
      .slice(call.has('-e', '-f') ? 0 : 1)
      .map(path => ({ does: 'read' as const, path, recursive: call.has('--no-index') })),
    ...(call.has('-O', '--open-files-in-pager') ? [because('medium', 'git-configuration', 'git.runsProgram')] : []),
  ],
};

/** Commands that show and change nothing. */
export const looking: Record<string, Spec> = {
  ...named(
    'status shortlog describe rev-parse rev-list ls-files ls-tree for-each-ref name-rev merge-base check-ignore check-attr check-mailmap check-ref-format var version cherry show-ref show-branch count-objects fsck verify-commit verify-tag verify-pack whatchanged-files diff-pairs merge-tree stripspace column fmt-merge-msg get-tar-commit-id patch-id mktag last-modified unpack-file show-index ls-objects',
    looks,
  ),
  ...named('log diff show whatchanged diff-tree diff-index diff-files range-diff', diffs),
  grep,
  blame: {
    flags: {
      '--contents': { value: 'read' },
      ...taking('ignore', '-L -S --since --date'),
      '--ignore-revs-file': { value: 'read' },
    },
    inspect: call => [readsHere, ...call.operands.slice(-1).map(path => ({ does: 'read' as const, path }))],
  },
  annotate: { operands: 'read' },
  'cat-file': { flags: { '--textconv': runsFilter, '--filters': runsFilter }, inspect: shownFiles },
  help: {
    flags: {
      '-w': { note: judged('medium', 'git-configuration', 'git.runsProgram') },
      '--web': { note: judged('medium', 'git-configuration', 'git.runsProgram') },
    },
  },
  archive: {
    flags: {
      '-o': { value: 'write' },
      '--output': { value: 'write' },
      '--remote': { value: 'url' },
      '--exec': { value: 'command', note: judged('high', 'git-configuration', 'git.runsProgram') },
      '--add-file': { value: 'read' },
      ...taking('ignore', '--format --prefix'),
    },
  },
  bugreport: { flags: { ...taking('write', '-o --output-directory') } },
  diagnose: { flags: { ...taking('write', '-o --output-directory') } },
  'hash-object': { operands: 'read' },
  mailinfo: { operands: 'write' },
  mailsplit: { flags: { '-o': { attached: true, value: 'write' } }, operands: 'read' },
  'interpret-trailers': {
    flags: { '--in-place': { operands: 'write' }, '--trailer': { value: 'ignore' } },
    operands: 'read',
  },
  'format-patch': {
    like: diffs,
    flags: {
      ...taking('write', '-o --output-directory'),
      '--stdout': {},
      '-n': {},
      ...taking('ignore', '-v --start-number --subject-prefix --to --cc --in-reply-to --base --suffix'),
    },
    inspect: call => (call.has('--stdout', '-o', '--output-directory') ? [] : [changesHere]),
  },
  bundle: {
    sub: {
      create: { operands: ['write', 'ignore'] },
      ...named('verify list-heads unbundle', { operands: ['read', 'ignore'] }),
    },
    otherSub: harmless,
  },
};
