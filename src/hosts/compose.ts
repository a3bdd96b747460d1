import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createLearner } from '../agent/learning.ts';
import type { Run } from '../agent/run.ts';
import { startRun } from '../agent/start.ts';
import { realClock } from '../effects/clock.ts';
import { findDotenvFiles } from '../effects/dotenv.ts';
import { createEffects } from '../effects/effects.ts';
import { scrubEnvironment } from '../effects/environment.ts';
import { makePrivateFolder, readText, writePrivate } from '../effects/files.ts';
import { openGit } from '../effects/git/neutral.ts';
import { pushReader } from '../effects/git/pushing.ts';
import { openWorkspace } from '../effects/workspace.ts';
import { createBlobs } from '../journal/blobs.ts';
import type { Home } from '../journal/home.ts';
import { createJournal } from '../journal/journal.ts';
import { type Known, knownFromDotenv, knownFromEnvironment } from '../journal/known.ts';
import { createMasker, type RunMasker } from '../journal/masker.ts';
import { newRunId } from '../journal/runid.ts';
import { lineMasker } from '../journal/stream.ts';
import { createClient } from '../models/client.ts';
import type { PriceTable } from '../models/prices.ts';
import { isRehearsal } from '../models/rehearsal/detect.ts';
import { parseScript } from '../models/rehearsal/script.ts';
import { serveRehearsal } from '../models/rehearsal/server.ts';
import type { Diagnostic } from '../policy/rule.ts';
import type { Approver } from '../ports/approver.ts';
import type { Editor } from '../ports/editor.ts';
import type { Model } from '../ports/model.ts';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { isKeyMaterial } from '../risk/secrets/keyFiles.ts';
import { findSecrets } from '../risk/secrets.ts';
import { findAssets, lazyReader } from './assets.ts';
import { confining } from './confining.ts';
import { judging } from './judging.ts';
import { openPolicy } from './policy.ts';
import { readPrices } from './prices.ts';
import type { SandboxSetting } from './sandboxSetting.ts';

export type Endpoint = { type: 'api'; apiKey: string; baseUrl: string } | { type: 'rehearsal'; script: string };

export interface RunSetup {
  prompt: string;
  workspace: string;
  mode: Mode;
  model?: string;
  limits?: Limits;
  home: Home;
  approver: Approver;
  editor: Editor | null;
  endpoint: Endpoint;
  ripgrep?: string;
  env: NodeJS.ProcessEnv;
  version: string;
  /** Default: `auto`. */
  sandbox?: SandboxSetting;
  /** A policy file that the person named for this run. */
  policy?: string;
  /** Told what is wrong with the policy files, where something is: a repository's file that is wrong stops no run. */
  onPolicy?(diagnostics: readonly Diagnostic[]): void;
  /** Whether a push may go to a path on this machine; no host sets it. */
  pushToFiles?: boolean;
  /** The folder that the build filled; looked for beside the running script where none is given. */
  assets?: string;
}

/** The model that works where nobody chose one. */
export const defaultModel = 'claude-sonnet-5-5';

/** Where nobody set a limit: long enough for hours of work, short enough that a runaway run ends by itself. */
export const defaultLimits: Limits = { turns: 200, minutes: 240 };

/**
 * Puts a run together from its parts and starts it. Rejects before anything was started or written where the workspace
 * or the rehearsal's script cannot be used.
 */
export async function composeRun(setup: RunSetup): Promise<Run> {
  const workspace = await openWorkspace(setup.workspace);
  const assets = setup.assets ?? (await findAssets(import.meta.dirname));
  const reader = lazyReader(assets);
  const policy = await openPolicy(
    {
      user: join(setup.home.root, 'policy.yaml'),
      workspace: workspace.root,
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
    const id = newRunId(realClock.now());
    const journal = await createJournal(home, id, realClock);
    const outDir = join(home.runs, id, 'out');
    await makePrivateFolder(outDir);
    const masker = await openMasker(setup, id, workspace.root);
    const blobs = createBlobs(home);
    const scratch = join(home.root, 'scratch');
    await makePrivateFolder(scratch);
    const git = await openGit({ workspace: workspace.root, home: homedir(), env, scratch });
    closers.push(async () => git?.close());
    const gitHands = git === null ? null : { reader: git, scratch, allowFile: setup.pushToFiles ?? false };
    const { env: commandEnv } = scrubEnvironment(env, value => findSecrets(value).length > 0);
    const { sandbox, containment } = await confining({
      setting: setup.sandbox ?? 'auto',
      home,
      run: id,
      root: workspace.root,
      personHome: homedir(),
      git,
      env: commandEnv,
      assets,
    });
    closers.push(() => sandbox.close());
    let onProcessEnd: (ended: Parameters<Run['processEnded']>[0]) => void = () => undefined;
    const effects = createEffects({
      root: workspace.root,
      blobs,
      clock: realClock,
      editor: setup.editor,
      env: commandEnv,
      ...(setup.ripgrep === undefined ? {} : { ripgrep: setup.ripgrep }),
      outDir,
      ...(containment.sandbox ? { sandbox } : {}),
      ...(gitHands === null ? {} : { git: gitHands }),
      hidden: path => isKeyMaterial(path, homedir()),
      onProcessEnd: ended => onProcessEnd(ended),
    });
    const run = startRun(
      {
        id,
        journal,
        blobs,
        model: engine.model,
        effects,
        workspace,
        ...(gitHands === null ? {} : { git: pushReader(gitHands) }),
        masker,
        lineMasker: onText => lineMasker(masker, onText),
        clock: realClock,
        approver: setup.approver,
        assess: judging({
          root: workspace.root,
          home: homedir(),
          ownState: [home.root],
          ownOutput: outDir,
          git,
          trustedHosts: policy.trustedHosts,
          blobs,
          reader,
        }),
        policy: policy.judge,
        containment: async () => containment,
        learn: createLearner(masker, workspace),
      },
      {
        prompt: setup.prompt,
        mode: setup.mode,
        model: setup.model ?? (engine.scripted ? 'rehearsal' : defaultModel),
        scripted: engine.scripted,
        limits: { ...defaultLimits, ...setup.limits },
        version: setup.version,
        policyDigest: policy.digest,
        environment: {
          workspace: workspace.root,
          platform: process.platform,
          shell: process.platform === 'win32' ? 'cmd' : 'bash',
          date: new Date(realClock.now()).toISOString().slice(0, 10),
          mode: setup.mode,
        },
      },
    );
    onProcessEnd = ended => run.processEnded(ended);
    const onExit = (): void => {
      effects.killAllNow();
      sandbox.killNow();
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

interface Engine {
  model: Model;
  scripted: boolean;
  close(): Promise<void>;
}

async function openEngine(endpoint: Endpoint, prices: PriceTable): Promise<Engine> {
  if (endpoint.type === 'api') {
    const { apiKey, baseUrl } = endpoint;
    const scripted = await isRehearsal(baseUrl);
    return {
      model: createClient({ apiKey, baseUrl, clock: realClock, prices }),
      scripted,
      close: async () => undefined,
    };
  }
  const text = await readText(endpoint.script);
  if (text === null)
    throw new GatehouseError(
      failures.scriptInvalid({ file: endpoint.script, line: 1, column: 1, problem: 'there is no such file' }),
    );
  const server = await serveRehearsal({ script: parseScript(text, endpoint.script) });
  const model = createClient({ apiKey: server.token, baseUrl: server.url, clock: realClock, prices });
  return { model, scripted: true, close: () => server.close() };
}

/** The key of a run's placeholders is kept with the run, so that they mean the same when it is resumed. */
async function openMasker(setup: RunSetup, id: string, root: string): Promise<RunMasker> {
  const key = randomBytes(32);
  await writePrivate(join(setup.home.runs, id, 'mask.key'), key.toString('hex'));
  const files = await findDotenvFiles(root);
  return createMasker({
    key,
    known: [
      ...files.flatMap(file => knownFromDotenv(file.text)),
      ...knownFromEnvironment(setup.env),
      ...knownFromEndpoint(setup.endpoint),
    ],
  });
}

/** The key may come from an editor's secret storage and not be in the environment. */
function knownFromEndpoint(endpoint: Endpoint): Known[] {
  if (endpoint.type === 'rehearsal') return [];
  return knownFromEnvironment({ ANTHROPIC_API_KEY: endpoint.apiKey, ANTHROPIC_BASE_URL: endpoint.baseUrl });
}
