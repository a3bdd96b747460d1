import { userInfo } from 'node:os';

/** Who is logged in; nothing where the machine has no name for its user. */
export function loggedIn(): { user?: string } {
  try {
    return { user: userInfo().username };
  } catch {
    return {};
  }
}
