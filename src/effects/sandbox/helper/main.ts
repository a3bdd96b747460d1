// The helper of one run's sandbox, a process of its own: see `helper.ts`. With `spawner` it is the part of it that lives
// in the run's network namespace.
import { runHelper } from './helper.ts';
import { runSpawner } from './spawner.ts';

const [, script = '', part] = process.argv;
if (part === 'spawner') runSpawner();
else if (part === 'seatbelt') void runOnMac();
else runHelper([...process.execArgv, script, 'spawner']);

/** Loaded there alone, as it brings all of sandbox-runtime. */
async function runOnMac(): Promise<void> {
  const { runSeatbelt } = await import('./seatbelt.ts');
  runSeatbelt();
}
