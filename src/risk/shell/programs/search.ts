import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { named, taking } from './parts.ts';

/** The pattern is the first operand unless `-e` or `-f` gives it; the rest are files, or folders with `-r`. */
function grepClaims(call: Call): Claim[] {
  const given = call.has('-e', '--regexp', '-f', '--file', '--files', '--type-list');
  const recursive = call.path[0] === 'rgrep' || call.has('-r', '-R', '--recursive', '--dereference-recursive');
  const searches = /^(rg|ag|ack|ack-grep|ugrep|ug)$/.test(call.path[0] ?? '');
  const files = given ? call.operands : call.operands.slice(1);
  return files.map((path): Claim => ({ does: 'read', path, recursive: recursive || searches }));
}

const grepFlags: Spec['flags'] = {
  ...taking('ignore', '-e --regexp -m --max-count -A -B -C --after-context --before-context --context -d -D'),
  ...taking('ignore', '--label --include --exclude --exclude-dir --binary-files --directories --devices'),
  ...taking('read', '-f --file --exclude-from'),
  ...named('--color --colour', { attached: true }),
};
const grep: Spec = { flags: grepFlags, inspect: grepClaims };

const preprocesses = { value: 'program', note: note('medium', 'inline-code', 'text.preprocessor') } as const;
const searches: Spec = {
  flags: {
    ...grepFlags,
    ...taking(
      'ignore',
      '-g --glob --iglob -t -T --type --type-not --type-add --type-clear -r --replace -E --encoding -M --max-columns -j --threads --sort --sortr --colors --max-depth --max-filesize --engine --pre-glob --path-separator --dfa-size-limit --regex-size-limit --hyperlink-format --context-separator --field-match-separator --field-context-separator --color',
    ),
    ...taking('read', '--ignore-file'),
    '--pre': preprocesses,
    '--hostname-bin': preprocesses,
  },
  inspect: call => [
    ...grepClaims(call),
    // An unquoted word that is not known may be `--pre`, which runs a program.
    ...(call.operands.some(word => word.text === null && word.prefix === '' && word.splits)
      ? [claimed(note('medium', 'obscure', 'text.unknownFlag'))]
      : []),
  ],
};

/** Searching in text. */
export const search: ProgramTable = {
  ...named('grep egrep fgrep rgrep zgrep bzgrep xzgrep zstdgrep zipgrep pcregrep pcre2grep ggrep', grep),
  rg: searches,
  ...named('ag ack ack-grep ugrep ug', {
    flags: {
      ...taking('ignore', '-A -B -C -m --after --before --context --ignore --ignore-dir --depth --max-count'),
      ...taking('read', '-f --file --path-to-ignore --ackrc'),
      '--pager': { value: 'command' },
      '--filter': { value: 'command' },
      '--view': { note: note('medium', 'process-control', 'text.interactive') },
    },
    inspect: grepClaims,
  }),
};
