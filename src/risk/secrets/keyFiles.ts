import { basename } from 'node:path';
import { pathTraits } from '../paths.ts';

/** Whether a file is a credential by its place or its name. Both paths absolute; `home` is the person's home folder. */
export function isKeyMaterial(path: string, home: string): boolean {
  const named = path.replaceAll('\\', '/');
  return pathTraits(named, { root: '\0', home: home.replaceAll('\\', '/') }).some(trait => trait.secret === 'key');
}

/** Examples are committed on purpose and hold no secrets, but words that would then be hidden everywhere. */
const examples = /[._-](?:example|sample|template|dist|defaults?)$/i;

/** Whether a file's name says that it holds an environment's values: `.env`, `.env.local`, `.envrc`, `prod.env`. */
export function isDotenvName(path: string): boolean {
  const name = basename(path);
  return (
    /^\.env(?:rc|[._-].*)?$|.\.env$/i.test(name) && !examples.test(name) && !/^(?:example|sample)\.env$/i.test(name)
  );
}
