import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Whether the file system takes `a` and `A` for the same name in this folder. Found out without writing. */
export function ignoresCase(folder: string): boolean {
  for (const [parent, names] of [
    [folder, list(folder)],
    [dirname(folder), [basename(folder)]],
  ] as const) {
    const name = names.find(each => swapped(each) !== each && !names.includes(swapped(each)));
    if (name !== undefined) return isSame(join(parent, name), join(parent, swapped(name)));
  }
  return false;
}

function swapped(name: string): string {
  const upper = name.toUpperCase();
  return upper === name ? name.toLowerCase() : upper;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isSame(a: string, b: string): boolean {
  try {
    const [one, other] = [statSync(a), statSync(b)];
    return one.ino === other.ino && one.dev === other.dev;
  } catch {
    return false;
  }
}
