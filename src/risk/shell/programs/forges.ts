import type { Claim } from '../../claim.ts';
import {
  byVerb,
  changes,
  destroys,
  downloads,
  executes,
  exposes,
  flagged,
  group,
  local,
  logsIn,
  looks,
  outcome,
  printsSecret,
  publishes,
  spends,
  uploads,
  type Verbs,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';
import { tail } from '../sort.ts';
import { note, type ProgramTable, type Spec } from '../spec.ts';

// Sources: gh(1), glab(1), hub(1), and the services' own command references.

const repo = valued('-R --repo --hostname');
const within = (...groups: readonly Verbs[]): Spec => group(verbs(...groups), repo);

/** Bodies and files that go with what is written. */
const writes: Spec = {
  like: changes,
  flags: { ...flagged('-F --body-file --notes-file --input', { value: 'read' }), ...valued('-b --body -t --title -m') },
};
const extensions: Spec = {
  notes: [note('high', 'dependency', 'remote.extension')],
  inspect: changes.inspect ?? (() => []),
};
const checksOut: Spec = {
  notes: [note('medium', 'discards-work', 'remote.checksOut')],
  inspect: looks.inspect ?? (() => []),
};
const pushes: Spec = { notes: [note('high', 'push', 'remote.merges')], inspect: changes.inspect ?? (() => []) };
const runsWorkflow: Spec = {
  notes: [note('high', 'ci', 'remote.startsWorkflow')],
  inspect: changes.inspect ?? (() => []),
};
const browse: Spec = { notes: [note('medium', 'external-service', 'remote.opensBrowser')] };

/** `gh api`: a GET unless it says otherwise or has fields. */
const api: Spec = {
  flags: {
    ...valued(
      '-X --method -f --raw-field -F --field -H --header -q --jq -t --template -p --preview --cache --hostname',
    ),
    '--input': { value: 'read' },
  },
  inspect(call) {
    const method = call.values('-X', '--method').at(-1)?.text ?? (call.has('-X', '--method') ? null : 'GET');
    const fields = call.values('-F', '--field');
    const files = fields.flatMap((value): Claim[] => {
      const at = value.prefix.indexOf('=@');
      return at < 0 ? [] : [{ does: 'read', path: tail(value, at + 2) }];
    });
    const body = call.has('-f', '--raw-field', '-F', '--field', '--input');
    const mutates = method === null || !/^(get|head)$/i.test(method) || (body && !call.has('-X', '--method'));
    const graphql = call.operands[0]?.text === 'graphql';
    const query = [...call.values('-f', '--raw-field'), ...fields];
    const reads =
      graphql && !call.has('--input') && query.every(({ text }) => text !== null && !/mutation|=@/i.test(text));
    if (reads) return outcome('looks');
    const kind = /^delete$/i.test(method ?? '') ? 'destroys' : mutates ? 'changes' : 'looks';
    const secret = call.operands.some(({ text }) => text === null || /secrets|keys|tokens?(\/|$)/.test(text));
    return [...files, ...outcome(kind), ...(secret ? outcome('printsSecret') : [])];
  },
};

const gh: Spec = {
  flags: { ...repo, '--help': {}, '--version': {} },
  sub: {
    ...verbs(
      [local, 'help version completion'],
      [looks, 'status search'],
      [browse, 'browse'],
      [extensions, 'extension extensions ext'],
    ),
    pr: within(
      [looks, 'list ls view status diff checks'],
      [checksOut, 'checkout co'],
      [writes, 'create new edit comment review close reopen ready lock unlock'],
      [pushes, 'merge update-branch'],
    ),
    issue: within(
      [looks, 'list ls view status'],
      [writes, 'create new edit comment close reopen lock unlock pin unpin transfer develop'],
      [destroys, 'delete'],
    ),
    release: within(
      [looks, 'list ls view verify'],
      [downloads, 'download'],
      [publishes, 'create new edit upload'],
      [destroys, 'delete delete-asset'],
    ),
    repo: within(
      [looks, 'list ls view'],
      [downloads, 'clone'],
      [publishes, 'create new fork'],
      [destroys, 'delete archive'],
      [pushes, 'sync'],
      [changes, 'edit rename unarchive deploy-key set-default'],
    ),
    run: within(
      [looks, 'list ls view watch'],
      [downloads, 'download'],
      [runsWorkflow, 'rerun cancel'],
      [destroys, 'delete'],
    ),
    workflow: within([looks, 'list ls view'], [runsWorkflow, 'run enable disable']),
    secret: within([looks, 'list ls'], [logsIn, 'set'], [destroys, 'delete remove']),
    variable: within([looks, 'list ls get'], [changes, 'set'], [destroys, 'delete remove']),
    gist: within(
      [looks, 'list ls view'],
      [downloads, 'clone'],
      [{ ...uploads, operands: 'read' }, 'create new edit rename'],
      [destroys, 'delete'],
    ),
    auth: within(
      [
        {
          ...looks,
          flags: flagged('-t --show-token', { note: note('high', 'credential-access', 'remote.printsSecret') }),
        },
        'status',
      ],
      [printsSecret, 'token'],
      [logsIn, 'login logout refresh setup-git switch git-credential'],
    ),
    api,
    alias: within(
      [local, 'list ls'],
      [{ notes: [note('high', 'persistence', 'remote.alias')] }, 'set import'],
      [{ notes: [note('medium', 'outside-workspace', 'remote.alias')] }, 'delete'],
    ),
    config: within(
      [local, 'get list ls'],
      [{ notes: [note('high', 'persistence', 'remote.clientConfig')] }, 'set clear-cache'],
    ),
    'ssh-key': within([looks, 'list ls'], [logsIn, 'add'], [destroys, 'delete']),
    'gpg-key': within([looks, 'list ls'], [logsIn, 'add'], [destroys, 'delete']),
    codespace: within(
      [looks, 'list ls view logs'],
      [spends, 'create'],
      [executes, 'ssh cp code jupyter'],
      [exposes, 'ports'],
      [destroys, 'delete'],
    ),
    cs: within(
      [looks, 'list ls view logs'],
      [spends, 'create'],
      [executes, 'ssh cp code jupyter'],
      [exposes, 'ports'],
      [destroys, 'delete'],
    ),
    label: within([looks, 'list ls'], [changes, 'create edit clone'], [destroys, 'delete']),
    project: { flags: repo, inspect: call => outcome(byVerb(call.operands)) },
    cache: within([looks, 'list ls'], [destroys, 'delete']),
    org: within([looks, 'list ls']),
    ruleset: within([looks, 'list ls view check']),
    attestation: within([looks, 'verify'], [downloads, 'download']),
    copilot: uploads,
    models: spends,
  },
  otherSub: extensions,
};

const glab: Spec = {
  flags: repo,
  sub: {
    ...verbs([local, 'help version completion check-update'], [looks, 'search']),
    mr: within(
      [looks, 'list ls view show diff issues approvers'],
      [checksOut, 'checkout'],
      [writes, 'create new update note close reopen approve revoke todo subscribe rebase for'],
      [pushes, 'merge accept'],
      [destroys, 'delete'],
    ),
    issue: within(
      [looks, 'list ls view show board'],
      [writes, 'create new update note close reopen subscribe'],
      [destroys, 'delete'],
    ),
    release: within([looks, 'list view'], [downloads, 'download'], [publishes, 'create upload'], [destroys, 'delete']),
    repo: within(
      [looks, 'list view search contributors'],
      [downloads, 'clone archive'],
      [publishes, 'create fork mirror transfer'],
      [destroys, 'delete'],
    ),
    ci: within(
      [looks, 'list view status get trace lint'],
      [downloads, 'artifact'],
      [runsWorkflow, 'run retry trigger cancel run-trig'],
      [destroys, 'delete'],
    ),
    variable: within([printsSecret, 'get list export'], [logsIn, 'set update'], [destroys, 'delete']),
    auth: within([looks, 'status'], [logsIn, 'login logout']),
    snippet: within([uploads, 'create']),
    'ssh-key': within([looks, 'list get'], [logsIn, 'add'], [destroys, 'delete']),
    alias: within([local, 'list'], [{ notes: [note('high', 'persistence', 'remote.alias')] }, 'set']),
    config: within([local, 'get'], [{ notes: [note('high', 'persistence', 'remote.clientConfig')] }, 'set init edit']),
    api,
  },
  otherSub: changes,
};

export const forges: ProgramTable = {
  gh,
  hub: group({
    ...verbs(
      [looks, 'ci-status issue'],
      [publishes, 'create fork release'],
      [writes, 'pull-request'],
      [pushes, 'merge sync push'],
      [destroys, 'delete'],
      [browse, 'browse compare'],
      [downloads, 'clone fetch checkout am apply cherry-pick'],
      [uploads, 'gist'],
    ),
    api,
  }),
  glab,
  tea: verbClient(),
  jira: verbClient(),
  linear: verbClient(),
};
