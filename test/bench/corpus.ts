import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** The scripts of all packages that are installed in the folder, each value as often as it is there. */
export function npmScripts(modules: string): string[] {
  const folders = readdirSync(modules).flatMap(name =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map(inner => join(name, inner)) : [name],
  );
  return folders.flatMap(folder => {
    const manifest = manifestIn(join(modules, folder));
    return manifest === null ? [] : Object.values(manifest.scripts);
  });
}

function manifestIn(folder: string): z.infer<typeof Manifest> | null {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return null;
  }
  const parsed = Manifest.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
