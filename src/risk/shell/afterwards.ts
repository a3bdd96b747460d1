import { effective } from './evaluates.ts';
import { changeDirectory, type Scope, stay } from './scope.ts';
import type { Invocation, Redirect, Script } from './script.ts';
import { implied, setsOf } from './sets.ts';
import { literal, type Word } from './word.ts';

/** What the reader gathers beside programs. */
interface Gathered {
  readonly assignments: Script['assignments'];
  readonly defined: Set<string>;
  /** Names that the text exports, whenever they are set. */
  readonly exported: Set<string>;
}

/** What a builtin leaves behind for the commands after it. */
export function afterwards(
  name: Word,
  given: { args: readonly Word[]; redirects: readonly Redirect[] },
  env: Invocation['env'],
  scope: Scope,
  gathered: Gathered,
): void {
  const [first, ...args] = effective([name, ...given.args]);
  const builtin = first?.text ?? '';
  stay(scope);
  switch (builtin) {
    case 'cd':
    case 'pushd':
    case 'popd':
      return changeDirectory(builtin, args, env, scope);
    case 'exit':
      // With other words than a number, or where a redirection fails, the shell goes on.
      if (given.redirects.length === 0 && args.every(arg => /^\d+$/.test(arg.text ?? '')) && args.length < 2) {
        scope.directories = [];
        stay(scope);
      }
      return;
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'printf':
    case 'unset':
    case 'let':
    case 'wait':
    case 'coproc': {
      const { names } = setsOf(builtin, args);
      // Without a PATH, programs are looked for where the shell stands; without the others, nothing worse is read.
      if (builtin !== 'unset') gathered.assignments.push(...names.map(implied));
      else if (names.includes('PATH')) gathered.assignments.push({ name: 'PATH', value: literal('') });
      return forget(args, scope);
    }
    case 'export':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly': {
      const plain = builtin === 'export' && args.every(arg => !/^[-+]/.test(arg.prefix));
      const flags = args.map(arg => (arg.prefix.startsWith('-') ? arg.prefix : '')).join('');
      const exports = builtin === 'export' || flags.includes('x');
      const refers = builtin !== 'export' && flags.includes('n');
      for (const arg of args) {
        const [, variable, element, value = ''] = /^([A-Za-z_]\w*)(\[[^=]*\]|\+|)=(.*)$/s.exec(arg.prefix) ?? [];
        if (/^[A-Za-z_]\w*$/.test(arg.text ?? '') && exports) gathered.exported.add(arg.text ?? '');
        if (refers && variable !== undefined) gathered.assignments.push(implied(value));
        if (variable === undefined) {
          // Attributes change what later assignments come to.
          if (!plain && arg.text !== null) scope.variables.set(arg.text, null);
          continue;
        }
        const isWhole = arg.text !== null && element === '';
        scope.variables.set(variable, plain && isWhole ? value : null);
        const known = isWhole ? value : null;
        gathered.assignments.push({ name: variable, value: { ...literal(value), raw: arg.raw, text: known } });
      }
      return;
    }
    case 'alias':
      for (const arg of args) {
        const alias = /^([^=]+)=/.exec(arg.prefix)?.[1];
        if (alias !== undefined) gathered.defined.add(alias);
      }
      return;
    default:
      return;
  }
}

/** Words may name variables, alone or in a cluster with a flag (`-vx`); one that is unknown may name any. */
function forget(args: readonly Word[], scope: Scope): void {
  for (const arg of args) {
    if (arg.text === null) for (const name of scope.variables.keys()) scope.variables.set(name, null);
    for (const name of (arg.text ?? '').match(/[A-Za-z_]\w*/g) ?? []) {
      scope.variables.set(name, null);
      if (arg.text?.startsWith('-') === true) scope.variables.set(name.slice(1), null);
    }
  }
}
