import { createRequire } from 'node:module';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { type Elsewhere, isOwn, ownProgram } from './own.ts';
import { isInside } from './workspace.ts';

const binary = process.platform === 'win32' ? 'rg.exe' : 'rg';

/**
 * The path of ripgrep: the given one, else that of the npm package, else a program of ours (`ownProgram`). None in the
 * workspace, unless this code lies there itself. Throws `search.ripgrepMissing` with the places that were looked at.
 */
export function findRipgrep(given: string | undefined, elsewhere: Elsewhere): string {
  const { searchPath, workspace } = elsewhere;
  const atHome = isInside(workspace, import.meta.filename);
  const named = [...(given === undefined ? [] : [given]), ...packaged()];
  const found = named.find(path => isOwn(path, atHome ? '' : workspace)) ?? ownProgram(binary, elsewhere);
  if (found === null)
    throw new GatehouseError(failures.ripgrepMissing({ looked: [...named, `${binary} in ${searchPath}`].join(', ') }));
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
