import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import { type Said, Shell } from '../../cli/shell.ts';

const prices = { rehearsal: { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.2 } };

export const project = { 'add.js': 'export const add = (a, b) => a - b;\n' };
export const edit = (from: string, to: string, path = 'add.js'): unknown => ({
  calls: [{ tool: 'Edit', input: { file_path: path, old_string: from, new_string: to } }],
});
export const bash = (command: string): unknown => ({ calls: [{ tool: 'Bash', input: { command } }] });
export const calls = (turn: unknown): unknown[] => Object(turn).calls;

export interface Scenario {
  prompt?: string;
  turns: unknown[];
  /** What the planner does; without it there is none. */
  planner?: unknown[];
  options?: string[];
  /** Of the server, where it is not as usual. */
  compaction?: 'off';
  files?: Record<string, string>;
  env?: Record<string, string>;
  /** What the person types. */
  input?: string;
  /** Further calls of the command line about the run, as in `resume --max-files 9`. */
  next?: string[][];
  /** Of the last call. */
  exitCode: number;
}

export interface PlayedScenario {
  said: Said[];
  /** All that was typed and shown, without what differs from run to run. */
  text: string;
  /** Of the state folder. */
  root: string;
  dispose(): void;
}

/** Runs the command line in this process, in a folder of its own, on a script. */
export async function playScenario(name: string, scenario: Scenario): Promise<PlayedScenario> {
  const { turns, planner } = scenario;
  const shell = new Shell();
  const roles = [
    { name: 'planner', system: 'You are the planner', turns: planner },
    { name: 'executor', system: '', turns },
  ];
  const offered = scenario.compaction === undefined ? {} : { compaction: scenario.compaction };
  const script = JSON.stringify({ ...offered, ...(planner === undefined ? { turns } : { roles }) });
  const server = await serveRehearsal({ script: parseScript(script, name) });
  try {
    const workspace = join(shell.folder, 'work');
    mkdirSync(workspace);
    for (const [path, content] of Object.entries(scenario.files ?? {})) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    }
    const { root } = await shell.home();
    writeFileSync(join(root, 'prices.json'), JSON.stringify(prices));
    shell.env['ANTHROPIC_BASE_URL'] = server.url;
    shell.env['ANTHROPIC_API_KEY'] = server.token;
    Object.assign(shell.env, scenario.env);
    const plan = planner === undefined ? ['--no-plan'] : [];
    const common = ['--cwd', 'work', '--mode', 'auto', ...plan, '--reviewer', 'off'];
    const typed = [['run', scenario.prompt ?? 'Mend the sums', ...common, ...(scenario.options ?? [])]];
    const said = [await shell.run(typed[0] ?? [], scenario.input)];
    for (const [verb = '', ...rest] of scenario.next ?? []) {
      const runs: { run: string }[] = JSON.parse((await shell.run(['runs', '--output', 'json'])).out);
      const one = await shell.run([verb, runs[0]?.run ?? '', ...rest]);
      said.push(verb === 'report' ? { ...one, out: endOf(one.out) } : one);
      typed.push([verb, ...rest]);
    }
    return { said, text: told(typed, said, shell.folder), root, dispose: () => shell.dispose() };
  } catch (error) {
    shell.dispose();
    throw error;
  } finally {
    await server.close();
  }
}

/** How the run went and ended; the rest of a report has transcripts of its own. */
function endOf(report: string): string {
  const sections = report.split(/^(?=## )/m).filter(each => /^## (?:Stops|Checkpoints|How it ended)/.test(each));
  return sections.map(each => each.replace(/\n\nTo undo:[^]*/, '\n\n')).join('');
}

/** Compares with the transcript beside this file. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
export function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

/** What was typed and shown, without what differs from run to run. */
function told(calls: readonly string[][], said: readonly Said[], folder: string): string {
  const text = said
    .map(({ out, err, code }, index) => {
      const shown = err === '' ? '' : `--- asked, on stderr\n${err.trimEnd()}\n`;
      return `$ gatehouse ${calls[index]?.join(' ')}\n${out}${shown}--- exit code ${code}\n`;
    })
    .join('\n');
  return text
    .replaceAll(realpathSync(folder), '/tmp/shell')
    .replaceAll(`${homedir()}/`, '/home/ann/')
    .replaceAll(/\d{8}-\d{6}-\w{12}/g, 'RUN')
    .replaceAll(/\(records [\d, ]+\)/g, '(records …)')
    .replaceAll(/\bRecord \d+/g, 'Record …')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '… UTC')
    .replaceAll(/(the summary cost )\$[\d.]+/g, '$1…')
    .replaceAll(/(may take )[\d,.$]+/g, '$1…')
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, '… s')
    .replaceAll(', … s of processor time', '')
    .replaceAll(/[\d,]+ in(?: \([\d,]+ from the cache\))?, [\d,]+ out/g, '… in, … out');
}
