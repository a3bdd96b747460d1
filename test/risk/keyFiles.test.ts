import assert from 'node:assert/strict';
import { isDotenvName, isKeyMaterial } from '../../src/risk/secrets/keyFiles.ts';

describe('files that hold secrets, by name', () => {
  it('are the ones that tools keep credentials in', () => {
    for (const path of ['/h/.ssh/config', '/h/.aws/x/y', '/h/.netrc', '/w/server.pem', '/w/a/id_ed25519', '/w/K.P12'])
      assert.equal(isKeyMaterial(path, '/h'), true, path);
    for (const path of ['/w/.npmrc', '/h/.sshx', '/w/id_rsa.pub', '/w/pem.ts', '/h'])
      assert.equal(isKeyMaterial(path, '/h'), false, path);
  });

  it('are .env files of all kinds, examples aside', () => {
    for (const name of [
      '.env',
      '.env.local',
      '.env.production.local',
      '.envrc',
      '.ENV',
      'prod.env',
      'a/b/.env-old',
      '.env_ci',
    ])
      assert.equal(isDotenvName(name), true, name);
    for (const name of [
      '.env.example',
      '.env.sample',
      '.env.local.template',
      'sample.env',
      'env',
      '.environment',
      'env.ts',
    ])
      assert.equal(isDotenvName(name), false, name);
  });
});
