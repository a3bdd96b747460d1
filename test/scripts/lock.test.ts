import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../../scripts/paths.mjs';

const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const Lock = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

describe('package-lock.json', () => {
  it('names the packages for every platform, without which npm ci refuses it (npm run lock)', () => {
    const { packages } = Lock.parse(JSON.parse(text));
    const names = new Set(Object.keys(packages).map(path => path.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    assert.ok(wanted.length > 20, `only ${wanted.length} optional packages found`);
    assert.deepEqual(
      wanted.filter(name => !names.has(name)),
      [],
    );
  });

  it('holds no address of a registry', () => {
    assert.doesNotMatch(text, /"resolved": "http/);
  });
});
