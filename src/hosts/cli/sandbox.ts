import { SandboxSetting } from '../sandboxSetting.ts';
import { list, usageError } from './args.ts';

/** GATEHOUSE_SANDBOX of the person's own environment; a workspace cannot set it. Throws `usage`. */
export function sandboxFrom(env: NodeJS.ProcessEnv): SandboxSetting {
  const given = env['GATEHOUSE_SANDBOX'];
  if (given === undefined || given === '') return 'auto';
  const parsed = SandboxSetting.safeParse(given);
  if (!parsed.success) throw usageError(`GATEHOUSE_SANDBOX is ${list(SandboxSetting.options)}, not "${given}"`);
  return parsed.data;
}
