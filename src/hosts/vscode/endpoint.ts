import type { Endpoint } from '../compose.ts';
import type { Keys } from './keys.ts';

export type Choice = { type: 'ready'; endpoint: Endpoint } | { type: 'noKey'; origin: string };

export interface Circumstances {
  baseUrl: string;
  /** The address that is set where nobody set one, which needs a key. */
  defaultBaseUrl: string;
  keys: Pick<Keys, 'get'>;
  env: NodeJS.ProcessEnv;
  /** The folder is a copy of our sample project. */
  sample: boolean;
  /** The script that plays the model there. */
  script: string;
}

/**
 * Who answers a run that starts now. The script plays only where it was asked for (`GATEHOUSE_REHEARSAL=1`), or in the
 * sample while no key is set; in a person's own folder nothing is ever pretended. A server of the person's own may want no
 * key. Outside the sample no key is taken from the environment, which a workspace's container may set, and never an
 * address.
 */
export async function chooseEndpoint(around: Circumstances): Promise<Choice> {
  const rehearsal: Choice = { type: 'ready', endpoint: { type: 'rehearsal', script: around.script } };
  if (around.env['GATEHOUSE_REHEARSAL'] === '1') return rehearsal;
  const { baseUrl } = around;
  const origin = new URL(baseUrl).origin;
  const own = origin !== new URL(around.defaultBaseUrl).origin;
  const fromEnv = around.sample && !own ? around.env['ANTHROPIC_API_KEY']?.trim() || null : null;
  const apiKey = (await around.keys.get(baseUrl)) ?? fromEnv;
  if (apiKey !== null) return { type: 'ready', endpoint: { type: 'api', apiKey, baseUrl } };
  if (own) return { type: 'ready', endpoint: { type: 'api', apiKey: '', baseUrl } };
  return around.sample ? rehearsal : { type: 'noKey', origin };
}
