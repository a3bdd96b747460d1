import type { EventOf } from '../../../src/protocol/event.ts';
import type { ShownGrant } from '../../../src/protocol/panel.ts';
import { entryAt } from './log.ts';
import type { View } from './view.ts';

/** What the person allowed for the rest of the run; what holds for the workspace is told by the host. */
export interface RunGrants {
  all: readonly ShownGrant[];
  /** Of the policy that they hold under. */
  policy: string | undefined;
}

export const noGrants: RunGrants = { all: [], policy: undefined };

export function given(view: View, event: EventOf<'grant.given'>, sentences: string[]): View {
  if (event.scope === 'workspace') return view;
  const item = entryAt(view.items, view.index.calls.get(view.index.effects.get(event.effect) ?? '') ?? -1);
  const command = item?.type === 'tool' && item.effect?.kind === 'exec' ? item.effect.command : '';
  const { grants } = view;
  return { ...view, grants: { ...grants, all: [...grants.all, { grant: event.grant, command, sentences }] } };
}

export function revoked(view: View, { grant }: EventOf<'grant.revoked'>): View {
  const { grants } = view;
  return { ...view, grants: { ...grants, all: grants.all.filter(each => each.grant !== grant) } };
}

/** Under another policy, what was allowed is asked about again. */
export function governed(grants: RunGrants, policy: string | undefined): RunGrants {
  return policy === undefined || policy === grants.policy ? grants : { all: [], policy };
}
