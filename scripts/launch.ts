// The second half of start.mjs, when Node 24 and all packages are there.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openInBrowser } from './launch/browser.ts';
import { openOnDesktop } from './launch/desktop.ts';
import { copyProject } from './sample.ts';

/** Something opened: it ends by itself, or is ended. */
export interface Opened {
  exited: Promise<unknown>;
  close(): Promise<void>;
}

const { values: options } = parseArgs({
  options: { browser: { type: 'boolean' }, 'no-open': { type: 'boolean' }, check: { type: 'boolean' } },
});

const stopped = new Promise<void>(done => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => done());
});

const state = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-')));
try {
  const folder = join(state, 'sample');
  await copyProject(folder);
  const env = {
    GATEHOUSE_HOME: join(state, 'gatehouse'),
    GATEHOUSE_OPEN_PANEL: '1',
    // Without a key the sample's task is played by the scripted model.
    ...(process.env['ANTHROPIC_API_KEY'] ? {} : { GATEHOUSE_REHEARSAL: '1' }),
  };
  const code = process.env['GATEHOUSE_DESKTOP_CODE'];
  const opened = code
    ? await openOnDesktop({ code, state, folder, env })
    : await openInBrowser({ state, folder, env, check: options.check ?? false, open: !options['no-open'] });
  if (!options.check) {
    console.log(`The sample project is a copy in ${folder}, deleted at the end. Press Ctrl-C to end.`);
    await Promise.race([stopped, opened.exited]);
  }
  await opened.close();
} finally {
  await rm(state, { recursive: true, force: true, maxRetries: 5 });
}
