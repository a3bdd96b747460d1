import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../src/effects/clock.ts';
import { createEffects } from '../../src/effects/effects.ts';
import { mintPermit } from '../../src/gate/permit.ts';
import { box, noSandbox } from './sandbox/setup.ts';
import { MemoryBlobs, until } from './setup.ts';

describe('what the person saves while a command is alive', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('stays, and what nobody saved does not', async () => {
    const b = await box();
    try {
      assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
      const outDir = join(b.base, 'out');
      mkdirSync(outDir, { mode: 0o700 });
      const { root, env, sandbox } = b;
      const given = { root, blobs: new MemoryBlobs(), clock: realClock, editor: null, env, outDir, sandbox };
      const effects = createEffects(given);
      const command = ': > begun; while [ ! -e go ]; do sleep 0.02; done';
      const effect = { kind: 'exec', command, cwd: root, timeoutMs: 30_000, background: false } as const;
      const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
      const io = { signal: new AbortController().signal, onOutput: () => undefined };
      const running = effects.run(mintPermit(effect, terms, realClock.now()), io);
      await until(() => existsSync(b.path('begun')), 'it runs');
      b.write('pkg/.vscode/settings.json', 'mine');
      effects.personSaved(b.path('pkg/.vscode/settings.json'));
      effects.personSaved(b.path('gone/again'));
      b.write('other/.vscode/settings.json', 'somebody');
      b.write('go', '');
      const { violations } = await running;
      assert.deepEqual(violations, [{ type: 'restored', path: b.path('other/.vscode') }]);
      assert.equal(readFileSync(b.path('pkg/.vscode/settings.json'), 'utf8'), 'mine');
      await effects.endAll();
    } finally {
      await b.remove();
    }
  });
});
