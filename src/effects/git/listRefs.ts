import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packedRefs, readRef } from './refs.ts';
import type { Repository } from './repository.ts';

const maxRefs = 50_000;

/** All refs of the repository with their hashes, loose ones before packed ones. Links are not followed. */
export function listRefs(repository: Repository): Map<string, string> {
  const refs = packedRefs(repository);
  const folders = ['refs'];
  for (let folder = folders.pop(); folder !== undefined && refs.size < maxRefs; folder = folders.pop()) {
    for (const entry of entries(join(repository.commonDir, folder))) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      const value = entry.isFile() ? readRef(repository, name) : null;
      if (value !== null) refs.set(name, value);
    }
  }
  return refs;
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
