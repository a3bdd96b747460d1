// What scripts/demo.mjs shows, once everything is installed and built.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, node, root } from '../paths.mjs';
import { copyProject } from '../sample.ts';

const cli = join(root, 'dist', 'cli.js');
const base = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
const workspace = join(base, 'sample');
const home = join(base, 'state');
const running = new Set<ChildProcess>();

/** More than the script asks for. */
const answers = 'y\n'.repeat(20);

interface End {
  code: number | null;
  text: string;
}

/** Runs a program to its end; with `show`, a person sees what it writes, else it comes back as text. */
function run(program: string, args: string[], env: Record<string, string>, show: boolean, input = ''): Promise<End> {
  const out = show ? 'inherit' : 'pipe';
  const child = spawn(program, args, { cwd: workspace, env: environment(env), stdio: ['pipe', out, out] });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  child.stdin?.on('error', () => undefined).end(input);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', code => {
      running.delete(child);
      done({ code, text });
    });
  });
}

/** Starts the scripted model; resolves with what a client needs to know of it. */
function rehearse(): Promise<Record<string, string>> {
  const args = [cli, 'rehearse', join(root, 'media', 'demo.rehearsal.yaml'), '--output', 'json'];
  const child = spawn(node, args, { env: environment({ GATEHOUSE_HOME: home }), stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', code => failed(new Error(`The scripted model did not start (exit ${code}).`)));
    createInterface({ input: child.stdout }).once('line', line => {
      const { url, token }: { url: string; token: string } = JSON.parse(line);
      done({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: token });
    });
  });
}

const runTests = async (): Promise<End> => run('npm', ['test'], {}, false);

/** Null when all is as it should be, else what is not. */
async function demonstrate(): Promise<string | null> {
  await copyProject(workspace);
  say(`A copy of the sample project, as a git repository: ${workspace}`);
  const before = await runTests();
  if (before.code === 0) return 'The tests of the sample pass before anything was done.';
  say('Its tests fail, as they should. The demo answers the questions by itself, with y: in your own runs, you do.');
  const model = await rehearse();
  say('gatehouse run "Make the failing test pass" --mode auto --plan --on-ask prompt');
  console.log('');
  const env = { ...model, GATEHOUSE_HOME: home };
  const task = ['run', 'Make the failing test pass', '--mode', 'auto', '--plan', '--on-ask', 'prompt'];
  const { code } = await run(node, [cli, ...task], env, true, answers);
  if (code !== 0) return `The run ended with exit code ${code}.`;
  console.log('');
  say('gatehouse verify last');
  const verified = await run(node, [cli, 'verify', 'last'], env, true);
  if (verified.code !== 0) return 'The journal of the run does not verify.';
  console.log('');
  say('gatehouse checkpoints last');
  await run(node, [cli, 'checkpoints', 'last'], env, true);
  const after = await runTests();
  if (after.code !== 0) return `The tests of the sample still fail:\n${after.text}`;
  return null;
}

function say(text: string): void {
  console.log(`• ${text}`);
}

/** Ctrl-C reaches what runs as well; this process waits for its end. SIGTERM does not. */
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => {
  for (const child of running) child.kill('SIGTERM');
});
try {
  const problem = await demonstrate();
  if (problem === null) say('The tests of the sample pass now.');
  else console.error(`✘ ${problem}`);
  say(`The copy: ${workspace}`);
  say(`The state: ${home} (GATEHOUSE_HOME=${home} gatehouse report last)`);
  process.exitCode = problem === null ? 0 : 1;
} finally {
  for (const child of running) child.kill('SIGTERM');
}
