import { join } from 'node:path';
import { openWorkspace } from '../effects/workspace.ts';

/**
 * A file of `.gatehouse` in a workspace, which is looked at without trust: no link is followed, and a pipe or a huge file
 * is not read. null where there is none. What it would say is not known where it cannot be read, which is not the same.
 */
export async function textOfRepository(root: string, name: string): Promise<{ text: string } | 'unreadable' | null> {
  const workspace = await openWorkspace(root);
  const file = join(root, '.gatehouse', name);
  try {
    const look = await workspace.look(file);
    if (look !== null) return { text: new TextDecoder().decode(look.bytes) };
  } catch {
    return 'unreadable';
  }
  const { kind, real } = await workspace.locate(file);
  return kind === 'missing' && real === join(workspace.root, '.gatehouse', name) ? null : 'unreadable';
}
