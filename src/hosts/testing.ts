import type { Testing } from '../agent/work/working.ts';
import type { Workspace } from '../ports/workspace.ts';

/** The project's own tests: as the person has set them, else as they are found in the workspace. */
export function openTesting(_workspace: Workspace, set: string | undefined): Testing {
  return {
    command: async () => (set === undefined || set === '' ? null : { command: set, own: true }),
    read: async () => null,
  };
}
