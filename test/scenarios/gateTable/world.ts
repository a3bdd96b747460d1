import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createEffects } from '../../../src/effects/effects.ts';
import { scrubEnvironment } from '../../../src/effects/environment.ts';
import type { Web } from '../../../src/effects/fetch/web.ts';
import { openGit } from '../../../src/effects/git/neutral.ts';
import { openSandbox, type Sandbox } from '../../../src/effects/sandbox/sandbox.ts';
import { openWorkspace } from '../../../src/effects/workspace.ts';
import { createDenials } from '../../../src/gate/denials.ts';
import { createGate } from '../../../src/gate/gate.ts';
import { canBeWidened } from '../../../src/gate/observed.ts';
import type { Taint } from '../../../src/gate/taint.ts';
import type { Containment } from '../../../src/gate/terms.ts';
import { lazyReader } from '../../../src/hosts/assets.ts';
import { judging } from '../../../src/hosts/judging.ts';
import { createJudge } from '../../../src/policy/decide.ts';
import { defaultRules } from '../../../src/policy/defaults.ts';
import { loadPolicy } from '../../../src/policy/load.ts';
import type { Layer } from '../../../src/policy/rule.ts';
import type { Answered } from '../../../src/ports/approver.ts';
import type { Reviewer } from '../../../src/ports/reviewer.ts';
import type { Mode } from '../../../src/protocol/command.ts';
import type { Decision } from '../../../src/protocol/decision.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import type { ReviewOutcome } from '../../../src/protocol/review.ts';
import { prepareCall } from '../../../src/tools/table.ts';
import { helperPath, noSandbox } from '../../effects/sandbox/setup.ts';
import { MemoryBlobs, wordMasker } from '../../effects/setup.ts';
import { memoryJournal } from '../../support/fakes.ts';
import { selfSigned, serveSite } from '../../support/site.ts';

/** What the workspace holds at the beginning of each row; all of it is tracked but for what `.gitignore` names. */
const files: Record<string, string> = {
  '.gitignore': '*.log\n.env\n',
  '.env': 'PORT=1\n',
  'old.log': 'log\n',
  'src/a.js': 'export const a = 1;\n',
  'src/auth/login.js': 'export const login = user => check(user);\n',
  'docs/guide.md': '# Guide\n',
  'migrations/001.sql': 'create table a (id int);\n',
  // What it writes stands in no text that anybody reads before it runs.
  'tools/out.cjs': "require('node:fs').writeFileSync(process.argv[2], 'x');\n",
  'package.json': '{"name":"app","scripts":{"test":"touch tested.txt"}}\n',
  'eslint.config.js': 'export default [];\n',
  '.github/workflows/ci.yml': 'on: push\n',
};

/** Stand-ins for programs that reach out or that nobody knows: each makes one file and nothing else. */
const stubs = ['curl', 'npm', 'terraform', 'kubectl', 'frob', 'wget', 'gh', 'psql'];

/** One row: what is in force, what is wanted, who answers what; and what was asked where, what came of it, what is on disk. */
export interface Case {
  policy?: string;
  workspacePolicy?: string;
  trusted?: readonly string[];
  mode: Mode;
  taint?: boolean;
  containment?: Containment;
  sandbox?: Sandbox;
  /** What the reviewing model says; left out: there is none. */
  reviewer?: ReviewOutcome;
  /** Calls of one run, in order; the last one is told. */
  calls: readonly { tool: string; input: object }[];
  /** One for each question; where there is none left, nobody is there. */
  answers: readonly Answered['answer'][];
}

export interface Came {
  /** Who was asked and why, in order: `reviewer`, `person mode.ask`. */
  asked: string[];
  /** `static allow`, `person deny`, `rule no-x deny`, `model allow`; `halt` where a rule ends the run. */
  decided: string;
  /** Changed names in workspace, home and outside, with + ~ −, and the pages that were asked for. */
  disk: string[];
}

export interface GateWorld {
  root: string;
  env: NodeJS.ProcessEnv;
  /** A sandbox for its commands, for `Case.sandbox`; closed with the world. */
  confine(): Promise<Sandbox>;
  /** Folders by the names that rows give them. */
  places: Record<'home' | 'outside' | 'state', string>;
  play(row: Case): Promise<Came>;
  close(): Promise<void>;
}

/** One workspace for all rows, set back after each; the gate, its facts, the hands and the disk are the real ones. */
export async function openGateWorld(): Promise<GateWorld> {
  // Not below the temporary folder, where writing is nothing that anybody asks about.
  const place = resolve(import.meta.dirname, '../../../out');
  mkdirSync(place, { recursive: true });
  const base = realpathSync(mkdtempSync(join(place, 'table-')));
  const [root, home, outside, bin, state] = ['workspace', 'home', 'outside', 'bin', 'state'].map(name =>
    join(base, name),
  ) as [string, string, string, string, string];
  for (const folder of [root, home, outside, bin, state]) mkdirSync(folder, { mode: 0o700 });
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [name, text] of Object.entries(files)) put(join(root, name), text);
  put(join(home, '.ssh/id_ed25519'), 'key\n');
  put(join(home, '.bashrc'), '# mine\n');
  put(join(outside, 'notes.txt'), 'notes\n');
  symlinkSync(join(outside, 'notes.txt'), join(root, 'link.txt'));
  for (const name of stubs) {
    writeFileSync(join(bin, name), `#!/bin/sh\ntouch made-by-${name}.txt\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'T');
  git('config', 'user.email', 't@example.com');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  const env = { PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':'), HOME: home };
  const pages = {
    '/guide': '<p>Guide</p>',
    '/moved': (answer: ServerResponse) => answer.writeHead(302, { location: 'https://other.example/' }).end(),
  };
  const tls = selfSigned(['docs.example', 'other.example', 'evil.example']);
  const [reader, plain, secure, workspace] = await Promise.all([
    openGit({ workspace: root, home, env, scratch: state }),
    serveSite(pages),
    serveSite(pages, { tls }),
    openWorkspace(root),
  ]);
  const web: Web = {
    ...secure.web,
    locate: (host, port) => (port === 443 ? secure : plain).web.locate(host, port),
  };
  const assets = join(dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm')));
  const read = lazyReader(assets);
  const watched = [root, home, outside];
  const others = [join(home, '.bashrc'), join(outside, 'notes.txt'), join(root, '.git/config')];
  const start = treeOf(watched);
  let sandbox: Sandbox | null = null;
  const masker = wordMasker({});

  async function play(row: Case): Promise<Came> {
    const blobs = new MemoryBlobs();
    const sources = [
      { file: 'policy.yaml', layer: 'user' as Layer, text: policyText(row.policy, row.trusted) },
      ...(row.workspacePolicy === undefined
        ? []
        : [{ file: '.gatehouse/policy.yaml', layer: 'workspace' as Layer, text: policyText(row.workspacePolicy) }]),
    ];
    const { policy } = loadPolicy(sources, { root, subjectOf: noExamples });
    const trustedHosts = new Set(policy.trustedHosts);
    const memory = memoryJournal();
    const denials = createDenials();
    const journal = {
      append: async (body: EventBody): Promise<RunEvent> => {
        const event = await memory.append(body);
        denials.apply(event);
        return event;
      },
    };
    const answers = [...row.answers];
    const asked: string[] = [];
    const firstOf = (decision: Decision): string => decision.reasons[0]?.code ?? '';
    let ids = 0;
    const containment = row.containment ?? { sandbox: false, contained: true };
    const taint: Taint | null = row.taint === true ? { source: 'README.md', line: 1 } : null;
    const gate = createGate({
      journal,
      approver: {
        ask: async ({ decision }) => {
          asked.push(`person ${firstOf(decision)}`);
          const answer = answers.shift();
          return answer === undefined ? null : { answer, surface: 'panel' };
        },
      },
      clock: { now: () => ids, sleep: () => Promise.resolve() },
      assess: judging({
        root,
        home,
        ownState: [state],
        ownOutput: join(state, 'out'),
        git: reader,
        trustedHosts,
        blobs,
        reader: read,
      }),
      policy: createJudge({ ...policy, rules: [...defaultRules, ...policy.rules] }, root),
      root,
      containment: async () => containment,
      mode: () => row.mode,
      newId: () => `q${ids++}`,
      taint: () => taint,
      denials,
      ...(row.reviewer === undefined ? {} : { reviewer: reviewerOf(row.reviewer, () => asked.push('reviewer')) }),
    });
    const effects = createEffects({
      root,
      blobs,
      clock: { now: () => ids, sleep: () => Promise.resolve() },
      editor: null,
      env: scrubEnvironment(env, () => false).env,
      outDir: state,
      web,
      ...(row.sandbox === undefined ? {} : { sandbox: row.sandbox }),
    });
    for (const site of [plain, secure]) site.asked.length = 0;
    let decided = '';
    const signal = new AbortController().signal;
    for (const { tool, input } of row.calls) {
      asked.length = 0;
      const { effect } = await prepareCall(tool, input, {
        workspace,
        blobs,
        masker,
        filesKnown: knownOf(root, others),
      });
      const id = `e${ids++}`;
      await journal.append({
        kind: 'effect.proposed',
        effect: id,
        call: id,
        tool,
        value: effect,
        digest: '0'.repeat(64),
      });
      let admission = await gate.admit(id, effect, signal);
      for (;;) {
        decided = lastOf(memory.events, admission.type === 'refused' && admission.halt);
        if (admission.type === 'refused') break;
        const { permit } = admission;
        const outcome = await effects.run(permit, { signal, onOutput: () => undefined }).catch(() => null);
        const tried = outcome?.kind === 'exec' ? outcome.violations : [];
        if (!canBeWidened(tried)) break;
        admission = await gate.widen(id, effect, permit.terms, tried, signal);
      }
    }
    await effects.endAll();
    const disk = [
      ...changes(start, treeOf(watched), base),
      ...[plain, secure].flatMap(site => site.asked.map(each => `web ${each}`)),
    ];
    restore(start, watched);
    return { asked, decided, disk };
  }

  return {
    root,
    env,
    places: { home, outside, state },
    play,
    async confine() {
      const [cacheDir, tempDir] = [join(base, 'cache'), join(base, 'temp')];
      for (const folder of [cacheDir, tempDir]) mkdirSync(folder, { mode: 0o700 });
      const { env: scrubbed } = scrubEnvironment(env, () => false);
      const options = { workspaceRoot: root, cacheDir, tempDir, helperPath, env: scrubbed, home };
      sandbox = await openSandbox(options);
      assert.ok(sandbox.available.ok, noSandbox);
      return sandbox;
    },
    close: async () => {
      await sandbox?.close();
      await reader?.close();
      await Promise.all([plain.close(), secure.close()]);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function policyText(rules = '', trusted: readonly string[] = []): string {
  return `version: 1\nrules: [${rules}]\ntrustedHosts: ${JSON.stringify(trusted)}\n`;
}

function noExamples(): never {
  throw new Error('no examples here');
}

function reviewerOf(outcome: ReviewOutcome, onAsked: () => void): Reviewer {
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  return {
    async review() {
      onAsked();
      return { outcome, model: 'small', promptDigest: '0'.repeat(64), calls: 1, usage, usd: 0 };
    },
  };
}

/** What every file holds, as if the run had read all of them. */
function knownOf(root: string, others: readonly string[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const path of [...Object.keys(files).map(name => join(root, name)), ...others]) {
    known.set(path, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return known;
}

function lastOf(events: readonly RunEvent[], halt: boolean): string {
  const last = events.findLast(event => event.kind === 'effect.decided');
  if (last?.kind !== 'effect.decided') return '';
  const { by, verdict, reasons } = last.decision;
  const [first] = reasons;
  const who =
    by.type === 'rule'
      ? `rule ${by.rule}`
      : by.type === 'person' && by.surface !== 'panel'
        ? `person before (${by.surface})`
        : by.type;
  const why = verdict === 'deny' && by.type === 'static' ? ` ${first?.code ?? ''}` : '';
  return `${who} ${halt ? 'halt' : verdict}${why}`;
}

type Tree = ReadonlyMap<string, string>;

/** Every file and link below the folders, without git's own. */
function treeOf(folders: readonly string[]): Tree {
  const tree = new Map<string, string>();
  for (const folder of folders)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (/\/\.git\/(?!hooks\/|config$)/.test(path) || /\.git\/hooks\/.*\.sample$/.test(path)) continue;
      if (entry.isSymbolicLink()) tree.set(path, `→ ${readlinkSync(path)}`);
      else if (entry.isFile()) tree.set(path, readFileSync(path, 'latin1'));
    }
  return tree;
}

function changes(before: Tree, after: Tree, base: string): string[] {
  const short = (path: string): string => path.slice(base.length + 1).replace(/^workspace\//, '');
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap(path => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    return [`${was === undefined ? '+' : is === undefined ? '−' : '~'}${short(path)}`];
  });
}

function restore(before: Tree, folders: readonly string[]): void {
  const after = treeOf(folders);
  for (const path of after.keys()) if (!before.has(path)) rmSync(path, { force: true });
  for (const [path, content] of before) {
    if (after.get(path) === content) continue;
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { recursive: true, force: true });
    if (content.startsWith('→ ')) symlinkSync(content.slice(2), path);
    else writeFileSync(path, content, 'latin1');
  }
  for (const path of folders) if (!lstatSync(path).isDirectory()) throw new Error(`${path} is gone`);
}
