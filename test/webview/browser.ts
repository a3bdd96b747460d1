import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { page as document } from '../../src/hosts/vscode/page.ts';
import type { HostMessage, PanelMessage, PanelState } from '../../src/protocol/panel.ts';
import { type Theme, themes } from './themes.ts';

const root = resolve(import.meta.dirname, '..', '..');
const screens = join(root, 'test', '.artifacts', 'screens');
const origin = 'http://panel.invalid';

export const quietState: PanelState = {
  runs: [],
  shown: null,
  mode: 'ask',
  autoPage: null,
  grants: [],
  model: 'claude-sonnet-5-5',
  endpoint: { type: 'api', origin: 'https://api.anthropic.com' },
  obstacle: null,
  sample: false,
  examples: ['Run the tests and mend what fails', 'Explain how this project is built and tested'],
  tasks: [],
  isolate: 'none',
  planFirst: 'auto',
  past: [],
  resumable: null,
  estimate: null,
  actions: [],
};

/** The panel's real document and bundle, in a browser that stands in for the editor. */
export interface PanelPage {
  page: Page;
  /** What the panel has said to its host so far. */
  posted: () => Promise<PanelMessage[]>;
  tell: (...messages: HostMessage[]) => Promise<void>;
  screenshot: (name: string) => Promise<void>;
  /** What the page's content security policy refused. */
  violations: () => Promise<string[]>;
}

/** Starts Chromium, which shows the panel as it was built last. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'dist', 'webview.js'))) throw new Error('Build the panel first: npm run build');
  const executablePath = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`There is no Chromium at ${executablePath}; set CHROME_PATH.`);
  return chromium.launch({ executablePath, chromiumSandbox: false, args: ['--disable-gpu', '--no-first-run'] });
}

/** Loads the panel anew in the browser's one page: another page would be another process, and a second of its time. */
export async function openPanel(browser: Browser, theme: Theme, width = 380, height = 760): Promise<PanelPage> {
  const page = browser.contexts()[0]?.pages()[0] ?? (await openPage(browser));
  await page.setViewportSize({ width, height });
  await page.mouse.move(0, 0);
  await page.goto(`${origin}/?${theme}`);
  await page.waitForFunction('posted.length > 0');
  return {
    page,
    posted: () => page.evaluate<PanelMessage[]>('posted'),
    violations: () => page.evaluate<string[]>('violations'),
    tell: (...messages) => page.evaluate(`deliver(${JSON.stringify(messages)})`),
    async screenshot(name) {
      await mkdir(screens, { recursive: true });
      await page.screenshot({ path: join(screens, `panel-${name}.png`), animations: 'disabled' });
    },
  };
}

async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  await page.route(`${origin}/**`, async route => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      const body = document({ nonce: 'test', cspSource: origin, address: file => `${origin}/${file}` });
      return route.fulfill({ contentType: 'text/html', body });
    }
    return route.fulfill({ path: join(root, 'dist', name) });
  });
  // The theme is the address's query.
  await page.addInitScript(`globalThis.colours = (${JSON.stringify(themes)})[location.search.slice(1)]`);
  await page.addInitScript({ path: join(import.meta.dirname, 'fakeEditor.js') });
  return page;
}
