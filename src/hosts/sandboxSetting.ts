import { z } from 'zod';

/**
 * What the person wants of the sandbox. `auto`: use it where there is one, and count every command one tier higher where
 * there is none. `require`: no run without it. `container-is-the-boundary`: the person says that this machine is a
 * container made for the purpose, so that commands without a sandbox count as they are.
 */
export const SandboxSetting = z.enum(['auto', 'require', 'container-is-the-boundary']);
export type SandboxSetting = z.infer<typeof SandboxSetting>;
