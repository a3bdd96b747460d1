import { dirname, join } from 'node:path';
import { exists, readBytes } from '../effects/files.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { CommandReader } from '../risk/assess.ts';
import { loadGrammar } from '../risk/shell/tree.ts';

/** Files that the build lays beside the bundles. */
const grammarFiles = { runtime: 'tree-sitter.wasm', bash: 'tree-sitter-bash.wasm' };

/** The folder that the build filled, looked for from the running script's own folder upwards. */
export async function findAssets(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const place of [folder, join(folder, 'dist')]) if (await exists(join(place, grammarFiles.bash))) return place;
    if (folder === dirname(folder))
      throw new GatehouseError(failures.internal({ problem: 'the build is not complete' }));
  }
}

/** Loads the shell's grammar the first time that it is asked for; later calls share that one. */
export function lazyReader(assets: string): () => Promise<CommandReader> {
  let loading: Promise<CommandReader> | null = null;
  const load = async (): Promise<CommandReader> => {
    const [runtime, bash] = await Promise.all([
      readBytes(join(assets, grammarFiles.runtime)),
      readBytes(join(assets, grammarFiles.bash)),
    ]);
    // A host that classifies nothing makes no tables; they are as much of a start as the grammar.
    const [parse, { programs }] = await Promise.all([
      loadGrammar(runtime, bash),
      import('../risk/shell/programs/table.ts'),
    ]);
    return { parse, table: programs };
  };
  return () => {
    loading ??= load();
    return loading;
  };
}
