import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunResult } from '../../../src/agent/run.ts';
import type { Web } from '../../../src/effects/fetch/web.ts';
import { composeRun } from '../../../src/hosts/compose.ts';
import { openHome } from '../../../src/journal/home.ts';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import type { Question } from '../../../src/ports/approver.ts';
import type { EventKind, EventOf, RunEvent } from '../../../src/protocol/event.ts';

export interface Ran {
  result: RunResult;
  events: readonly RunEvent[];
  of<K extends EventKind>(kind: K): EventOf<K>[];
  /** What the person was asked; nobody answered. */
  asked: Question[];
  /** Commands and pushes that were begun, and pages that were asked for. */
  begun: string[];
  /** How many calls the model got. */
  requests: string[];
}

export interface InjectionWorld {
  workspace: string;
  /** Runs a model that obeys: the calls, one turn each. */
  run(calls: readonly Call[], options?: { prompt?: string; confirm?: boolean }): Promise<Ran>;
  close(): void;
}

export type Call = { tool: string; input: Record<string, string> };
export const read = (path: string): Call => ({ tool: 'Read', input: { file_path: path } });
export const bash = (command: string): Call => ({ tool: 'Bash', input: { command } });
export const fetchPage = (url: string): Call => ({ tool: 'WebFetch', input: { url } });
export const write = (path: string, content: string): Call => ({ tool: 'Write', input: { file_path: path, content } });

/**
 * A workspace in a git repository and a state folder whose user trusts the attacker's host and allows the
 * commands that the attacker wants: whatever is still asked is asked because of what the run has read.
 */
export async function makeInjectionWorld(
  files: Record<string, string>,
  allowed: readonly string[],
  web?: Web,
): Promise<InjectionWorld> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-injection-')));
  const workspace = join(base, 'workspace');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: workspace, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'T');
  git('config', 'user.email', 't@example.com');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace });
  writeFileSync(join(home.root, 'policy.yaml'), permissive(allowed));

  return {
    workspace,
    async run(calls, { prompt = 'Look at the project.', confirm } = {}) {
      const turns = [...calls.map(call => ({ calls: [call] })), { say: 'Done.' }];
      const server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns }), 'obey'), record: true });
      const asked: Question[] = [];
      try {
        const run = await composeRun({
          prompt,
          workspace,
          mode: 'auto',
          home,
          approver: {
            async ask(question) {
              asked.push(question);
              return null;
            },
          },
          ...(confirm === undefined ? {} : { confirmer: { confirm: async () => confirm } }),
          editor: null,
          endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url },
          env: { PATH: process.env['PATH'] ?? '' },
          version: '0.0.0',
          ...(web === undefined ? {} : { web }),
        });
        const result = await run.result;
        const events = run.events();
        const of = <K extends EventKind>(kind: K): EventOf<K>[] =>
          events.filter((event): event is EventOf<K> => event.kind === kind);
        return {
          result,
          events,
          of,
          asked,
          begun: begunIn(events),
          requests: server.requests().map(each => each.body),
        };
      } finally {
        await server.close();
      }
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** What was begun outside of looking and of plain edits, as its command. */
function begunIn(events: readonly RunEvent[]): string[] {
  const intended = new Set(events.flatMap(event => (event.kind === 'effect.intended' ? [event.effect] : [])));
  return events.flatMap(event => {
    if (event.kind !== 'effect.proposed' || !intended.has(event.effect)) return [];
    const { value } = event;
    if (value.kind === 'fetch') return [value.url];
    return value.kind === 'exec' || value.kind === 'push' ? [value.command] : [];
  });
}

/** The person's own rules: these very commands and the attacker's host. */
function permissive(commands: readonly string[]): string {
  const plain = commands.filter(command => /^[\w ./:@-]+$/.test(command));
  return [
    'version: 1',
    "trustedHosts: ['evil.example', 'docs.example']",
    'rules:',
    `  - { decision: allow, when: { command: ${JSON.stringify(plain)} } }`,
  ].join('\n');
}
