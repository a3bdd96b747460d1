import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { errnoOf } from '../errno.ts';
import { findGit } from '../git/program.ts';
import { openPipe } from '../shell.ts';
import { viewOf } from './attempts.ts';
import { gitConfigInside, type History } from './bwrap.ts';
import { HelperClient } from './client.ts';
import { notStarted, RunningCommand, type Watches } from './command.ts';
import type { Contained, Sandbox, SandboxOptions, StartRequest } from './contract.ts';
import { sandboxEnvironment } from './environment.ts';
import { gitPartsToWatch } from './gitParts.ts';
import { Guard, type GuardUse } from './guard.ts';
import type { Limits } from './helper/messages.ts';
import { outerNumber } from './helper/processes.ts';
import { HeldHistory, type HistoryWatch } from './history.ts';
import { HostFiles, type HostUse } from './hostFiles.ts';
import { leadsOf } from './leads.ts';
import type { Availability } from './probe.ts';
import { type Confinement, confine, type GitFolders, isBelow } from './profiles.ts';
import { type Covered, nothingCovered, resetSettings } from './settings.ts';
import { Staging } from './staging.ts';
import { Stamps } from './stamps.ts';
import { type Place, survey } from './surroundings.ts';
import { ContainedTree } from './tree.ts';

type Pipe = NonNullable<Awaited<ReturnType<typeof openPipe>>>;

/** Certificates that tools are told to trust. */
const certificateVariables =
  'NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO PIP_CERT'.split(' ');

const gigabyte = 1024 ** 3;

function defaults(): Limits & { fileBytes: number } {
  return {
    memoryBytes: totalmem() * 0.75,
    processes: 2_000,
    diskBytes: 20 * gigabyte,
    freeBytes: gigabyte / 2,
    fileBytes: 8 * gigabyte,
  };
}

/** What differs between systems. */
export interface Backend {
  available: Availability;
  shell: string;
  /** The start of the argument list that starts the helper. */
  around: readonly string[];
  /** Arguments to the helper's script. */
  part: readonly string[];
  open: { bwrap: string; applySeccomp: string };
  seccomp: Buffer | null;
  /** The argument list holds the command by itself; else the helper is told what to hold it by. */
  confines: boolean;
  /** Why no host can be reached, however it is allowed. */
  unreachable: string | null;
  argv(given: {
    confinement: Confinement;
    command: string;
    cwd: string;
    limits: Limits;
    gitConfig: string | null;
    stagings: readonly { dir: string; folder: string }[];
    covered: Covered;
    history: History;
  }): string[];
}

/**
 * The sandbox of one run, held by a helper process. The helper starts with the first command, and anew where it was
 * lost.
 */
/** In desktop VS Code our own program is Electron, which is Node only where it is told to be. */
const asNode: Record<string, string> = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };

export class HelperSandbox implements Sandbox {
  readonly #options: SandboxOptions;
  readonly #backend: Backend;
  readonly #place: Place;
  readonly #guard: Guard;
  readonly #hostFiles: HostFiles;
  readonly #stamps = new Stamps();
  readonly #limits: Limits & { fileBytes: number };
  readonly #runDir: string;
  readonly #stageDir: string;
  readonly #historyDir: string;
  readonly #aside: string;
  readonly #live = new Map<string, RunningCommand>();
  #helper: HelperClient | null = null;
  #history: HeldHistory | null = null;
  #primed: Promise<void> | null = null;
  #spare: Promise<Pipe | null> | null = null;
  #closed = false;
  /** Of commands that ended, and that nobody was told of. */
  #restCpuMs = 0;

  constructor(options: SandboxOptions, backend: Backend) {
    const {
      workspaceRoot: root,
      home,
      cacheDir,
      tempDir,
      gitCommonDir = null,
      gitDir = null,
      stateDir = null,
    } = options;
    this.#options = options;
    this.#backend = backend;
    this.#limits = { ...defaults(), ...options.options?.limits };
    this.#runDir = join(tempDir, 'run');
    this.#stageDir = join(tempDir, 'new');
    this.#historyDir = join(tempDir, 'logs');
    this.#aside = join(tempDir, 'aside');
    const tmpDir = join(tempDir, 'tmp');
    const searchPath = options.env['PATH'] ?? '';
    const named = certificateVariables.flatMap(name => options.env[name] ?? []);
    this.#place = { root, home, gitCommonDir, gitDir, cacheDir, tmpDir, stateDir, searchPath, named };
    this.#guard = new Guard(root, home, this.#aside, this.#stamps);
    const index = join(gitDir ?? join(root, '.git'), 'index');
    this.#hostFiles = new HostFiles(root, home, this.#aside, index, undefined, this.#stamps);
  }

  get available(): Availability {
    return this.#backend.available;
  }

  async start(request: StartRequest, signal: AbortSignal): Promise<Contained> {
    const { command, cwd, terms } = request;
    if (this.#closed) throw new GatehouseError(failures.stopped({}));
    const real = await realpath(cwd).catch((error: unknown) => Promise.reject(notStarted(errnoOf(error) ?? 'error')));
    if (real !== cwd) throw new GatehouseError(failures.fileChanged({ path: cwd }));
    this.#primed ??= this.#guard.prime();
    const helper = (this.#helper ??= this.#open());
    const led = this.#options.led?.() ?? [];
    const [{ port, namespace }, alsoProtected] = await Promise.all([helper.ready, led, this.#primed]);
    const pipe = await this.#pipe();
    if (pipe === null) throw notStarted('no pipe could be made');
    const id = randomBytes(16).toString('base64url');
    let staging: Staging | null = null;
    try {
      if (signal.aborted) throw new GatehouseError(failures.stopped({}));
      const { root, cacheDir, home } = this.#place;
      const writes = terms.profile !== 'read-only';
      const { paths, links } = writes ? this.#stamps.together(() => this.#guard.look()) : { paths: [], links: [] };
      const floors = [...paths, ...leadsOf(links, root), ...alsoProtected];
      const around = survey(this.#place, terms, floors);
      const confinement = confine(terms, around);
      const { unreachable } = this.#backend;
      if (unreachable !== null && confinement.hosts.length > 0)
        throw new GatehouseError(failures.sandboxFailed({ problem: unreachable }));
      const gitConfig = this.#gitConfig();
      const covered = writes ? resetSettings(around.caches.write) : nothingCovered;
      // Where paths are held by their names, those that are not there yet are opened as they are.
      staging = new Staging(join(this.#stageDir, id), this.#backend.confines ? confinement.staged : []);
      const running = new RunningCommand(id, helper, this.#stamps, staging, root);
      this.#live.set(id, running);
      const gitFolders = around.git === null ? [] : [around.git.common, around.git.own];
      const watched = terms.profile === 'git' ? gitPartsToWatch(gitFolders, terms) : [];
      const use: GuardUse = {
        protected: floors,
        held: new Set([...confinement.protect, ...confinement.pins]),
        ghosts: [...confinement.absent, ...confinement.staged.map(({ folder }) => folder)].filter(path =>
          isBelow(path, root),
        ),
        absent: watched,
        background: request.background,
      };
      const watches = (): Watches => ({
        guard: this.#guard.begin(use),
        hostFiles: this.#hostFiles.begin(hostUse(request)),
      });
      const history =
        terms.profile === 'git' && around.git !== null && this.#backend.confines
          ? await (this.#history ??= this.#holdHistory(around.git)).begin(terms)
          : null;
      running.begin(terms.writes, writes ? this.#stamps.together(watches) : null, history);
      helper.send({
        type: 'start',
        id,
        argv: this.#backend.argv({
          confinement,
          command,
          cwd,
          limits: this.#limits,
          gitConfig,
          stagings: staging.binds(),
          covered,
          history: history?.view ?? { objects: null, logs: [] },
        }),
        cwd,
        command,
        seatbelt: this.#backend.confines
          ? null
          : {
              ...confinement,
              write: [...confinement.write, ...confinement.staged.flatMap(({ targets }) => targets)],
              absent: [...confinement.absent, ...covered.files, ...covered.folders],
              read: [...confinement.read, ...(gitConfig === null ? [] : [gitConfig])],
            },
        env: {
          ...request.env,
          ...sandboxEnvironment({
            profile: terms.profile,
            hosts: confinement.hosts,
            cacheDir,
            layered: this.#backend.confines,
            cwd,
            proxy: port === 0 ? null : { port, credential: id },
            gitConfig: gitConfig === null || !this.#backend.confines ? gitConfig : gitConfigInside,
          }),
        },
        output: pipe.path,
        hosts: [...confinement.hosts],
        view: viewOf({ ...confinement, protect: [...confinement.protect, ...heldOf(history)] }, root, home),
        seccomp: this.#backend.seccomp === null ? null : join(this.#runDir, 'seccomp'),
      });
      const inner = await running.started;
      void running.settled.then(
        () => this.#live.delete(id),
        () => this.#live.delete(id),
      );
      const { exited, settled } = running;
      // Looking for the number that the machine knows it by takes longer than most commands, and few ask.
      const asked = request.background && namespace !== '';
      const pid = asked ? (outerNumber(inner, namespace) ?? inner) : inner;
      const tree = new ContainedTree(
        pid,
        () => running.kill(),
        () => this.killNow(),
        exited,
      );
      void this.#accountFor(running);
      return { pid, tree, output: [pipe.reader], exited, settled, cpuMs: () => this.#tell(running) };
    } catch (error) {
      this.#live.delete(id);
      pipe.reader.destroy();
      staging?.discard();
      throw error;
    } finally {
      closeSync(pipe.writer);
      unlinkSync(pipe.path);
    }
  }

  async #accountFor(running: RunningCommand): Promise<void> {
    await running.exited;
    this.#restCpuMs += running.cpuMs ?? 0;
  }

  #tell({ cpuMs }: RunningCommand): number | null {
    this.#restCpuMs -= cpuMs ?? 0;
    return cpuMs;
  }

  async restCpuMs(): Promise<number> {
    const last = this.#closed ? null : await this.#helper?.account();
    return Math.max(0, this.#restCpuMs + (last ?? 0));
  }

  accept(path: string): void {
    this.#guard.accept(path);
    this.#hostFiles.accept(path);
  }

  mountPoints(): readonly string[] {
    return this.#guard.ghosts();
  }

  killNow(): void {
    this.#helper?.killNow();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const live = [...this.#live.values()];
    await this.#helper?.close();
    await Promise.allSettled(live.map(({ settled }) => settled));
    const spare = await this.#spare;
    this.#spare = null;
    if (spare !== null) {
      spare.reader.destroy();
      closeSync(spare.writer);
    }
    this.#guard.close();
    for (const folder of this.#folders()) await rm(folder, { recursive: true, force: true });
  }

  #holdHistory(git: GitFolders): HeldHistory {
    const program = findGit(this.#place.searchPath, this.#place.root);
    const packs = program === null ? null : { git: program, scratch: this.#runDir };
    return new HeldHistory(git, this.#historyDir, this.#aside, packs);
  }

  #folders(): string[] {
    return [this.#runDir, this.#place.tmpDir, this.#stageDir];
  }

  /** Made ahead of its time, since making one takes as long as a small command. */
  async #pipe(): Promise<Pipe | null> {
    const spare = this.#spare;
    this.#spare = null;
    const pipe = (await spare) ?? (await openPipe(this.#runDir));
    if (!this.#closed) this.#spare ??= openPipe(this.#runDir);
    return pipe;
  }

  /** In a folder that no command writes. */
  #gitConfig(): string | null {
    return this.#options.options?.gitIdentity === undefined ? null : join(this.#runDir, 'gitconfig');
  }

  #open(): HelperClient {
    const { helperPath, node = process.execPath, env, options } = this.#options;
    const { shell, around, part, open: given, seccomp: filter } = this.#backend;
    for (const folder of this.#folders()) mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (filter !== null) writeFileSync(join(this.#runDir, 'seccomp'), filter, { mode: 0o600 });
    const gitConfig = this.#gitConfig();
    if (gitConfig !== null && options?.gitIdentity !== undefined)
      writeFileSync(gitConfig, identityText(options.gitIdentity), { mode: 0o600 });
    const { fileBytes, ...limits } = this.#limits;
    // Sockets have short names: those that the helper's proxy makes lie in its working directory.
    const program = {
      shell,
      around,
      node,
      arguments: [helperPath, ...part],
      env: { ...env, ...asNode, TMPDIR: '.' },
      fileBytes,
    };
    const open = { type: 'open', dir: this.#runDir, limits, ...given, elsewhere: { ...options?.elsewhere } } as const;
    const helper = new HelperClient(program, open, problem => {
      if (this.#helper === helper) this.#helper = null;
      for (const command of this.#live.values()) if (command.helper === helper) command.lost(problem);
    });
    return helper;
  }
}

/** Installing and git's commands are there to change such files, and were judged as that. */
function hostUse({ terms, background }: StartRequest): HostUse {
  const free = terms.profile === 'package-install' || terms.profile === 'git';
  return { free, lifted: terms.writes, background };
}

function identityText({ name, email }: { name: string; email: string }): string {
  return `[user]\n\tname = ${JSON.stringify(name)}\n\temail = ${JSON.stringify(email)}\n`;
}

/** What is read-only in the place of the repository's own. */
function heldOf(history: HistoryWatch | null): string[] {
  const objects = history?.view.objects ?? null;
  return objects === null ? [] : [join(objects.real, 'info/alternates')];
}
