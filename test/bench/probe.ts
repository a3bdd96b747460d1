import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { probe } from '../../src/risk/probe/probe.ts';
import { median, round } from './figures.ts';

const project = resolve(import.meta.dirname, '../..');
const texts = {
  prose: ['ARCHITECTURE.md', 'README.md'],
  code: ['src/agent/loop.ts', 'src/gate/gate.ts'],
  lockFile: ['package-lock.json'],
};
const bytes = 64 * 1024;
const times = 40;

/** Milliseconds that the probe takes for 64 KiB of each kind of text. */
export function measureProbe(): Record<keyof typeof texts, number> {
  const of = (paths: readonly string[]): number => {
    const one = paths.map(path => readFileSync(join(project, path), 'utf8')).join('\n');
    const text = Buffer.from(one.repeat(Math.ceil(bytes / one.length)).slice(0, bytes)).toString();
    const took: number[] = [];
    for (let time = 0; time < 2 * times; time += 1) {
      const since = performance.now();
      probe(text);
      if (time >= times) took.push(performance.now() - since);
    }
    return round(median(took), 2);
  };
  return { prose: of(texts.prose), code: of(texts.code), lockFile: of(texts.lockFile) };
}
