import { changes, downloads, flagged, local, logsIn, outcome, reaches, valued, verbs } from '../remote.ts';
import { claimed, type Note, note, type Spec } from '../spec.ts';

// Sources: terraform(1), OpenTofu, terragrunt.

export const infra = (tier: Note['tier'], code: string): Spec => ({
  notes: [note(tier, 'infrastructure', code)],
  inspect: () => [reaches],
});
const planRole = {
  ...flagged('-out', { value: 'write' as const }),
  ...flagged('-var-file -state', { value: 'read' as const }),
  ...valued('-var -target -lock-timeout -parallelism -replace -backend-config'),
};
export const plans: Spec = {
  ...infra('medium', 'infrastructure.plans'),
  longSingle: true,
  flags: { ...planRole, '-destroy': {} },
};
export const applies: Spec = {
  ...infra('high', 'infrastructure.applies'),
  longSingle: true,
  flags: {
    ...planRole,
    ...flagged('-y --yes -f --skip-preview', { note: note('critical', 'infrastructure', 'infrastructure.unseen') }),
    ...flagged('-auto-approve --auto-approve', {
      attached: true,
      note: note('critical', 'infrastructure', 'infrastructure.unseen'),
    }),
    ...flagged('-destroy --destroy', {
      attached: true,
      note: note('critical', 'infrastructure', 'infrastructure.destroys'),
    }),
  },
};
export const destroysInfra: Spec = { ...infra('critical', 'infrastructure.destroys'), longSingle: true };
export const state: Spec = infra('high', 'infrastructure.state');
const stateReads: Spec = {
  notes: [note('medium', 'infrastructure', 'infrastructure.readsState')],
  inspect: () => [reaches],
};
export const terraform: Spec = {
  longSingle: true,
  flags: { '-chdir': { value: 'project', attached: true }, ...flagged('-version -help', {}) },
  sub: verbs(
    [{ longSingle: true, operands: 'write', flags: flagged('-check -diff', { operands: 'tree' }) }, 'fmt'],
    [local, 'validate version graph help providers metadata modules get'],
    [stateReads, 'show output'],
    [plans, 'plan refresh-only'],
    [{ ...downloads, notes: [note('high', 'dependency', 'infrastructure.installs')] }, 'init'],
    [applies, 'apply'],
    [destroysInfra, 'destroy'],
    [state, 'import taint untaint refresh'],
    [infra('critical', 'infrastructure.unlocks'), 'force-unlock'],
    [
      {
        inspect: call =>
          outcome(
            call.operands[0]?.text === 'delete'
              ? 'destroys'
              : /^(list|show|select)$/.test(call.operands[0]?.text ?? '?')
                ? 'looks'
                : 'changes',
          ),
      },
      'workspace',
    ],
    [
      {
        sub: verbs(
          [stateReads, 'list show'],
          [{ notes: [note('high', 'secret', 'infrastructure.readsState')], inspect: () => [reaches] }, 'pull'],
          [infra('critical', 'infrastructure.state'), 'rm push mv replace-provider'],
        ),
        otherSub: state,
      },
      'state',
    ],
    [{ notes: [note('medium', 'inline-code', 'infrastructure.console')] }, 'console'],
    [{ notes: [note('high', 'infrastructure', 'infrastructure.tests')], inspect: () => [reaches] }, 'test'],
    [logsIn, 'login logout'],
  ),
  otherSub: changes,
};

export const terragrunt: Spec = {
  ...terraform,
  flags: {
    ...terraform.flags,
    ...flagged('--terragrunt-config --terragrunt-working-dir --working-dir', { value: 'ignore' }),
    '--terragrunt-tfpath': { value: 'program' },
  },
  sub: {
    ...terraform.sub,
    ...verbs(
      [applies, 'apply-all'],
      [destroysInfra, 'destroy-all'],
      [plans, 'plan-all'],
      [
        {
          inspect: call => [
            claimed(
              note(
                call.operands.some(({ text }) => text === 'destroy') ? 'critical' : 'high',
                'infrastructure',
                'infrastructure.applies',
              ),
            ),
            reaches,
          ],
        },
        'run-all run',
      ],
      [{ operands: 'tree' }, 'hclfmt hcl'],
    ),
  },
};
