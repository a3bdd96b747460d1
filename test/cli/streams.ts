import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps what is written to it. */
export class Sink extends Writable {
  text = '';
  isTTY = false;
  columns = 80;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Waits until the condition holds; gives up after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The condition did not come true in time.');
    await sleep(2);
  }
}
