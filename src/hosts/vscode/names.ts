import { z } from 'zod';
import { CompactionChoice, Mode } from '../../protocol/command.ts';
import { ReviewerMode } from '../../protocol/diffReview.ts';
import { PlanFirst } from '../../protocol/plan.ts';
import { StopRuleName } from '../../protocol/stopRule.ts';
import { SandboxSetting } from '../sandboxSetting.ts';

/** Ids that package.json declares too; a test holds the two together. */
export const viewId = 'gatehouse.panel';
export const checkpointsViewId = 'gatehouse.checkpoints';

/** Of VS Code's own tasks, in `tasks.json`. */
export const taskType = 'gatehouse';

/** One for each task class that is built in. */
export const taskCommandIds = [
  'gatehouse.task.fixTests',
  'gatehouse.task.writeTests',
  'gatehouse.task.lint',
  'gatehouse.task.typedRefactor',
  'gatehouse.task.upgradeDependency',
  'gatehouse.task.migrateApi',
  'gatehouse.task.optimize',
  'gatehouse.task.document',
  'gatehouse.task.scaffold',
] as const;
export type TaskCommandId = (typeof taskCommandIds)[number];

export const commandIds = [
  'gatehouse.newRun',
  'gatehouse.runTask',
  ...taskCommandIds,
  'gatehouse.stop',
  'gatehouse.toggleAuto',
  'gatehouse.approve',
  'gatehouse.deny',
  'gatehouse.acceptEdit',
  'gatehouse.rejectEdit',
  'gatehouse.keepHunk',
  'gatehouse.dropHunk',
  'gatehouse.reviewEdits',
  'gatehouse.reviewChanges',
  'gatehouse.keepChange',
  'gatehouse.undoChange',
  'gatehouse.keepFile',
  'gatehouse.undoFile',
  'gatehouse.keepRun',
  'gatehouse.openReport',
  'gatehouse.undoRun',
  'gatehouse.redoRun',
  'gatehouse.resumeRun',
  'gatehouse.openRun',
  'gatehouse.showChanges',
  'gatehouse.compareWithWorkspace',
  'gatehouse.restoreFiles',
  'gatehouse.restoreConversation',
  'gatehouse.mergeRun',
  'gatehouse.keepBranch',
  'gatehouse.discardRun',
  'gatehouse.waiveFinding',
  'gatehouse.whyLine',
  'gatehouse.refreshCheckpoints',
  'gatehouse.setApiKey',
  'gatehouse.removeApiKey',
  'gatehouse.openSample',
  'gatehouse.drill',
  'gatehouse.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];

/** Conditions that menus and commands of package.json stand under. */
export const contextKeys = [
  'gatehouse.running',
  'gatehouse.asking',
  'gatehouse.editsWait',
  'gatehouse.severalEdits',
  'gatehouse.hasRun',
] as const;
export type ContextKey = (typeof contextKeys)[number];

const address = z
  .string()
  .trim()
  .refine(text => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
    return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  })
  .transform(text => text.replace(/\/+$/, ''));

/** A path that stays inside the folder that it is relative to, and is no part of git's own. */
const pathInside = z.string().refine(path => {
  const parts = path.split(/[\\/]/);
  return (
    path.trim() !== '' && !/^([\\/]|[a-z]:)/i.test(path) && !parts.includes('..') && !/^\.git$/i.test(parts[0] ?? '')
  );
});

/** Each setting without its `gatehouse.`, and what fits it. All belong to the person alone: no workspace can set one. */
export const settingSchemas = {
  model: z.string().trim(),
  baseUrl: address,
  mode: Mode,
  'limits.turns': z.number().int().positive(),
  'limits.minutes': z.number().positive(),
  contextWindow: z.number().int().min(10_000),
  compaction: CompactionChoice,
  // null: not limited.
  'limits.tokens': z.number().int().positive().nullable(),
  'limits.usd': z.number().positive().nullable(),
  'limits.usdPerDay': z.number().positive().nullable(),
  'limits.files': z.number().int().positive().nullable(),
  'limits.lines': z.number().int().positive().nullable(),
  'limits.refusals': z.number().int().positive().nullable(),
  // 0: never.
  stopAtUnreviewedLines: z.number().int().nonnegative(),
  planFirst: PlanFirst,
  autoAcceptSteps: z.number().int().nonnegative(),
  testCommand: z.string().trim(),
  // By rule: its threshold, or false where it is off.
  stopRules: z.partialRecord(StopRuleName.exclude(['halt']), z.union([z.number().int().positive(), z.literal(false)])),
  sandbox: SandboxSetting,
  reviewModel: z.string().trim().min(1),
  // default: as the mode has it.
  reviewer: z.enum(['default', ...ReviewerMode.options]),
  'isolation.setup': z.string().trim(),
  'isolation.copy': z.array(pathInside),
  'isolation.maxCopyMiB': z.number().int().nonnegative(),
  // null: as `retention.json` has it.
  'retention.runs': z.number().int().positive().nullable(),
  'retention.days': z.number().positive().nullable(),
  'retention.gigabytes': z.number().positive().nullable(),
} as const;

export type SettingName = keyof typeof settingSchemas;
export type Settings = { [N in SettingName]: z.infer<(typeof settingSchemas)[N]> };
