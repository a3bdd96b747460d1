import { type PreparedCall, prepareCall } from '../tools/table.ts';
import type { Holding } from './holding.ts';
import type { RunDeps } from './runDeps.ts';
import type { Session } from './session.ts';

/** Makes effects of the run's tool calls. */
export function preparing(
  { workspace, blobs, masker, git, restores }: Pick<RunDeps, 'workspace' | 'blobs' | 'masker' | 'git' | 'restores'>,
  session: Pick<Session, 'filesKnown'>,
  holding: Pick<Holding, 'step'>,
): (name: string, input: unknown) => Promise<PreparedCall> {
  return (name, input) =>
    prepareCall(name, input, {
      workspace,
      blobs,
      masker,
      filesKnown: session.filesKnown,
      ...(git === undefined ? {} : { git }),
      ...(restores === undefined
        ? {}
        : {
            restores: {
              async plan(checkpoint, paths) {
                // What a background command has changed since is a checkpoint of its own, and belongs to the plan.
                await holding.step();
                return restores.plan(checkpoint, paths);
              },
            },
          }),
    });
}
