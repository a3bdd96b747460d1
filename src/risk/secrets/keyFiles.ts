import { basename, relative, sep } from 'node:path';

/** Folders below the home folder whose every file is a credential, from the tools' own manuals. */
const keyFolders = ['.ssh', '.gnupg', '.aws', '.azure', '.config/gcloud', '.kube', '.docker', '.password-store'];
const keyFiles = ['.netrc', '.pgpass', '.git-credentials', '.npmrc', '.pypirc', '.config/gh/hosts.yml'];
const keyNames = /^(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|.*\.(pem|p12|pfx|jks|keystore|kdbx))$/i;

/** Whether a file is a credential by its place or its name. Both paths absolute; `home` is the person's home folder. */
export function isKeyMaterial(path: string, home: string): boolean {
  if (keyFolders.some(folder => isWithin(path, `${home}${sep}${folder.split('/').join(sep)}`))) return true;
  if (keyFiles.some(file => path === `${home}${sep}${file.split('/').join(sep)}`)) return true;
  return keyNames.test(basename(path));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith('/'));
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
