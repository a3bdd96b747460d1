import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { failures, GatehouseError } from '../protocol/failure.ts';

const binary = process.platform === 'win32' ? 'rg.exe' : 'rg';

/**
 * The path of ripgrep: the given one, else that of the npm package, else the first on `searchPath` (the value of PATH).
 * Throws `search.ripgrepMissing` with the places that were looked at.
 */
export function findRipgrep(given: string | undefined, searchPath: string): string {
  const candidates = [
    ...(given === undefined ? [] : [given]),
    ...packaged(),
    ...searchPath
      .split(delimiter)
      .filter(Boolean)
      .map(folder => join(folder, binary)),
  ];
  const found = candidates.find(runnable);
  if (found === undefined) throw new GatehouseError(failures.ripgrepMissing({ looked: candidates.join(', ') }));
  return found;
}

function packaged(): string[] {
  try {
    // Resolved by name rather than imported: a bundle has no packages beside it, and then this is no error.
    const require = createRequire(import.meta.url);
    const inner = createRequire(require.resolve('@vscode/ripgrep'));
    return [inner.resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${binary}`)];
  } catch {
    return [];
  }
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
