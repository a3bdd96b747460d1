import { existsSync } from 'node:fs';
import { reachable, SetupError } from './say.mjs';

/**
 * The desktop VS Code for the host suites: the executable that GATEHOUSE_VSCODE names, or "download" where there is a
 * screen and the download answers; undefined where VS Code for the browser has to do.
 */
export async function desktopForTests() {
  const named = process.env.GATEHOUSE_VSCODE;
  if (named) {
    if (named !== 'download' && !existsSync(named))
      throw new SetupError(`GATEHOUSE_VSCODE names ${named}, which does not exist.`);
    return named;
  }
  if (!hasScreen()) return undefined;
  return (await reachable('https://update.code.visualstudio.com/api/releases/stable')) ? 'download' : undefined;
}

/** Whether a program can open a window here. */
export function hasScreen() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}
