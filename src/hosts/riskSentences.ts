import { buildCodes } from '../risk/codes/builds.ts';
import { codeCodes } from '../risk/codes/code.ts';
import { containerCodes } from '../risk/codes/containers.ts';
import { editCodes } from '../risk/codes/edits.ts';
import { fetchCodes } from '../risk/codes/fetch.ts';
import { filesCodes } from '../risk/codes/files.ts';
import { gitCodes } from '../risk/codes/git.ts';
import { databaseCodes, infrastructureCodes } from '../risk/codes/infrastructure.ts';
import { namedCodes } from '../risk/codes/named.ts';
import { networkCodes, remoteCodes } from '../risk/codes/network.ts';
import { packageCodes } from '../risk/codes/packages.ts';
import { pathCodes } from '../risk/codes/paths.ts';
import { powershellCodes } from '../risk/codes/powershell.ts';
import { restoreCodes } from '../risk/codes/restores.ts';
import { shellCodes } from '../risk/codes/shell.ts';
import { systemCodes } from '../risk/codes/system.ts';

const templates: Readonly<Record<string, string>> = {
  ...buildCodes,
  ...codeCodes,
  ...containerCodes,
  ...databaseCodes,
  ...editCodes,
  ...fetchCodes,
  ...filesCodes,
  ...gitCodes,
  ...infrastructureCodes,
  ...namedCodes,
  ...networkCodes,
  ...packageCodes,
  ...pathCodes,
  ...powershellCodes,
  ...remoteCodes,
  ...restoreCodes,
  ...shellCodes,
  ...systemCodes,
};

/** The sentence for a finding's code, its arguments filled in; null for a code that the static risk does not have. */
export function riskSentence(code: string, args: Readonly<Record<string, string | number>>): string | null {
  const template = Object.hasOwn(templates, code) ? templates[code] : undefined;
  if (template === undefined) return null;
  return template.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string, at: number) => said(name, args[name]) ?? (at === 0 ? 'It' : 'it'),
  );
}

/** `?` stands for a host that the text of a command does not tell. */
function said(name: string, value: string | number | undefined): string | undefined {
  return name === 'host' && value === '?' ? 'a host that is only known when it runs' : value?.toString();
}
