import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets a person edit a text in their own editor (`$VISUAL`, else `$EDITOR`), which has the terminal meanwhile. null where
 * there is no editor, or it fails; then nothing was edited. The file is theirs alone and gone afterwards.
 */
export async function editText(text: string, name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const editor = env['VISUAL'] || env['EDITOR'];
  if (!editor) return null;
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-edit-'));
  const file = join(folder, name);
  try {
    await writeFile(file, text, { mode: 0o600 });
    return (await runEditor(editor, file, env)) ? await readFile(file, 'utf8') : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As git does it: the variable may hold a command with arguments. */
function runEditor(editor: string, file: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise(resolve => {
    const [program, args] =
      process.platform === 'win32'
        ? ['cmd', ['/c', `${editor} "${file}"`]]
        : ['sh', ['-c', `${editor} "$1"`, 'sh', file]];
    const child = spawn(program, args, {
      stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 'inherit', 'inherit'],
      env,
    });
    child.once('error', () => resolve(false));
    child.once('exit', code => resolve(code === 0));
  });
}
