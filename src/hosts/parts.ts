import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunDeps } from '../agent/conduct.ts';
import { createLearner } from '../agent/learning.ts';
import type { Run } from '../agent/run.ts';
import type { RuleSettings } from '../agent/stopRules/stopping.ts';
import { realClock } from '../effects/clock.ts';
import { createEffects } from '../effects/effects.ts';
import { scrubEnvironment } from '../effects/environment.ts';
import type { Web } from '../effects/fetch/web.ts';
import { makePrivateFolder, writePrivate } from '../effects/files.ts';
import { openGit } from '../effects/git/neutral.ts';
import { pushReader } from '../effects/git/pushing.ts';
import type { LockFile } from '../effects/lockFile.ts';
import { openWorkspace } from '../effects/workspace.ts';
import { createBlobs } from '../journal/blobs.ts';
import { type Home, outFolder, taskPath } from '../journal/home.ts';
import type { RunJournal } from '../journal/journal.ts';
import { lineMasker } from '../journal/stream.ts';
import type { PriceTable } from '../models/prices.ts';
import type { Diagnostic } from '../policy/rule.ts';
import type { Approver } from '../ports/approver.ts';
import type { Confirmer } from '../ports/confirmer.ts';
import type { Editor } from '../ports/editor.ts';
import type { CompactionChoice } from '../protocol/command.ts';
import type { ReviewerMode } from '../protocol/diffReview.ts';
import type { Isolation } from '../protocol/isolation.ts';
import { isKeyMaterial } from '../risk/secrets/keyFiles.ts';
import { findSecrets } from '../risk/secrets.ts';
import { agentRestores } from './agentRestores.ts';
import { findAssets, lazyReader } from './assets.ts';
import { confining } from './confining.ts';
import { openDayLedger } from './dayLedger.ts';
import { endReviewing } from './endReviewing.ts';
import { type Endpoint, openEngine } from './engine.ts';
import { openInstructions } from './instructions.ts';
import { commitAtEnd } from './isolation.ts';
import { judging } from './judging.ts';
import { openKeptGrants } from './keptGrants.ts';
import { openMasker } from './masking.ts';
import { type OpenPolicy, openPolicy } from './policy.ts';
import { readPrices } from './prices.ts';
import { restoringOf } from './restoring.ts';
import { defaultReviewModel, reviewing } from './reviewing.ts';
import { openRuleBook } from './ruleBook.ts';
import type { SandboxSetting } from './sandboxSetting.ts';
import { openStates } from './states.ts';
import { openTaints } from './taints.ts';
import { openTesting } from './testing.ts';

/** What a host gives to every run, whether it begins or goes on. */
export interface HostSetup {
  home: Home;
  approver: Approver;
  /** Without one nobody is there to say that a task is meant. */
  confirmer?: Confirmer;
  editor: Editor | null;
  endpoint: Endpoint;
  ripgrep?: string;
  env: NodeJS.ProcessEnv;
  version: string;
  /** Default: `auto`. */
  sandbox?: SandboxSetting;
  /** The model of stage two; default: a small one. */
  reviewModel?: string;
  /** Tokens that the model takes in all; default: what the models that we know take. */
  window?: number;
  /** Who sums up a long conversation; default: auto. */
  compaction?: CompactionChoice;
  /** The reviewer before merge; default: as the mode has it. */
  reviewer?: ReviewerMode;
  /** What the person set for the rules that stop a run by themselves. */
  stopRules?: RuleSettings;
  /** A policy file that the person named for this run, absolute. */
  policy?: string;
  /** Told what is wrong with the policy files, where something is: a repository's file that is wrong stops no run. */
  onPolicy?(diagnostics: readonly Diagnostic[]): void;
  /** Whether a push may go to a path on this machine; no host sets it. */
  pushToFiles?: boolean;
  /** The network that pages are read from; no host sets it. */
  web?: Web;
  /** Where the run works in a worktree of its own; the folder given to `withParts` lies in it. */
  isolation?: Isolation;
  /** The command that runs the project's tests, as the person has set it; without one it is looked for. */
  testCommand?: string;
  /** The folder that the build filled; looked for beside the running script where none is given. */
  assets?: string;
}

/** A run's journal, open for this process alone. */
export interface OpenRun {
  id: string;
  journal: RunJournal;
  lock: LockFile;
}

/** What is known before a run's journal is opened. */
export interface Opening {
  scripted: boolean;
  prices: PriceTable;
}

export interface Parts {
  deps: RunDeps;
  policy: OpenPolicy;
  scripted: boolean;
  /** Whether the model can be asked for a plan. */
  plans: boolean;
  root: string;
}

/**
 * Opens all that a run is made of, lets `begin` start it with them, and closes them when it has ended. `open` opens the
 * run's journal; before it is called nothing of the run was written, and where something fails before, it never is.
 */
export async function withParts(
  setup: HostSetup,
  folder: string,
  open: (root: string, opening: Opening) => Promise<OpenRun>,
  begin: (parts: Parts) => Run,
): Promise<Run> {
  const workspace = await openWorkspace(folder);
  const { isolation } = setup;
  const assets = setup.assets ?? (await findAssets(import.meta.dirname));
  const reader = lazyReader(assets);
  const policy = await openPolicy(
    {
      user: join(setup.home.root, 'policy.yaml'),
      // The person's own tree says what holds for its repository, committed or not.
      workspace: isolation?.original ?? workspace.root,
      home: homedir(),
      ...(setup.policy === undefined ? {} : { named: setup.policy }),
    },
    reader,
  );
  if (policy.diagnostics.length > 0) setup.onPolicy?.(policy.diagnostics);
  const prices = await readPrices(setup.home);
  const engine = await openEngine(setup.endpoint, prices);
  const closers: (() => Promise<unknown>)[] = [() => engine.close()];
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each().catch(() => undefined);
  };
  try {
    const { home, env } = setup;
    const { id, journal, lock } = await open(workspace.root, { scripted: engine.scripted, prices });
    closers.push(() => lock.release());
    const outDir = outFolder(home, id);
    await makePrivateFolder(outDir);
    const masker = await openMasker({ home, run: id, root: workspace.root, env, endpoint: setup.endpoint });
    const blobs = createBlobs(home);
    const scratch = join(home.root, 'scratch');
    await makePrivateFolder(scratch);
    const git = await openGit({ workspace: workspace.root, home: homedir(), env, scratch });
    closers.push(async () => git?.close());
    let mountPoints: () => readonly string[] = () => [];
    const snapshots = await openStates({
      home,
      run: id,
      root: workspace.root,
      original: isolation?.original,
      env,
      git,
      blobs,
      mountPoints: () => mountPoints(),
    });
    let statesClosed: Promise<void> | null = null;
    const closeStates = (): Promise<void> => {
      statesClosed ??= (snapshots?.close() ?? Promise.resolve()).catch(() => undefined);
      return statesClosed;
    };
    closers.push(closeStates);
    const gitHands = git === null ? null : { reader: git, scratch, allowFile: setup.pushToFiles ?? false };
    const { env: commandEnv } = scrubEnvironment(env, value => findSecrets(value).length > 0);
    const { sandbox, containment } = await confining({
      setting: setup.sandbox ?? 'auto',
      home,
      run: id,
      root: workspace.root,
      ...(isolation === undefined ? {} : { cacheOf: isolation.original }),
      personHome: homedir(),
      git,
      env: commandEnv,
      assets,
    });
    closers.push(async () => sandbox?.close());
    if (sandbox !== null) mountPoints = () => sandbox.mountPoints();
    const restores =
      snapshots === null
        ? null
        : agentRestores({
            root: workspace.root,
            masker,
            open: begun =>
              restoringOf({ events: () => begun.events(), journal: begun, snapshots, root: workspace.root }, setup),
          });
    let onProcessEnd: (ended: Parameters<Run['processEnded']>[0]) => void = () => undefined;
    const effects = createEffects({
      root: workspace.root,
      blobs,
      clock: realClock,
      editor: setup.editor,
      env: commandEnv,
      ...(setup.ripgrep === undefined ? {} : { ripgrep: setup.ripgrep }),
      outDir,
      ...(sandbox === null ? {} : { sandbox }),
      ...(gitHands === null ? {} : { git: gitHands }),
      ...(restores === null ? {} : { restores }),
      ...(setup.web === undefined ? {} : { web: setup.web }),
      hidden: path => isKeyMaterial(path, homedir()),
      onProcessEnd: ended => onProcessEnd(ended),
    });
    const unlisten = setup.editor?.onSaved?.(path => effects.personSaved(path));
    closers.push(async () => unlisten?.());
    const deps: RunDeps = {
      id,
      journal: {
        append: body => journal.append(body),
        // Whoever waits for the run's end finds it free to go on.
        close: async () => {
          await journal.close().catch(() => undefined);
          // They are named by the run: let go before somebody else may hold it.
          await closeStates();
          await lock.release();
        },
      },
      blobs,
      model: engine.model,
      effects,
      workspace,
      snapshots,
      ...(restores === null ? {} : { restores }),
      ...(gitHands === null ? {} : { git: pushReader(gitHands) }),
      masker,
      lineMasker: onText => lineMasker(masker, onText),
      clock: realClock,
      prices,
      ...(setup.stopRules === undefined ? {} : { stopRules: setup.stopRules }),
      ledger: openDayLedger(setup.home, isolation?.original ?? workspace.root, realClock),
      approver: setup.approver,
      ...(setup.confirmer === undefined ? {} : { confirmer: setup.confirmer }),
      assess: judging({
        root: workspace.root,
        home: homedir(),
        ownState: [home.root],
        ownOutput: outDir,
        ...(isolation === undefined ? {} : { ownWorktree: dirname(isolation.worktree) }),
        git,
        trustedHosts: policy.trustedHosts,
        blobs,
        reader,
      }),
      policy: policy.judge,
      containment,
      reviewer: reviewing({
        model: engine.quick,
        modelName: setup.reviewModel ?? (engine.scripted ? 'rehearsal' : defaultReviewModel),
        root: workspace.root,
        rules: policy.rules,
        git,
      }),
      ...(setup.window === undefined ? {} : { window: setup.window }),
      ...(setup.compaction === undefined ? {} : { compaction: setup.compaction }),
      endReview: endReviewing({
        chosen: setup.reviewer ?? null,
        model: engine.model,
        root: workspace.root,
        policy: policy.judge,
        snapshots,
        masker,
        approver: setup.approver,
      }),
      instructions: openInstructions(home),
      ruleBook: openRuleBook({ home, root: workspace.root, reader }),
      learn: createLearner(masker, workspace),
      keeping: {
        kept: openKeptGrants(home, isolation?.original ?? workspace.root, realClock),
        run: id,
        policyDigest: policy.digest,
        clock: realClock,
      },
      testing: openTesting(workspace, setup.testCommand),
      keepTask: text => writePrivate(taskPath(home, id), text),
      taints: openTaints(home, isolation?.original ?? workspace.root),
      ...(isolation === undefined || git === null
        ? {}
        : {
            atStep: (recorder, { title }) => commitAtEnd({ git, scratch, isolation, run: id }, recorder, title),
            atEnd: recorder => commitAtEnd({ git, scratch, isolation, run: id }, recorder),
          }),
    };
    const run = begin({ deps, policy, scripted: engine.scripted, plans: engine.plans, root: workspace.root });
    onProcessEnd = ended => run.processEnded(ended);
    const onExit = (): void => {
      effects.killAllNow();
      sandbox?.killNow();
    };
    process.once('exit', onExit);
    void run.result.then(() => {
      process.off('exit', onExit);
      return close();
    });
    return run;
  } catch (error) {
    await close();
    throw error;
  }
}
