import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { list, readText, remove, writePrivate } from '../effects/files.ts';
import type { Home } from '../journal/home.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeptGrant, KeptGrants } from '../ports/grants.ts';
import { Violation } from '../protocol/containment.ts';
import { Digest } from '../protocol/effect.ts';

const File = z.object({
  v: z.literal(1),
  id: z.string(),
  run: z.string(),
  at: z.number(),
  expiresAt: z.number(),
  policyDigest: Digest,
  command: z.string(),
  cwd: z.string(),
  commandDigest: Digest,
  signature: Digest.nullable(),
  violations: z.array(Violation),
  shown: Digest,
});

const idShape = /^[0-9a-f]{24}$/;

/**
 * One file for each grant, below the state folder, so that a process that gives one and another that takes one back never
 * write the same. A file that cannot be read grants nothing. `workspace` is its real path.
 */
export function openKeptGrants(home: Pick<Home, 'root'>, workspace: string, clock: Clock): KeptGrants {
  const folder = join(home.root, 'grants', createHash('sha256').update(workspace).digest('hex').slice(0, 16));
  const fileOf = (id: string): string => join(folder, `${id}.json`);

  async function read(id: string): Promise<KeptGrant | null> {
    const text = await readText(fileOf(id)).catch(() => null);
    const grant = text === null ? null : parsed(text);
    return grant?.id === id ? grant : null;
  }

  async function ids(): Promise<string[]> {
    const names = await list(folder);
    return names.flatMap(name =>
      name.endsWith('.json') && idShape.test(name.slice(0, -5)) ? [name.slice(0, -5)] : [],
    );
  }

  return {
    async all() {
      const grants = await Promise.all((await ids()).map(read));
      return grants.flatMap(grant => (grant !== null && grant.expiresAt > clock.now() ? [grant] : []));
    },
    async keep(grant) {
      if (!idShape.test(grant.id)) throw new Error('a grant has an id of our making');
      await writePrivate(fileOf(grant.id), JSON.stringify({ v: 1, ...grant }));
      // Those that have ended are of no use to anybody.
      for (const id of await ids()) if (((await read(id))?.expiresAt ?? 0) <= clock.now()) await remove(fileOf(id));
    },
    async revoke(id) {
      if (!idShape.test(id) || !(await ids()).includes(id)) return false;
      await remove(fileOf(id));
      return true;
    },
  };
}

/** The files of what was allowed in a run beyond it, in all workspaces. Looks only. */
export async function grantFilesOf(home: Pick<Home, 'root'>, run: string): Promise<{ path: string; bytes: number }[]> {
  const top = join(home.root, 'grants');
  const files: { path: string; bytes: number }[] = [];
  for (const folder of await list(top))
    for (const name of await list(join(top, folder))) {
      const path = join(top, folder, name);
      const text = await readText(path).catch(() => null);
      if (text !== null && parsed(text)?.run === run) files.push({ path, bytes: Buffer.byteLength(text) });
    }
  return files;
}

function parsed(text: string): KeptGrant | null {
  try {
    const { v: _, ...grant } = File.parse(JSON.parse(text));
    return grant;
  } catch {
    return null;
  }
}
