import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';
import { assignmentsThenProgram } from './argv.ts';
import { joined, taking } from './parts.ts';

const privileged = claimed(note('high', 'privilege', 'privilege.run'));
const rootShell = claimed(note('high', 'privilege', 'privilege.shell'));

/** `sudo [flags] [NAME=value…] program args`. */
export const sudo: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking(
      'ignore',
      '-u --user -g --group -h --host -p --prompt -C --close-from -T --command-timeout -r --role -t --type -U --other-user -R --chroot',
    ),
    '-D': { value: 'directory' },
    '--chdir': { value: 'directory' },
  },
  inspect: call => {
    if (call.operands.length === 0 && call.has('-V', '--version', '--help', '-K', '-k', '--reset-timestamp')) return [];
    if (call.has('-e', '--edit')) return [privileged, ...call.operands.map((path): Claim => ({ does: 'write', path }))];
    if (call.has('-i', '-s', '--login', '--shell'))
      return [
        rootShell,
        ...(call.operands.length === 0 ? [] : [{ does: 'shell' as const, text: joined(call.operands) }]),
      ];
    return [privileged, ...assignmentsThenProgram(call.operands)];
  },
};

/** `su [-] [user] [-c text]`, and `runuser -u user program`. */
export const su: Spec = {
  flags: {
    ...taking('command', '-c --command --session-command'),
    ...taking('ignore', '-s --shell -g --group -G --supp-group -w'),
    '-u': { value: 'ignore' },
    '--user': { value: 'ignore' },
  },
  inspect: call => {
    const claims = [privileged];
    if (call.path[0] === 'runuser' && call.has('-u', '--user')) claims.push(...assignmentsThenProgram(call.operands));
    return claims;
  },
};

/** `env [-i] [-u NAME] [-C dir] [-S text] [NAME=value…] [program args]`. */
export const env: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('ignore', '-u --unset -a --argv0'),
    ...taking('ignore', '-S --split-string'),
    '-C': { value: 'directory' },
    '--chdir': { value: 'directory' },
    '-P': { value: 'ignore', note: note('high', 'persistence', 'environment.loads') },
  },
  inspect: call => {
    const operands = call.operands.filter((word, i) => !(i === 0 && word.text === '-'));
    const split = call.values('-S', '--split-string');
    if (split.length > 0) return [{ does: 'shell', text: joined([...split, ...operands.map(quoted)]) }];
    const claims = assignmentsThenProgram(operands);
    return claims.length > 0 ? claims : shown(call);
  },
};

function shown(call: Call): Claim[] {
  return call.has('--version', '--help') ? [] : [claimed(note('medium', 'secret', 'environment.shown'))];
}

/** A word as shell text that comes to the same word. */
function quoted(word: Word): Word {
  if (word.text === null || /^[\w./:=@%+-]+$/.test(word.text)) return word;
  return { ...word, text: `'${word.text.replaceAll("'", `'\\''`)}'` };
}
