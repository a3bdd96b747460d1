import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../../src/models/rehearsal/server.ts';

/** Serves a script for the length of one test. `yaml` is the script's text, recorded requests included. */
export async function onStage<T>(yaml: string, body: (server: RehearsalServer) => Promise<T>): Promise<T> {
  const server = await serveRehearsal({ script: parseScript(yaml, 'test.yaml'), record: true });
  try {
    return await body(server);
  } finally {
    await server.close();
  }
}
