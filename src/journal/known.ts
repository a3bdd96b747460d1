import { isSecretName } from '../risk/secrets/assigned.ts';
import { parseDotenv } from '../risk/secrets/dotenv.ts';
import { isPlaceholder, isWords } from '../risk/secrets/value.ts';
import { findSecrets } from '../risk/secrets.ts';

/** A value that must not be seen, and the variable or setting that holds it. */
export interface Known {
  name: string;
  value: string;
}

/** Every value of a `.env` file; the masker leaves out those that say nothing. */
export function knownFromDotenv(text: string): Known[] {
  return [...parseDotenv(text)].map(([name, value]) => ({ name, value }));
}

/** The environment's secrets: variables that are named like one, and secrets within others, as in a database's URL. */
export function knownFromEnvironment(env: Record<string, string | undefined>): Known[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (isSecretName(name) && !isPathList(value)) return [{ name, value }];
    return findSecrets(value).map(span => ({ name, value: value.slice(span.start, span.end) }));
  });
}

/** `SSH_AUTH_SOCK`, `GIT_ASKPASS` and the like hold paths. A random value may begin with a slash and is none. */
function isPathList(value: string): boolean {
  if (!/^(?:[A-Za-z]:\\|~?\/|\.{1,2}\/)[\w./\\:@ -]*$/.test(value)) return false;
  return value.split(/[\\/:]/).every(part => part.length <= 12 || isWords(part));
}

/** Words and settings that half of all `.env` files hold: to hide them would garble every text. */
const common = new Set(
  (
    'localhost development production staging testing disabled enabled required optional undefined unlimited ' +
    'password postgres postgresql mongodb rabbitmq username administrator admin123 password1 password123 ' +
    'changeme change_me secret123 test1234 12345678 123456789 1234567890 us-east-1 us-west-2 eu-west-1 eu-central-1 ' +
    'northeurope westeurope europe-west1 us-central1 info@example.com user@example.com application/json ' +
    'utf8mb4_unicode_ci'
  ).split(' '),
);

/**
 * Whether a known value may be looked for everywhere. Too short or too common ones may not; one whose name does not say
 * secret must not read as words either, nor be a number, a date, a path, a host or a URL without credentials.
 */
export function isTelling({ name, value }: Known): boolean {
  if (value.length < 8 || common.has(value.toLowerCase()) || isPlaceholder(value)) return false;
  if (value.trim() !== value && value.trim().length < 8) return false;
  if (/^[\d\s.,:+TZ_/-]+$/.test(value)) return isSecretName(name) && /^\d{12,}$/.test(value);
  if (isPathList(value)) return false;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return hasSecretPart(value);
  if (isSecretName(name)) return true;
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(value)) return false;
  return !isWords(value.replaceAll(/[\s,;]/g, '')) && !/^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(value);
}

function hasSecretPart(url: string): boolean {
  if (findSecrets(url).length > 0) return true;
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return path.split(/[/?&=#]/).some(part => part.length >= 12 && /\d/.test(part) && !isWords(part));
}
