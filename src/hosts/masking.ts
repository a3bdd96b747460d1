import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findDotenvFiles } from '../effects/dotenv.ts';
import { readText, writePrivate } from '../effects/files.ts';
import { type Home, runFolder } from '../journal/home.ts';
import { type Known, knownFromDotenv, knownFromEnvironment } from '../journal/known.ts';
import { createMasker, type RunMasker } from '../journal/masker.ts';
import type { Endpoint } from './engine.ts';

export interface MaskingSetup {
  home: Home;
  run: string;
  /** The workspace's real path. */
  root: string;
  env: NodeJS.ProcessEnv;
  /** null where nobody is asked; then there is no key of one to hide. */
  endpoint: Endpoint | null;
}

/** The run's masker. The key of its placeholders is kept with the run, so that they mean the same when it is resumed. */
export async function openMasker({ home, run, root, env, endpoint }: MaskingSetup): Promise<RunMasker> {
  const key = await keyOf(join(runFolder(home, run), 'mask.key'));
  return createMasker({ key, known: await knownIn({ root, env, endpoint }) });
}

/** A masker for what belongs to no run; its placeholders mean nothing to another one. */
export async function maskerFor(setup: Surroundings): Promise<RunMasker> {
  return createMasker({ key: randomBytes(32), known: await knownIn(setup) });
}

/** A text with no secret of the workspace or the environment in it, before there is a run. */
export async function withoutSecrets(text: string, setup: Surroundings): Promise<string> {
  return (await maskerFor(setup)).mask(text).text;
}

/** Where secrets may be known from; without an endpoint there is no key of one. */
export type Surroundings = Pick<MaskingSetup, 'root' | 'env'> & { endpoint: Endpoint | null };

async function knownIn({ root, env, endpoint }: Surroundings): Promise<Known[]> {
  const files = await findDotenvFiles(root);
  return [
    ...files.flatMap(file => knownFromDotenv(file.text)),
    ...knownFromEnvironment(env),
    ...knownFromEndpoint(endpoint),
  ];
}

async function keyOf(path: string): Promise<Uint8Array> {
  const kept = await readText(path);
  if (kept !== null && /^[0-9a-f]{64}$/.test(kept)) return Buffer.from(kept, 'hex');
  const key = randomBytes(32);
  await writePrivate(path, key.toString('hex'));
  return key;
}

/** The key may come from an editor's secret storage and not be in the environment. */
function knownFromEndpoint(endpoint: Endpoint | null): Known[] {
  if (endpoint === null || endpoint.type === 'rehearsal') return [];
  return knownFromEnvironment({ ANTHROPIC_API_KEY: endpoint.apiKey, ANTHROPIC_BASE_URL: endpoint.baseUrl });
}
