import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTaints } from '../../src/hosts/taints.ts';
import type { TaintTrace } from '../../src/ports/taints.ts';

const trace = (run: string): TaintTrace => ({
  run,
  source: 'README.md',
  line: 3,
  paths: ['a.md'],
  everything: false,
  shingles: ['abc'],
});

describe('the traces of tainted runs', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatehouse-taints-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const folder = (): string => join(root, 'taint', readdirSync(join(root, 'taint'))[0] ?? '');

  it('are those of the workspace alone, and are there for whoever opens them later', async () => {
    await openTaints({ root }, '/w').keep(trace('r1'));
    assert.deepEqual(
      (await openTaints({ root }, '/w').all()).map(({ run, paths }) => [run, paths]),
      [['r1', ['a.md']]],
    );
    assert.deepEqual(await openTaints({ root }, '/elsewhere').all(), []);
  });

  it('are seen at once by a run that goes on beside', async () => {
    const [one, other] = [openTaints({ root }, '/w'), openTaints({ root }, '/w')];
    await one.keep(trace('r1'));
    assert.equal((await other.all()).length, 1);
    await one.keep({ ...trace('r1'), paths: ['a.md', 'b.md'] });
    assert.deepEqual((await other.all())[0]?.paths, ['a.md', 'b.md']);
  });

  it('taint everything where one cannot be read', async () => {
    const taints = openTaints({ root }, '/w');
    await taints.keep(trace('r1'));
    writeFileSync(join(folder(), 'r1.json'), '{"v":1');
    assert.deepEqual(
      (await taints.all()).map(({ run, everything }) => [run, everything]),
      [['r1', true]],
    );
  });

  it('are for the person alone', async () => {
    await openTaints({ root }, '/w').keep(trace('r1'));
    assert.equal(statSync(join(folder(), 'r1.json')).mode & 0o777, 0o600);
  });
});
