import type { Rule, RuleText } from './rule.ts';

const asks = (id: string, category: NonNullable<RuleText['when']['category']>, because: string): Rule => ({
  id,
  decision: 'ask',
  when: { category },
  because,
  layer: 'default',
  file: 'default',
  line: 0,
});

/** What always reaches a person, because harm there is asymmetric. A user's own rule may allow it. */
export const defaultRules: readonly Rule[] = [
  asks('deploys', ['production', 'infrastructure'], 'It changes what runs for others.'),
  asks('auth', ['auth'], 'It touches who may do what.'),
  asks('payments', ['payments'], 'It touches money.'),
  asks('migrations', ['migration'], 'It changes how data is kept.'),
  asks('dependencies', ['dependency'], 'It brings in code of others.'),
  asks('ci', ['ci'], 'It runs with the credentials of your builds.'),
  asks('publishing', ['publish', 'push'], 'It leaves this machine for others to use.'),
  asks('external-services', ['external-service', 'upload'], 'It acts on systems of others.'),
  asks('cost', ['cost'], 'It may cost money.'),
  asks('runs-on-host', ['runs-on-host'], 'It will run outside the sandbox.'),
  asks('unheld', ['unheld-by-checkpoint'], 'No checkpoint could bring it back.'),
  asks('large', ['large'], 'It is more than one would read at a glance.'),
];
