import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import { type Call, claimed, note, type ProgramTable } from '../spec.ts';
import type { Word } from '../word.ts';
import { named, reach, taking } from './parts.ts';

/** `host:path`, `user@host::module`, `rsync://host/…`: anything with a colon before the first slash. */
function isRemote(word: Word): boolean {
  return /^rsync:\/\/|^[^/]*:/.test(word.prefix);
}

/** Its files come from, or go to, another computer, or another folder of this one. */
function syncClaims(call: Call): Claim[] {
  const sources = call.operands.length > 1 ? call.operands.slice(0, -1) : call.operands;
  const target = call.operands.length > 1 ? call.operands.at(-1) : undefined;
  const dry = call.has('-n', '--dry-run', '--list-only');
  const claims = sources.flatMap((path): Claim[] =>
    isRemote(path)
      ? [reach(hostOf(path.text))]
      : [
          { does: 'read', path, recursive: true },
          ...(call.has('--remove-source-files') && !dry ? [{ does: 'delete', path, recursive: true } as const] : []),
        ],
  );
  claims.push(...shellClaims(call));
  if (call.operands.some(operand => /^[-*?[]/.test(operand.prefix) && operand.glob))
    claims.push(claimed(note('medium', 'obscure', 'archives.fileNamesAsFlags')));
  if (target === undefined) return claims;
  const deletes = [...call.flags.keys()].some(flag => /^--del(ete(-.*)?)?$/.test(flag));
  if (isRemote(target)) {
    claims.push(reach(hostOf(target.text), true));
    if (deletes && !dry) claims.push(claimed(note('critical', 'external-service', 'files.sync')));
  } else if (!dry) {
    claims.push({ does: 'write', path: target, into: sources });
    if (deletes) claims.push({ does: 'delete', path: target, recursive: true });
  }
  return claims;
}

/** `-e` starts this program; a remote shell with its usual options is what it is for. */
function shellClaims(call: Call): Claim[] {
  return call
    .values('-e', '--rsh')
    .filter(word => !/^(\/usr\/bin\/)?ssh( -(p \d+|i \S+|[CqTxv46]+|o [\w=]+))*$/.test(word.text ?? ''))
    .map(() => claimed(note('high', 'inline-code', 'files.remoteProgram')));
}

const serves = { note: note('high', 'unusual-network', 'files.syncServer') };

/** Copying trees, also between computers. */
export const rsync: ProgramTable = {
  rsync: {
    flags: {
      ...taking('command', '-e --rsh'),
      '--rsync-path': { value: 'ignore', note: note('high', 'external-service', 'files.remoteProgram') },
      '--daemon': serves,
      '--server': serves,
      '--sender': serves,
      ...taking(
        'read',
        '--config --files-from --exclude-from --include-from --password-file --read-batch --early-input',
      ),
      ...taking('look', '--compare-dest --copy-dest --link-dest'),
      ...taking('write', '--log-file --write-batch --only-write-batch --backup-dir --partial-dir --temp-dir -T'),
      ...taking(
        'ignore',
        '-f --filter -M --remote-option -B --block-size --exclude --include --port --sockopts --timeout --contimeout --bwlimit --chmod --chown --usermap --groupmap --suffix --max-size --min-size --max-delete --max-alloc --compress-choice --compress-level --checksum-choice --iconv --info --debug --out-format --log-file-format --modify-window --skip-compress --stop-after --stop-at --outbuf --address --protocol --checksum-seed',
      ),
      ...named(
        '--del --delete --delete-before --delete-during --delete-delay --delete-after --delete-excluded --delete-missing-args',
        {},
      ),
      '--remove-source-files': {},
      '--dry-run': {},
      '--list-only': {},
    },
    inspect: syncClaims,
  },
};
