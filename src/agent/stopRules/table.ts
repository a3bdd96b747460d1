import type { StopRuleName } from '../../protocol/stopRule.ts';
import { acceptanceMet } from './acceptanceMet.ts';
import { configuration } from './configuration.ts';
import { conflict } from './conflict.ts';
import { dependencyChurn } from './dependencyChurn.ts';
import { largeDiff } from './largeDiff.ts';
import { migration } from './migration.ts';
import { noChange } from './noChange.ts';
import type { StopRule } from './rule.ts';
import { sameCall } from './sameCall.ts';
import { sameFailure } from './sameFailure.ts';
import { unsafe } from './unsafe.ts';
import { untested } from './untested.ts';

/** All rules, in the order in which they are looked at. `halt` is the policy's, which the gate tells of at once. */
export const stopRules: { [R in Exclude<StopRuleName, 'halt'>]: StopRule } = {
  acceptanceMet,
  unsafe,
  conflict,
  migration,
  sameFailure,
  sameCall,
  configuration,
  dependencyChurn,
  largeDiff,
  untested,
  noChange,
};
