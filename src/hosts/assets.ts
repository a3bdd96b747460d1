import { dirname, join } from 'node:path';
import { exists, readBytes } from '../effects/files.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { CommandReader } from '../risk/assess.ts';
import type { Powershell } from '../risk/powershell/powershell.ts';
import { loadGrammar } from '../risk/shell/tree.ts';

/** Files that the build lays beside the bundles. */
const grammarFiles = {
  runtime: 'tree-sitter.wasm',
  bash: 'tree-sitter-bash.wasm',
  powershell: 'tree-sitter-powershell.wasm',
};

/** The folder that the build filled, looked for from the running script's own folder upwards. */
export async function findAssets(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const place of [folder, join(folder, 'dist')]) if (await exists(join(place, grammarFiles.bash))) return place;
    if (folder === dirname(folder))
      throw new GatehouseError(failures.internal({ problem: 'the build is not complete' }));
  }
}

/** What reads a command: with `text`, also what that is written in beside the shell's own language. */
export type ReaderFor = (text?: string) => Promise<CommandReader>;

/** Where a command speaks of PowerShell; one that does so only in a file that it runs is judged by the verbs in that. */
const speaksPowershell = /pwsh|powershell|\.psm?1\b/i;

/** Loads each grammar the first time that it is asked for; later calls share it. */
export function lazyReader(assets: string): ReaderFor {
  let loading: Promise<CommandReader> | null = null;
  let powershell: Promise<Powershell | null> | null = null;
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
  const loadPowershell = async (): Promise<Powershell | null> => {
    // Without it, its text is judged by the verbs in it.
    if (!(await exists(join(assets, grammarFiles.powershell)))) return null;
    const [runtime, grammar] = await Promise.all([
      readBytes(join(assets, grammarFiles.runtime)),
      readBytes(join(assets, grammarFiles.powershell)),
    ]);
    const [parse, { powershellOf }] = await Promise.all([
      loadGrammar(runtime, grammar),
      import('../risk/powershell/powershell.ts'),
    ]);
    return powershellOf(parse);
  };
  return async (text = '') => {
    loading ??= load();
    const reader = await loading;
    if (!speaksPowershell.test(text)) return reader;
    powershell ??= loadPowershell();
    const language = await powershell;
    return language === null ? reader : { ...reader, powershell: language };
  };
}
