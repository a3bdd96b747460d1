import { spawn } from 'node:child_process';

/** A set-up step that cannot be done here; its message tells the person what to do about it. */
export class SetupError extends Error {}

export function say(text) {
  console.log(`• ${text}`);
}

/**
 * Runs a program to its end, with its output shown only when it fails.
 * @returns {Promise<string>} what it wrote to stdout; rejects with a SetupError that carries the end of its output
 */
export function run(program, args, { cwd, env, sentence } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let out = '';
    let all = '';
    child.stdout.on('data', data => {
      out += data;
      all += data;
    });
    child.stderr.on('data', data => {
      all += data;
    });
    const fail = why => {
      failed(new SetupError([sentence ?? `"${program} ${args.join(' ')}" failed (${why}).`, excerpt(all)].join('\n')));
    };
    child.on('error', error => fail(error.message));
    child.on('close', (code, signal) => (code === 0 ? done(out) : fail(signal ?? `exit code ${code}`)));
  });
}

/** The beginning and the end: npm says what is wrong first, a compiler last. */
function excerpt(text) {
  const lines = text.trim().split('\n');
  return (lines.length <= 60 ? lines : [...lines.slice(0, 30), '…', ...lines.slice(-30)]).join('\n');
}

/** Whether a web address answers within some seconds; a refusal of the server counts as an answer. */
export async function reachable(url, seconds = 5) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(seconds * 1000) });
    return true;
  } catch {
    return false;
  }
}
