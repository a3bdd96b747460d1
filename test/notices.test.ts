import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { file, notices } from '../scripts/notices.mjs';

describe('the notices of third parties', () => {
  it('name everything that the build ships of others, with its licence', () => {
    const written = readFileSync(file, 'utf8');
    assert.equal(written, notices(), 'node scripts/notices.mjs writes them anew');
    for (const name of ['@anthropic-ai/sandbox-runtime', 'node-forge', 'preact', '@vscode/codicons', 'yaml'])
      assert.match(written, new RegExp(`^## ${name} \\d`, 'm'));
    assert.match(written, /apply-seccomp[^]*Apache License\n +Version 2\.0/);
  });

  it('are shipped in the package', () => {
    const shipped = readFileSync(new URL('../.vscodeignore', import.meta.url), 'utf8').split('\n');
    assert.ok(shipped.includes('!media/**'));
  });
});
