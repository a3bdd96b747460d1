import { homedir } from 'node:os';
import { join } from 'node:path';
import { createPurse } from '../agent/limits/purse.ts';
import { checkDiff } from '../agent/reviewer/checks.ts';
import { type DiffFile, diffFile, textIn } from '../agent/reviewer/diff.ts';
import { type DiffReviewed, readDiff } from '../agent/reviewer/reviewer.ts';
import { realClock } from '../effects/clock.ts';
import { makePrivateFolder } from '../effects/files.ts';
import { diffTo } from '../effects/git/diffTo.ts';
import { openGit } from '../effects/git/neutral.ts';
import { openWorkspace } from '../effects/workspace.ts';
import type { Home } from '../journal/home.ts';
import { metered } from '../models/metered.ts';
import type { PriceTable } from '../models/prices.ts';
import type { Diagnostic } from '../policy/rule.ts';
import type { DayLedger } from '../ports/dayLedger.ts';
import type { Model } from '../ports/model.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { findAssets, lazyReader } from './assets.ts';
import { defaultModel } from './compose.ts';
import { openDayLedger } from './dayLedger.ts';
import { type Endpoint, openEngine } from './engine.ts';
import { maskerFor } from './masking.ts';
import { openPolicy } from './policy.ts';
import { readPrices } from './prices.ts';
import { riskSentence } from './riskSentences.ts';

/** No file above this many bytes is compared. */
const maxBytes = 1024 * 1024;

export interface DiffReviewSetup {
  home: Home;
  workspace: string;
  /** A branch, tag or commit; `HEAD` for what is not committed. */
  base: string;
  /** null: no model is asked. */
  endpoint: Endpoint | null;
  model?: string;
  /** What the change is for, in the person's words; empty where nobody said. */
  task: string;
  policy?: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onPolicy?(diagnostics: readonly Diagnostic[]): void;
}

export interface ReviewedDiff extends DiffReviewed {
  base: string;
  files: readonly Pick<DiffFile, 'path' | 'added' | 'removed'>[];
}

/**
 * The reviewer on what differs between a commit and the working tree, whoever wrote it. Rejects with `review.noDiff` where
 * there is no repository or no such commit.
 */
export async function reviewDiff(setup: DiffReviewSetup): Promise<ReviewedDiff> {
  const { home, env, endpoint } = setup;
  const { root } = await openWorkspace(setup.workspace);
  const scratch = join(home.root, 'scratch');
  await makePrivateFolder(scratch);
  const git = await openGit({ workspace: root, home: homedir(), env, scratch });
  if (git === null) throw new GatehouseError(failures.reviewNoDiff({ why: 'noRepository', base: setup.base }));
  const prices = await readPrices(home).catch(closing(git));
  const engine = endpoint === null ? null : await openEngine(endpoint, prices).catch(closing(git));
  try {
    const base = await git.revParse(setup.base);
    if (base === null) throw new GatehouseError(failures.reviewNoDiff({ why: 'noBase', base: setup.base }));
    const changes = await diffTo(git, { base, workspace: root, maxBytes });
    if (changes === null) throw new GatehouseError(failures.reviewNoDiff({ why: 'unreadable', base: setup.base }));
    const files = changes.map(({ path, before, after, unreadable }) =>
      unreadable ? diffFile(path, undefined, undefined) : diffFile(path, textIn(path, before), textIn(path, after)),
    );
    const policy = await openPolicy(
      {
        user: join(home.root, 'policy.yaml'),
        workspace: root,
        home: homedir(),
        ...(setup.policy === undefined ? {} : { named: setup.policy }),
      },
      lazyReader(await findAssets(import.meta.dirname)),
    );
    if (policy.diagnostics.length > 0) setup.onPolicy?.(policy.diagnostics);
    const say = (code: string, args: Readonly<Record<string, string | number>>): string =>
      riskSentence(code, args) ?? code;
    const masker = await maskerFor({ root, env, endpoint });
    const checks = checkDiff(files, { root, home: homedir(), policy: policy.judge, say });
    const task = setup.task === '' ? 'Nobody said what the change is for.' : setup.task;
    const reviewed = await readDiff(
      files,
      { task, checks },
      {
        model:
          files.length === 0 || engine === null
            ? null
            : counted(engine.model, prices, openDayLedger(home, root, realClock)),
        modelName: setup.model ?? (engine?.scripted === true ? 'rehearsal' : defaultModel),
        clock: realClock,
        masker,
      },
      setup.signal,
    );
    const findings = [...checks, ...reviewed.findings].map(finding => ({
      ...finding,
      evidence: masker.mask(finding.evidence).text,
      sentence: masker.mask(finding.sentence).text,
    }));
    const told = files.map(({ path, added, removed }) => ({ path, added, removed }));
    return { ...reviewed, base, findings, files: told };
  } finally {
    await engine?.close();
    await git.close();
  }
}

/** No run is there to limit it, but what it spends counts for the day. */
function counted(model: Model, prices: PriceTable, ledger: DayLedger): Model {
  const { purse } = createPurse({ limits: () => ({}), ledger, reached: async () => false });
  return metered(model, { purse, prices, asks: false });
}

function closing(git: { close(): Promise<void> }): (error: unknown) => Promise<never> {
  return async error => {
    await git.close();
    throw error;
  };
}
