import { sizeOf } from '../../checkpoints/gc.ts';
import type { Elsewhere } from '../../effects/own.ts';
import { probeProgram } from '../../effects/probe.ts';
import { findRipgrep } from '../../effects/ripgrep.ts';
import { asFailure, failures } from '../../protocol/failure.ts';
import { findAssets } from '../assets.ts';
import { trySandbox } from '../confining.ts';
import { readRetention } from '../housekeeping/retention.ts';
import { sentenceFor } from '../sentences.ts';
import { sized } from './describe.ts';
import { endpointFrom } from './endpoint.ts';
import type { Io } from './io.ts';
import { sandboxFrom } from './sandbox.ts';
import { homeOf } from './state.ts';

/** One finding of `doctor`. `todo` is empty where there is nothing to do. */
export interface Check {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  found: string;
  todo: string;
}

/** The oldest Node.js that the command line runs on; package.json says the same. */
const oldestNode = 22;

/** Looks at everything that a run needs. Shows no secret. */
export async function checkSetup(io: Io, nodeVersion: string): Promise<Check[]> {
  const path = { searchPath: io.env['PATH'] ?? '', workspace: io.cwd };
  const rest = await Promise.all([
    checkState(io),
    checkSpace(io),
    checkProgram('git', ['--version'], path, 'fail', 'Install git: runs are recorded and undone with it.'),
    checkProgram('bash', ['--version'], path, 'fail', 'Install bash: commands run in it.'),
    checkRipgrep(path),
    checkSandbox(io),
  ]);
  return [checkNode(nodeVersion), checkEndpoint(io), ...rest];
}

/** Tries the sandbox for real: whether it is installed says little where the system does not let it work. */
async function checkSandbox(io: Io): Promise<Check> {
  const name = 'sandbox';
  try {
    const setting = sandboxFrom(io.env);
    if (setting === 'container-is-the-boundary')
      return { name, state: 'ok', found: 'this container is declared to be the boundary', todo: '' };
    const home = await homeOf(io.env);
    const available = await trySandbox(home, io.env, await findAssets(import.meta.dirname));
    if (available.ok) return { name, state: 'ok', found: `commands are held by ${available.kind}`, todo: '' };
    const todo = sentenceFor(failures.sandboxUnavailable({ why: available.why }));
    if (setting === 'require') return { name, state: 'fail', found: 'none, and it is required', todo };
    return { name, state: 'warn', found: 'none: each command counts one tier higher', todo };
  } catch (error) {
    const failure = asFailure(error);
    const state = failure.code === 'usage' ? 'fail' : 'warn';
    return { name, state, found: state === 'warn' ? 'cannot be tried' : 'set wrongly', todo: sentenceFor(failure) };
  }
}

function checkNode(version: string): Check {
  const fine = Number(version.split('.')[0]) >= oldestNode;
  const todo = fine ? '' : `Install Node.js ${oldestNode} or newer.`;
  return { name: 'node', state: fine ? 'ok' : 'fail', found: version, todo };
}

/** What the state takes up, and how much of it is kept. */
async function checkSpace(io: Io): Promise<Check> {
  const name = 'space';
  try {
    const home = await homeOf(io.env);
    const { runs, days, gigabytes } = await readRetention(home);
    const found = `${sized(await sizeOf(home.root))}; checkpoints are kept for ${days} days, of ${runs} runs, up to ${gigabytes} GB`;
    return { name, state: 'ok', found, todo: '' };
  } catch (error) {
    const failure = asFailure(error);
    const state = failure.code === 'retention.invalid' ? 'fail' : 'warn';
    return { name, state, found: 'not known', todo: sentenceFor(failure) };
  }
}

async function checkState(io: Io): Promise<Check> {
  try {
    const home = await homeOf(io.env);
    return { name: 'state', state: 'ok', found: `${home.root}, yours alone (mode 0700)`, todo: '' };
  } catch (error) {
    const failure = asFailure(error);
    return { name: 'state', state: 'fail', found: 'cannot be used', todo: sentenceFor(failure) };
  }
}

function checkEndpoint(io: Io): Check {
  try {
    const { apiKey, baseUrl } = endpointFrom(io.env, undefined);
    const key = apiKey === '' ? 'no key, for a server that wants none' : 'key set';
    return { name: 'model', state: 'ok', found: `${new URL(baseUrl).origin}, ${key}`, todo: '' };
  } catch (error) {
    const failure = asFailure(error);
    const state = failure.code === 'model.noKey' ? 'warn' : 'fail';
    return { name: 'model', state, found: state === 'warn' ? 'no key' : 'wrong address', todo: sentenceFor(failure) };
  }
}

async function checkProgram(
  name: string,
  args: readonly string[],
  elsewhere: Elsewhere,
  otherwise: 'warn' | 'fail',
  todo: string,
): Promise<Check> {
  const answer = await probeProgram(name, args, elsewhere);
  if (answer === null) return { name, state: otherwise, found: 'not found', todo };
  return { name, state: 'ok', found: answer || 'found', todo: '' };
}

async function checkRipgrep(elsewhere: Elsewhere): Promise<Check> {
  try {
    const program = findRipgrep(undefined, elsewhere);
    const answer = await probeProgram(program, ['--version'], elsewhere);
    if (answer !== null) return { name: 'ripgrep', state: 'ok', found: `${answer}, ${program}`, todo: '' };
    return { name: 'ripgrep', state: 'fail', found: `${program} does not start`, todo: 'Install ripgrep anew.' };
  } catch {
    const todo = 'Install ripgrep, so that `rg` is in the PATH: files are searched with it.';
    return { name: 'ripgrep', state: 'fail', found: 'not found', todo };
  }
}
