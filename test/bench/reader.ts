// The entry of a bundle: a host's code as far as it judges commands.
import { lazyReader } from '../../src/hosts/assets.ts';

export { assessCommand } from '../../src/risk/assess.ts';

/** Resolves when commands can be read; `assets` is a folder that the build filled. */
export async function startReader(assets: string): Promise<void> {
  await lazyReader(assets)();
}
