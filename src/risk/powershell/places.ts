import type { Claim } from '../claim.ts';
import { environmentClaims } from '../shell/environment.ts';
import { claimed, note, type Role } from '../shell/spec.ts';
import type { Word } from '../shell/word.ts';
import { unknown } from './word.ts';

const secretNamed = /SECRET|TOKEN|PASS|KEY|CREDENTIAL|AUTH|DSN|[*?[]/i;

const paths = new Set<Role>(['look', 'read', 'tree', 'write', 'append', 'delete', 'deleteTree', 'script', 'load']);

/** What a path of PowerShell comes to: a file's as the role says, or a place of another kind, such as the registry. */
export function placed(word: Word, exact: boolean, role: Role, asFile: (word: Word) => Claim[]): Claim[] {
  if (!paths.has(role)) return asFile(word);
  const text = (word.text ?? word.prefix).replace(/^.*?\\FileSystem::|^FileSystem::/i, '');
  const changes = !/^(look|read|tree|load|script)$/.test(role);
  const [, drive, rest = ''] = /^([\w.\\]{2,}):{1,2}(.*)$/s.exec(text) ?? [];
  if (drive !== undefined && !/^[A-Za-z]$/.test(drive))
    return otherPlace(drive.toLowerCase(), rest, word, role, changes, asFile);
  if (/^(\\\\|\/\/)[^\\/]/.test(text)) {
    const host = /^..([^\\/]+)/.exec(text)?.[1] ?? null;
    return [{ does: 'net', host, send: changes }, ...asFile(slashed(word, text, exact))];
  }
  return asFile(slashed(word, text, exact));
}

function slashed(word: Word, text: string, exact: boolean): Word {
  const path = portable(text);
  return { ...word, text: word.text === null ? null : path, prefix: path, glob: !exact && /[*?[]/.test(path) };
}

/** A path with slashes. What lies on a drive lies elsewhere than the workspace; a whole drive is the root. */
export function portable(path: string): string {
  const plain = path.replaceAll('\\', '/');
  const [, drive, rest = ''] = /^([A-Za-z]):(?:\/(.*))?$/s.exec(plain) ?? [];
  if (drive === undefined) return plain;
  return /^\/*(\*(\.\*)?)?$/.test(rest) ? `/${rest}` : `/${drive.toUpperCase()}:/${rest}`;
}

function otherPlace(
  drive: string,
  rest: string,
  word: Word,
  role: Role,
  changes: boolean,
  asFile: (word: Word) => Claim[],
): Claim[] {
  const name = rest.replace(/^[\\/]+/, '');
  if (drive === 'env') {
    if (role === 'delete' || role === 'deleteTree') return [];
    if (changes) return environmentClaims([{ name, value: unknown(word.raw) }]);
    return name === '' || secretNamed.test(name) || word.text === null
      ? [claimed(note('medium', 'secret', 'environment.shown'))]
      : [];
  }
  if (/^hk\w+$|registry$/.test(drive))
    return [
      claimed(
        changes
          ? note('high', 'persistence', 'powershell.registry')
          : note('medium', 'read', 'powershell.registryRead'),
      ),
    ];
  if (/^(function|alias|variable)$/.test(drive))
    return changes ? [claimed(note('high', 'obscure', 'shell.renames'))] : [];
  if (/certificate$|^cert$/.test(drive))
    return [
      claimed(
        changes
          ? note('high', 'credential-access', 'secrets.changes')
          : note('medium', 'credential-access', 'secrets.lists'),
      ),
    ];
  if (drive === 'wsman') return [claimed(note('high', 'privilege', 'system.settings'))];
  return asFile(unknown(word.raw));
}
