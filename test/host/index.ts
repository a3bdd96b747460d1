import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** VS Code calls this inside the extension host. Rejects when a test fails, which becomes the host's exit code. */
export async function run(): Promise<void> {
  const reporter = process.env['GATEHOUSE_TEST_REPORTER'];
  const mocha = new Mocha({ timeout: 30_000, forbidOnly: true, ...(reporter && { reporter }) });
  for (const file of readdirSync(import.meta.dirname).sort())
    if (file.endsWith('.test.cjs')) mocha.addFile(join(import.meta.dirname, file));
  const failures = await new Promise<number>(done => {
    mocha.run(done);
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
