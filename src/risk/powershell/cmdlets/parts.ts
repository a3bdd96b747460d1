import type { Role } from '../../shell/spec.ts';

/** Parameters, separated by blanks, whose values have this role. */
export function parameters(role: Role | 'switch', names: string): Record<string, Role | 'switch'> {
  const table: Record<string, Role | 'switch'> = {};
  for (const name of names.split(' ')) if (name !== '') table[name] = role;
  return table;
}

/** The same under several names, separated by blanks. */
export function each<T>(names: string, value: T): Record<string, T> {
  const table: Record<string, T> = {};
  for (const name of names.split(' ')) table[name] = value;
  return table;
}
