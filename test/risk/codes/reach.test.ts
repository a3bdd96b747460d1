import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerCodes } from '../../../src/risk/codes/containers.ts';
import { editCodes } from '../../../src/risk/codes/edits.ts';
import { databaseCodes, infrastructureCodes } from '../../../src/risk/codes/infrastructure.ts';
import { networkCodes, remoteCodes } from '../../../src/risk/codes/network.ts';
import { pathCodes } from '../../../src/risk/codes/paths.ts';

const known: Record<string, string> = {
  ...containerCodes,
  ...databaseCodes,
  ...editCodes,
  ...infrastructureCodes,
  ...networkCodes,
  ...pathCodes,
  ...remoteCodes,
};
const root = join(import.meta.dirname, '../../../src/risk');
const files = [
  'shell/remote.ts',
  'shell/statements.ts',
  'edits.ts',
  'findings.ts',
  'shell/weakens.ts',
  'pathRules.ts',
  ...readdirSync(join(root, 'edits')).map(name => `edits/${name}`),
  ...readdirSync(join(root, 'shell/programs'), { recursive: true, encoding: 'utf8' })
    .filter(name =>
      /^(http|network|outward|forges|hosting|containers|containerReach|terraform|kubernetes|cloud|compute|infrastructure|databases|sqlite|migrations)\.ts$/.test(
        name,
      ),
    )
    .map(name => `shell/programs/${name}`),
];
const used = new Set(
  files
    .flatMap(file => [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /'((?:network|outward|remote|container|infrastructure|database|edit|manifest|tests|path)\.[a-zA-Z]+)'/g,
      ),
    ])
    .map(([, code = '']) => code),
);

describe('sentences for reach, databases and edits', () => {
  it('has one for every code that is used', () => {
    assert.ok(used.size > 150, String(used.size));
    assert.deepEqual(
      [...used].filter(code => !Object.hasOwn(known, code)),
      [],
    );
  });

  it('has none for a code that nobody uses', () => {
    assert.deepEqual(
      Object.keys(known).filter(code => !used.has(code)),
      [],
    );
  });

  it('says each in one line that ends', () => {
    for (const [code, sentence] of Object.entries(known)) assert.match(sentence, /^[^\n]{10,140}\.$/, code);
  });
});
