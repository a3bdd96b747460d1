import { type Home, openHome } from '../../journal/home.ts';

/** The state folder. Named with a workspace, one that lies inside it is refused. Rejects with `state.unsafe`. */
export function homeOf(env: NodeJS.ProcessEnv, workspace?: string): Promise<Home> {
  return openHome({ env, ...(workspace === undefined ? {} : { workspace }) });
}
