import type { Claim } from '../claim.ts';
import type { Category, Tier } from '../tier.ts';
import { type Call, claimed, type Flag, type Note, note, type Spec } from './spec.ts';

/** What a client of a remote system does there. `local`: it does not ask the system at all. */
export type Outcome =
  | 'local'
  | 'looks'
  | 'changes'
  | 'destroys'
  | 'deploys'
  | 'logsIn'
  | 'printsSecret'
  | 'executes'
  | 'exposes'
  | 'spends'
  | 'publishes'
  | 'uploads'
  | 'downloads';

const judged = (tier: Tier, category: Category, code: string): readonly Note[] => [note(tier, category, code)];

/** A spec that says no more than this one judgment. */
export const judgedAs = (tier: Tier, category: Category, code: string): Spec => ({
  notes: judged(tier, category, code),
});

/** Some host is reached, and a note beside it says how bad that is. */
export const reaches: Claim = { does: 'net', host: null, send: false, judged: true };

const notes: Readonly<Record<Outcome, readonly Note[]>> = {
  local: [],
  looks: judged('medium', 'external-service', 'remote.looks'),
  changes: judged('high', 'external-service', 'remote.changes'),
  destroys: judged('critical', 'external-service', 'remote.destroys'),
  deploys: judged('high', 'production', 'remote.deploys'),
  logsIn: judged('high', 'credential-access', 'remote.logsIn'),
  printsSecret: judged('high', 'credential-access', 'remote.printsSecret'),
  executes: judged('high', 'external-service', 'remote.executes'),
  exposes: judged('high', 'unusual-network', 'remote.exposes'),
  spends: judged('high', 'cost', 'remote.spends'),
  publishes: judged('high', 'publish', 'remote.publishes'),
  uploads: judged('high', 'upload', 'remote.uploads'),
  downloads: judged('high', 'download', 'remote.downloads'),
};

/** The claims of an outcome at a host (null: whichever the client is configured for). */
export function outcome(kind: Outcome, host: string | null = null): Claim[] {
  if (kind === 'local') return [];
  return [...notes[kind].map(each => claimed(each)), { does: 'net', host, send: false, judged: true }];
}

const specOf = (kind: Outcome): Spec => ({ inspect: () => outcome(kind) });

export const local: Spec = {};
export const looks = specOf('looks');
export const changes = specOf('changes');
export const destroys = specOf('destroys');
export const deploys = specOf('deploys');
export const logsIn = specOf('logsIn');
export const printsSecret = specOf('printsSecret');
export const executes = specOf('executes');
export const exposes = specOf('exposes');
export const spends = specOf('spends');
export const publishes = specOf('publishes');
export const uploads = specOf('uploads');
export const downloads = specOf('downloads');

/** Subcommands that share a spec: names separated by blanks. */
export type Verbs = readonly [Spec, string];

export function verbs(...groups: readonly Verbs[]): Record<string, Spec> {
  return Object.fromEntries(groups.map(([spec, names]) => [names, spec]));
}

/** A group of subcommands, where one that is not named changes something. */
export function group(sub: Record<string, Spec>, flags: Readonly<Record<string, Flag>> = {}, otherSub = changes): Spec {
  return { sub, otherSub, flags };
}

/** Flags that mean the same: names separated by blanks. */
export function flagged(names: string, flag: Flag): Record<string, Flag> {
  return { [names]: flag };
}

/** Flags that take a value which means nothing to us: names separated by blanks. */
export function valued(names: string): Record<string, Flag> {
  return { [names]: { value: 'ignore' } };
}

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));
const looking = setOf(
  'list ls get describe show info status logs log tail view ps top version help whoami history diff search explain inspect validate check current read head stat lookup query count test lint preview events wait find estimate verify scan apps regions sizes size plans services releases domains du tree ping',
);
const changing = setOf(
  'create update set add deploy apply start stop restart scale patch put modify edit enable disable attach detach import export rename move mv cp sync copy push pull restore rollback migrate promote submit run new init up down resize reboot associate assign grant revoke bind unbind link unlink register cancel approve reject upload download clone fork config configure use switch activate rotate import-key publish release unset toggle resume pause suspend undelete reset open',
);
const destroying = setOf(
  'delete destroy rm rb remove terminate purge prune drop wipe erase del uninstall deregister teardown nuke empty flush deletebucket batch-delete schedule-key-deletion',
);
const revealing = setOf(
  'print-access-token print-identity-token print-refresh-token get-access-token get-login-password get-secret-value get-session-token get-federation-token assume-role assume-role-with-web-identity access get-credentials get-admin-credentials list-keys get-parameter-history decrypt token tokens reveal keys kubeconfig export-credentials get-password-data create-access-key generate-db-auth-token get-random-password credentials',
);
const running = setOf(
  'ssh exec send-command run-command start-session execute-command invoke console rsh attach ssm tunnel start-iap-tunnel proxy port-forward sftp scp serial',
);
const entering = setOf('login logout auth configure sso set-credentials activate-service-account adc');

/**
 * What a cloud's client does, by the verb among its operands: groups of resources stand before it. Deletion counts wherever
 * it stands; else the first verb decides; where there is none, something changes.
 */
export function byVerb(operands: Call['operands']): Outcome {
  const words = operands.slice(0, 6).map(word => word.text?.toLowerCase() ?? null);
  if (words.length === 0) return 'local';
  const heads = words.map(word => (word === null ? null : tokens(word)));
  if (heads.some(head => head?.some(token => destroying.has(token)))) return 'destroys';
  const flat = heads.flatMap(head => head ?? []);
  if (
    flat.some(token => /^(secrets?|keyvault)$/.test(token)) &&
    flat.some(token => /^(show|get|download|export)$/.test(token))
  )
    return 'printsSecret';
  for (const head of heads) {
    if (head === null) return 'changes';
    if (head.some(token => revealing.has(token))) return 'printsSecret';
    if (head.some(token => entering.has(token))) return 'logsIn';
    if (head.some(token => running.has(token))) return 'executes';
    if (head.some(token => token === 'deploy' || token === 'promote')) return 'deploys';
    if (head.some(token => changing.has(token))) return 'changes';
    if (head.some(token => looking.has(token))) return 'looks';
  }
  return 'changes';
}

/** `describe-instances` is `describe`, `apps:destroy` is `destroy`. */
function tokens(word: string): string[] {
  return [word, ...word.split(':'), word.split('-')[0] ?? word];
}

/** A client whose operands are groups and a verb. */
export function verbClient(flags: Readonly<Record<string, Flag>> = {}): Spec {
  return { flags, inspect: call => outcome(byVerb(call.operands)) };
}
