import { z } from 'zod';

/**
 * The named sandbox profiles, from narrow to wide. `read-only`: nothing is written but a private temporary folder.
 * `workspace`: the workspace is writable, its `.git` and protected paths are not. `workspace-hosts`: the same, and the
 * named hosts are reached. `git`: `.git` is writable but for configuration, hooks and attributes. `package-install`: the
 * registry is reached and installation scripts do not run. `uncontained`: no sandbox; the card says so.
 */
export const profileNames = [
  'read-only',
  'workspace',
  'workspace-hosts',
  'git',
  'package-install',
  'uncontained',
] as const;
export const ProfileName = z.enum(profileNames);
export type ProfileName = z.infer<typeof ProfileName>;

/** What a permit lets a command do: the profile that holds it, and what that profile was widened by. */
export const Terms = z.object({
  profile: ProfileName,
  /** Hosts that may be reached, in lower case, without ports. */
  hosts: z.array(z.string()),
  /** Real, absolute paths that may be written beyond the profile: outside the workspace, or protected in it. */
  writes: z.array(z.string()),
  /** Under `git`, the refs that may change: of the branches the one that is checked out (which is the default), or any. */
  refs: z.enum(['current', 'any']).optional(),
});
export type Terms = z.infer<typeof Terms>;

/** Something that a command tried and its sandbox refused, as observed. Paths are hints: they name, they do not decide. */
export const Violation = z.discriminatedUnion('type', [
  z.object({ type: z.literal('host'), host: z.string(), port: z.number().int() }),
  z.object({ type: z.literal('write'), path: z.string() }),
  z.object({ type: z.literal('limit'), limit: z.enum(['memory', 'processes', 'disk']) }),
  /** A protected path, or a ref by its full name, was changed all the same, and was put back. */
  z.object({ type: z.literal('restored'), path: z.string() }),
]);
export type Violation = z.infer<typeof Violation>;
