import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Run, RunResult } from '../../src/agent/run.ts';
import { composeRun, type RunSetup } from '../../src/hosts/compose.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import { journalPath, openHome, taskPath } from '../../src/journal/home.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import type { PersonQuestion, PlanQuestion, Question } from '../../src/ports/approver.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Answer, Mode } from '../../src/protocol/command.ts';
import type { EventKind, EventOf, RunEvent } from '../../src/protocol/event.ts';
import type { PlanAnswer } from '../../src/protocol/plan.ts';

export interface Played {
  result: RunResult;
  /** What the run left in each place where a secret could be. */
  journal: string;
  requests: string;
  live: string;
  outcome: string;
  of<K extends EventKind>(kind: K): EventOf<K>[];
  /** The texts that the model got for its calls. */
  answers: string[];
  events: readonly RunEvent[];
  /** What the working models were sent, in order. */
  bodies: { system?: unknown; messages?: unknown }[];
  workspace: string;
  /** What the run's task file says. */
  task: string;
  /** What files of the workspace hold in the end, by path. */
  files: Record<string, string>;
}

export interface PlayOptions {
  /** Path → content, or `-> target` for a link. */
  files?: Record<string, string>;
  prompt?: string | ((token: string) => string);
  env?: Record<string, string>;
  say?: string;
  answer?: Answer;
  /** Answers each question instead. */
  approve?: (question: Question, at: { workspace: string; blobs: Blobs }) => Promise<Answer>;
  /** Default: Auto. */
  mode?: Mode;
  /** The person can be asked several things at once. */
  several?: boolean;
  /** Given the run as soon as it is there. */
  meet?: (run: Run) => void;
  /** The workspace's name. */
  folder?: string;
  sandbox?: RunSetup['sandbox'];
  planning?: RunSetup['plan'];
  accept?: string[];
  taskClass?: RunSetup['taskClass'];
  testCommand?: string;
  onPlan?(question: PlanQuestion): PlanAnswer | null;
  onAsk?(question: PersonQuestion): string | null;
}

/** The same with a part for each of the two agents. */
export function playRoles({ planner, executor }: { planner: unknown[]; executor: unknown[] }, options: PlayOptions) {
  const none = [{ say: 'No part.' }];
  const roles = [
    { name: 'planner', system: 'You are the planner', turns: planner.length === 0 ? none : planner },
    { name: 'executor', system: '', turns: executor.length === 0 ? none : executor },
  ];
  // What holds commands is not what these are about, and a sandbox takes its time.
  return playScript({ roles }, { planning: {}, sandbox: 'container-is-the-boundary', ...options });
}

/** Plays a rehearsal script with a run that is put together as hosts do it; every question gets the same answer. */
export function play(turns: unknown[], options: PlayOptions = {}): Promise<Played> {
  return playScript({ turns }, { planning: false, ...options });
}

async function playScript(script: unknown, options: PlayOptions): Promise<Played> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-play-')));
  const workspace = join(base, options.folder ?? 'workspace');
  mkdirSync(workspace);
  for (const [name, content] of Object.entries(options.files ?? {})) {
    const path = join(workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), path);
    else writeFileSync(path, content);
  }
  const server = await serveRehearsal({ script: parseScript(JSON.stringify(script), 'play'), record: true });
  try {
    const env = { PATH: process.env['PATH'] ?? '', ...options.env };
    const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace });
    const { prompt = 'go' } = options;
    const run = await composeRun({
      prompt: typeof prompt === 'string' ? prompt : prompt(server.token),
      workspace,
      mode: options.mode ?? 'auto',
      ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
      ...(options.planning === undefined ? {} : { plan: options.planning }),
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      ...(options.taskClass === undefined ? {} : { taskClass: options.taskClass }),
      ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
      home,
      approver: {
        several: options.several ?? false,
        async ask(question) {
          const answer = await options.approve?.(question, { workspace, blobs: createBlobs(home) });
          return { answer: answer ?? options.answer ?? { verdict: 'allow' }, surface: 'test' };
        },
        askPlan: async question => options.onPlan?.(question) ?? null,
        askPerson: async question => options.onAsk?.(question) ?? null,
      },
      editor: null,
      endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url },
      env,
      version: '0.0.0',
    });
    options.meet?.(run);
    let live = '';
    run.observe(seen => {
      if (seen.type === 'live' && 'text' in seen.live) live += seen.live.text;
    });
    if (options.say !== undefined) run.send({ type: 'say', text: options.say });
    const result = await run.result;
    const events = run.events();
    const of = <K extends EventKind>(kind: K): EventOf<K>[] =>
      events.filter((event: RunEvent): event is EventOf<K> => event.kind === kind);
    return {
      result,
      journal: readFileSync(journalPath(home, run.id), 'utf8'),
      requests: server
        .requests()
        .map(request => request.body)
        .join('\n'),
      live,
      outcome: JSON.stringify([result, events]),
      of,
      answers: of('tool.answered').map(event => event.text),
      events,
      bodies: server
        .requests()
        .filter(({ method, body }) => method === 'POST' && body.includes('"AskUser"'))
        .map(({ body }) => JSON.parse(body)),
      workspace,
      task: readFileSync(taskPath(home, run.id), 'utf8'),
      files: Object.fromEntries(
        globSync('**/*', { cwd: workspace, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(entry => join(entry.parentPath, entry.name))
          .map(path => [relative(workspace, path), readFileSync(path, 'utf8')]),
      ),
    };
  } finally {
    await server.close();
    rmSync(base, { recursive: true, force: true });
  }
}

/** Values that no pattern sees: only who knows them can hide them. Put together, so that none stands in this file. */
export const value = ['zq8w', 'fJwR0pIIZ0os'].join('-');
export const placeholder = /\[secret:env:[0-9a-f]{8}\]/;
