import { join } from 'node:path';
import { readText, writePrivate } from '../effects/files.ts';
import type { Home } from '../journal/home.ts';
import type { Instructions } from '../ports/instructions.ts';

/** More than this is not told to a model; the rest of the file is left out. In characters. */
const maxText = 20_000;

/** The file of the person's standing instructions, one `- ` line for each that was kept from an answer; free text else. */
export function instructionsFile(home: Pick<Home, 'root'>): string {
  return join(home.root, 'instructions.md');
}

export function openInstructions(home: Pick<Home, 'root'>): Instructions {
  const file = instructionsFile(home);
  return {
    read: async () => ((await readText(file)) ?? '').slice(0, maxText),
    async keep(sentence) {
      const before = (await readText(file)) ?? '';
      const line = `- ${sentence}`;
      if (before.split('\n').includes(line)) return;
      await writePrivate(file, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`);
    },
  };
}
