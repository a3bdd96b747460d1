import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { type Box, box } from './setup.ts';

/** Works for a while in a process of its own, then prints what that took. */
const works = "bash -c 'n=0; while [ $n -lt 60000 ]; do n=$((n + 1)); done'; times";

/** Of times(1): user and system time of the shell, then of its children. In ms. */
function printed(output: string): number {
  const times = [...output.matchAll(/(\d+)m([\d.]+)s/g)];
  assert.equal(times.length, 4, output);
  return times.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1_000, 0);
}

describe('the processor time of commands in the sandbox', () => {
  let b: Box;
  before(async () => {
    b = await box();
  });
  after(() => b.remove());

  it('is all told by the end, that of the last command and of one in the background included', async () => {
    let told = 0;
    let taken = 0;
    for (const background of [false, true, false]) {
      const command = await b.start(works, {}, background);
      const output = await Promise.all(command.output.map(text));
      await command.settled;
      taken += printed(output.join(''));
      if (!background) told += command.cpuMs?.() ?? 0;
    }
    const all = told + (await b.sandbox.restCpuMs());
    // Each of four figures is cut to ticks, of 10 ms, whenever it is read.
    assert.ok(all >= taken - 60, `${all} ms were told, ${taken} ms taken`);
    // Of three commands two are told of at their end: counted twice they would come to five thirds.
    assert.ok(all < taken * 1.4, `${all} ms were told, ${taken} ms taken`);
  });
});
