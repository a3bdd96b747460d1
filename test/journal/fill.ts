// Run by a test under a limit on file size: appends until that fails, then tells how the journal answers.
import { openHome } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { failureOf, said, started, tickingClock } from './support.ts';

const [root = '', run = ''] = process.argv.slice(2);
const home = await openHome({ env: { GATEHOUSE_HOME: root } });
const journal = await createJournal(home, run, tickingClock());
await journal.append(started(run));
for (;;) {
  const big = journal.append(said('x'.repeat(1000)));
  const queued = journal.append(said('y'.repeat(1000)));
  queued.catch(() => undefined);
  try {
    await big;
    await queued;
  } catch {
    const first = await failureOf(Promise.all([big, queued]));
    const answer = {
      first: first.code,
      problem: first.args['problem'],
      queued: (await failureOf(queued)).code,
      small: (await failureOf(journal.append(said('')))).code,
    };
    await journal.close();
    process.stdout.write(JSON.stringify(answer));
    break;
  }
}
