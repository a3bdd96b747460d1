import { failures, GatehouseError } from '../../protocol/failure.ts';
import { usageError } from './args.ts';

/** Where the API lives when nothing else is said. */
export const defaultBaseUrl = 'https://api.anthropic.com';

export interface ApiEndpoint {
  type: 'api';
  /** Empty for a server of the person's own that wants none. */
  apiKey: string;
  baseUrl: string;
}

/**
 * The model's address and key, from what the person typed and from this process's environment, never from a file of the
 * workspace. The key goes to no other origin than the one it is returned with. Throws `model.noKey` and `usage`.
 */
export function endpointFrom(env: NodeJS.ProcessEnv, typed: string | undefined): ApiEndpoint {
  const apiKey = env['ANTHROPIC_API_KEY']?.trim() ?? '';
  const fromEnv = env['ANTHROPIC_BASE_URL']?.trim() ?? '';
  const chosen = typed ?? (fromEnv === '' ? null : fromEnv);
  if (chosen === null && apiKey === '') throw new GatehouseError(failures.noKey({}));
  const source = typed === undefined ? 'ANTHROPIC_BASE_URL' : '--base-url';
  return { type: 'api', apiKey, baseUrl: chosen === null ? defaultBaseUrl : checked(chosen, source) };
}

/** A base URL without its trailing slash. */
function checked(text: string, source: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw usageError(`${source} is an address that begins with http:// or https://, not "${text}"`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw usageError(
      `${source} must hold no user name, password, query or fragment. The key belongs into ANTHROPIC_API_KEY`,
    );
  return url.href.replace(/\/+$/, '');
}
