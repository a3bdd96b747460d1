import assert from 'node:assert/strict';
import { mostActs } from '../../src/protocol/assessment.ts';
import { assess } from './shell/support.ts';

const root = '/work/app';

describe('what each program of a command does', () => {
  it('is told apart, with the findings that are its own', () => {
    const { parts, acts = [], findings } = assess('cat src/a.ts > out.txt && curl -s https://a.example && rm out.txt');
    assert.deepEqual(
      parts.map(({ program }, at) => [program, acts[at]?.reads, acts[at]?.writes, acts[at]?.deletes, acts[at]?.hosts]),
      [
        ['cat', [`${root}/src/a.ts`], [`${root}/out.txt`], [], []],
        ['curl', [], [], [], ['a.example']],
        ['rm', [], [], [`${root}/out.txt`], []],
      ],
    );
    const codes = acts.map(each => each.findings.map(at => findings[at]?.code));
    assert.ok(codes[1]?.includes('network.reach'), String(codes));
    assert.ok(!codes[0]?.includes('network.reach') && !codes[2]?.includes('network.reach'));
  });

  it('names the same place for each that touches it, and the whole names it once', () => {
    const { acts = [], footprint } = assess('touch a.txt && touch a.txt');
    assert.deepEqual(
      acts.map(({ writes }) => writes),
      [[`${root}/a.txt`], [`${root}/a.txt`]],
    );
    assert.deepEqual(footprint.writes, [`${root}/a.txt`]);
  });

  it('belongs to what a script leads to, not to the runner', () => {
    const { parts, acts = [] } = assess('npm run clean', { scripts: { clean: 'rm -r build.d' } });
    const at = parts.findIndex(({ program }) => program === 'rm');
    assert.deepEqual(acts[at]?.deletes, [`${root}/build.d`]);
    assert.deepEqual(acts[0]?.deletes, []);
  });

  it('stays short, and says so', () => {
    const names = Array.from({ length: mostActs + 3 }, (_, at) => `f${at}.txt`);
    const [only] = assess(`touch ${names.join(' ')}`).acts ?? [];
    assert.equal(only?.writes.length, mostActs);
    assert.equal(only.more, true);
    assert.equal(assess('touch a.txt').acts?.[0]?.more, false);
  });
});
