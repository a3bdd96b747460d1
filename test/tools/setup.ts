import type { EffectsOptions } from '../../src/effects/effects.ts';
import type { Outcome } from '../../src/effects/outcome.ts';
import { prepareCall } from '../../src/tools/table.ts';
import type { ToolContext } from '../../src/tools/tool.ts';
import { type Bench, bench, wordMasker } from '../effects/setup.ts';

export interface ToolBench extends Bench {
  context: ToolContext & { filesKnown: Map<string, string> };
  /** Prepares a call, runs its effect and gives the text for the model; keeps track of the files that are known. */
  call(name: string, input: unknown): Promise<string>;
}

/** A workspace, its hands, and what a run keeps for its tools. `secrets`: placeholder → secret. */
export async function toolBench(
  secrets: Record<string, string> = {},
  more: Partial<EffectsOptions> = {},
): Promise<ToolBench> {
  const b = await bench(more);
  const filesKnown = new Map<string, string>();
  const context = { workspace: b.workspace, blobs: b.blobs, masker: wordMasker(secrets), filesKnown };
  return {
    ...b,
    context,
    call: async (name, input) => {
      const prepared = await prepareCall(name, input, context);
      const outcome: Outcome = await b.run(prepared.effect);
      if (outcome.kind === 'read' || outcome.kind === 'edit') filesKnown.set(outcome.path, outcome.file.sha256);
      return prepared.present(outcome);
    },
  };
}
