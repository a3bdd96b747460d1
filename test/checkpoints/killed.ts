/**
 * A process that begins a restore and is killed in the middle: `killed.ts STATE`, where the file STATE says over what.
 * Its events go to the file `events`, one a line.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRestoring } from '../../src/checkpoints/restore.ts';
import { openSnapshots } from '../../src/checkpoints/snapshots.ts';
import { openDisk } from '../../src/effects/restoring/disk.ts';
import { gitMerge } from '../../src/effects/restoring/merge.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import type { Home } from '../../src/journal/home.ts';
import type { Disk } from '../../src/ports/disk.ts';
import type { RunEvent } from '../../src/protocol/event.ts';
import { someGit } from './setup.ts';

export interface Orders {
  root: string;
  home: Home;
  scratch: string;
  /** Before which writing call it dies, counted from 1; `in`: with a temporary file written. */
  nth: number;
  in: boolean;
  to: number;
  onConflict: 'keep' | 'overwrite';
  events: string;
}

const orders: Orders = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { root, home, scratch, nth, to, onConflict } = orders;
const events: RunEvent[] = readFileSync(orders.events, 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line));
const blobs = createBlobs(home);
const program = someGit();
const snapshots = await openSnapshots({
  root,
  store: root,
  home: { shadow: join(home.root, 'shadow'), blobs },
  run: 'course',
  program,
  excludes: () => [],
});
let calls = 0;

function dying(disk: Disk, restore: string): Disk {
  const die = (path: string): void => {
    calls += 1;
    if (calls < nth) return;
    if (orders.in) writeFileSync(join(root, dirname(path), `.gatehouse-${restore}.tmp`), 'half of i');
    process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...disk,
    put: (path, content, found) => (die(path), disk.put(path, content, found)),
    remove: (path, found) => (die(path), disk.remove(path, found)),
    removeFolder: path => (die(path), disk.removeFolder(path)),
  };
}

const restoring = createRestoring({
  events: () => events,
  journal: {
    async append(body) {
      const zeros = '0'.repeat(64);
      const event: RunEvent = { v: 1, seq: events.length, at: 0, prev: zeros, hash: zeros, ...body };
      events.push(event);
      appendFileSync(orders.events, `${JSON.stringify(event)}\n`);
      return event;
    },
  },
  snapshots,
  blobs,
  disk: restore => dying(openDisk(root, restore), restore),
  merge: gitMerge(program, scratch),
  root,
  newId: randomUUID,
});
await restoring.apply(await restoring.plan(to), { by: 'person', onConflict });
await snapshots.close();
process.stdout.write(`${calls}\n`);
