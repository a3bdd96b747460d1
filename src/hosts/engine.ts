import { realClock } from '../effects/clock.ts';
import { readText } from '../effects/files.ts';
import { createClient } from '../models/client.ts';
import type { PriceTable } from '../models/prices.ts';
import { isRehearsal } from '../models/rehearsal/detect.ts';
import { parseScript } from '../models/rehearsal/script.ts';
import { serveRehearsal } from '../models/rehearsal/server.ts';
import type { Model } from '../ports/model.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

export type Endpoint = { type: 'api'; apiKey: string; baseUrl: string } | { type: 'rehearsal'; script: string };

/** Who answers a run. */
export interface Engine {
  model: Model;
  /** The same endpoint for short calls that soon come to nothing: it tries once more and no longer. */
  quick: Model;
  scripted: boolean;
  close(): Promise<void>;
}

/** Rejects with `rehearsal.scriptInvalid` where a script cannot be used. */
export async function openEngine(endpoint: Endpoint, prices: PriceTable): Promise<Engine> {
  if (endpoint.type === 'api') {
    const { apiKey, baseUrl } = endpoint;
    const scripted = await isRehearsal(baseUrl);
    const options = { apiKey, baseUrl, clock: realClock, prices };
    return {
      model: createClient(options),
      quick: createClient({ ...options, maxAttempts: 2 }),
      scripted,
      close: async () => undefined,
    };
  }
  const text = await readText(endpoint.script);
  if (text === null)
    throw new GatehouseError(
      failures.scriptInvalid({ file: endpoint.script, line: 1, column: 1, problem: 'there is no such file' }),
    );
  const server = await serveRehearsal({ script: parseScript(text, endpoint.script) });
  const options = { apiKey: server.token, baseUrl: server.url, clock: realClock, prices };
  return {
    model: createClient(options),
    quick: createClient({ ...options, maxAttempts: 2 }),
    scripted: true,
    close: () => server.close(),
  };
}
