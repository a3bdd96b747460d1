import { realClock } from '../effects/clock.ts';
import { readText } from '../effects/files.ts';
import { createClient } from '../models/client.ts';
import type { PriceTable } from '../models/prices.ts';
import { findRehearsal } from '../models/rehearsal/detect.ts';
import { parseScript, submitsPlans } from '../models/rehearsal/script.ts';
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
  /** Whether it can be asked for a plan: any model can, and a script that has one. */
  plans: boolean;
  close(): Promise<void>;
}

/** Rejects with `rehearsal.scriptInvalid` where a script cannot be used. */
export async function openEngine(endpoint: Endpoint, prices: PriceTable): Promise<Engine> {
  if (endpoint.type === 'api') {
    const { apiKey, baseUrl } = endpoint;
    const rehearsal = await findRehearsal(baseUrl);
    const options = { apiKey, baseUrl, clock: realClock, prices };
    return {
      model: createClient(options),
      quick: createClient({ ...options, maxAttempts: 2 }),
      scripted: rehearsal !== null,
      plans: rehearsal?.plans ?? true,
      close: async () => undefined,
    };
  }
  const text = await readText(endpoint.script);
  if (text === null)
    throw new GatehouseError(
      failures.scriptInvalid({ file: endpoint.script, line: 1, column: 1, problem: 'there is no such file' }),
    );
  const script = parseScript(text, endpoint.script);
  const server = await serveRehearsal({ script });
  const options = { apiKey: server.token, baseUrl: server.url, clock: realClock, prices };
  return {
    model: createClient(options),
    quick: createClient({ ...options, maxAttempts: 2 }),
    scripted: true,
    plans: submitsPlans(script),
    close: () => server.close(),
  };
}
