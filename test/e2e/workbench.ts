import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { root } from '../../scripts/paths.mjs';
import { copyProject } from '../../scripts/sample.ts';
import { type Server, startServer } from '../../scripts/vscode-server.ts';
import { autoConfirmed } from '../../src/hosts/autoConfirmed.ts';

export interface WorkbenchOptions {
  /** The folder that is copied and opened; the sample project when none is named. */
  workspace?: string;
  /** The extension that is installed; ours when none is named. */
  extension?: string;
  /** Asks whether the folder is trusted, as VS Code does for people. Off by default. */
  workspaceTrust?: boolean;
  settings?: Record<string, unknown>;
  /** Whether the person has yet to be shown what Auto does; off by default, so that Auto is on at a click. */
  neverInAuto?: boolean;
  /** Reaches the extension host and its terminals. */
  env?: Record<string, string | undefined>;
  /** Bundled suites that run inside the extension host, with the extension as one under development. */
  tests?: string;
  /** Runs before the page is opened. */
  prepare?: (page: Page) => Promise<void>;
}

/** VS Code in Chromium, on a copy of a project, with everything it writes in one temporary folder. */
export interface Workbench {
  page: Page;
  /** The copy of the project. */
  folder: string;
  /** GATEHOUSE_HOME of the extension host. */
  home: string;
  /** Writes test/.artifacts/screens/NAME.png, 1280 × 800. */
  screenshot(name: string): Promise<void>;
  /** Clicks on our icon in the activity bar, unless our view is there, and resolves with the panel's document. */
  openPanel(): Promise<FrameLocator>;
  /** Loads the window anew, as a person does; the extension host is another one then. */
  reload(): Promise<void>;
  /** The document inside the panel's two nested frames. */
  panel(): FrameLocator;
  /** Runs a command by its full title in the command palette. */
  runCommand(title: string): Promise<void>;
  /** The notifications that are shown now; their texts come with `allInnerTexts()`. */
  notifications(): Locator;
  /** Ends the browser and the server, and deletes the folder. */
  close(): Promise<void>;
}

const extensionId = 'gatehouse.gatehouse';
const screens = join(root, 'test', '.artifacts', 'screens');
const size = { width: 1280, height: 800 };

/** Opens VS Code and resolves when its workbench is drawn. The caller closes it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  // Short, since sockets below it have a longest path of about 100 characters.
  const state = await realpath(await mkdtemp(join(tmpdir(), 'gh-')));
  let server: Server | undefined;
  let context: BrowserContext | undefined;
  const close = async () => {
    await context?.close();
    await server?.close();
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const folder = join(state, 'project');
    const home = join(state, 'gatehouse');
    await mkdir(join(state, 'home'));
    if (options.neverInAuto !== true) await autoConfirmed(async () => ({ root: home }), Date.now).set();
    await copyProject(folder, options.workspace);
    const extension = options.extension ?? root;
    server = await startServer({
      state,
      ...(options.tests === undefined ? { extension } : { automation: true }),
      workspaceTrust: options.workspaceTrust ?? false,
      // Most of what is tested needs no plan, and the demo's script has one.
      settings: { 'gatehouse.planFirst': 'never', ...options.settings },
      env: {
        ...withoutKeys(),
        // Without a gallery the workbench asks nothing of the internet.
        EXTENSIONS_GALLERY: '{}',
        HOME: join(state, 'home'),
        GATEHOUSE_HOME: home,
        ...options.env,
      },
    });
    context = await launch(join(state, 'browser'));
    const page = context.pages()[0] ?? (await context.newPage());
    await options.prepare?.(page);
    const payload: [string, string][] =
      options.tests === undefined
        ? []
        : [
            ['extensionDevelopmentPath', extension],
            ['extensionTestsPath', options.tests],
          ];
    await page.goto(server.address(folder, payload));
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    return { ...surface(page), folder, home, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Leaves a picture of each failure in this describe block: test/.artifacts/screens/failed TITLE.png. */
export function photographFailures(workbench: () => Workbench | undefined): void {
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench()?.screenshot(`failed ${this.currentTest.title}`);
  });
}

async function launch(profile: string): Promise<BrowserContext> {
  const executablePath = process.env['CHROME_PATH'];
  if (!executablePath)
    throw new Error('CHROME_PATH is not set; run the tests through "npm test", which finds Chromium.');
  return chromium.launchPersistentContext(profile, {
    executablePath,
    viewport: size,
    chromiumSandbox: false,
    env: { ...process.env, HOME: profile },
    args: ['gpu', 'quic', 'component-update', 'sync', 'background-networking']
      .map(name => `--disable-${name}`)
      .concat('--no-first-run'),
  });
}

function surface(page: Page): Omit<Workbench, 'folder' | 'home' | 'close'> {
  const outer = `iframe.webview[src*="extensionId=${extensionId}"]`;
  const panel = () => page.frameLocator(outer).frameLocator('iframe#active-frame');
  return {
    page,
    panel,
    async openPanel() {
      const icon = page.locator('.activitybar').getByRole('tab', { name: 'Gatehouse' });
      // A click on the icon of the view that is there would close it, also while it is still being loaded.
      if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
      // A pointer that stays on the icon would bring its tooltip into every picture.
      await page.mouse.move(size.width / 2, size.height / 2);
      await panel().locator('body').waitFor();
      return panel();
    },
    async reload() {
      await page.reload();
      await page.locator('.monaco-workbench .part.statusbar').waitFor();
      await page.locator('.activitybar').getByRole('tab', { selected: true }).waitFor();
    },
    async runCommand(title) {
      await page.keyboard.press('F1');
      const palette = page.locator('.quick-input-widget');
      await palette.locator('input').first().fill(`>${title}`);
      await palette.getByRole('option', { name: title }).first().click();
    },
    notifications: () => page.locator('.notifications-toasts .notification-list-item-message'),
    async screenshot(name) {
      await mkdir(screens, { recursive: true });
      await page.screenshot({ path: join(screens, `${name}.png`), animations: 'disabled' });
    },
  };
}

/** A key of the person who runs the tests must never be spent by them. */
function withoutKeys(): Record<string, undefined> {
  const names = Object.keys(process.env).filter(name => /^(ANTHROPIC|GATEHOUSE|VSCODE)_/.test(name));
  return Object.fromEntries(names.map(name => [name, undefined]));
}
