import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Opened } from '../launch.ts';
import { root } from '../paths.mjs';
import { hasScreen } from '../setup/desktop.mjs';
import { startServer } from '../vscode-server.ts';

interface BrowserOptions {
  state: string;
  folder: string;
  env: Record<string, string>;
  /** Asks for the page once, with and without the token, and rejects when an answer is wrong. */
  check: boolean;
  open: boolean;
}

/** Serves VS Code on loopback to whoever has the token, prints the address and opens it where there is a screen. */
export async function openInBrowser({ state, folder, env, check, open }: BrowserOptions): Promise<Opened> {
  const server = await startServer({ state, extension: root, token: randomBytes(24).toString('hex'), env });
  const address = server.address(folder);
  console.log(`\n  VS Code is at  ${address}\n`);
  try {
    if (check) await checkAnswers(address);
    else if (open && hasScreen()) show(address);
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

async function checkAnswers(address: string): Promise<void> {
  const { origin } = new URL(address);
  const stranger = await fetch(origin);
  if (stranger.status !== 403) throw new Error(`VS Code answers ${stranger.status} to one without the token`);
  // The token is taken once and turned into a cookie.
  const entered = await fetch(address, { redirect: 'manual' });
  const cookie = entered.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ');
  const page = await fetch(new URL(entered.headers.get('location') ?? '', address), { headers: { cookie } });
  if (!page.ok || !(await page.text()).includes('workbench'))
    throw new Error(`VS Code answers ${page.status} and no workbench`);
  console.log('The workbench answers, and refuses one without the token.');
}

function show(address: string): void {
  const [program, ...args] = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] }[
    process.platform as string
  ] ?? ['xdg-open'];
  const child = spawn(program ?? 'xdg-open', [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('Open that address in a browser.'));
  child.unref();
}
