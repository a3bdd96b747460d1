import { basename, dirname, join, resolve } from 'node:path';
import { smallText } from '../../effects/git/repository.ts';
import { openWorkspace } from '../../effects/workspace.ts';
import { whyLine } from '../why.ts';
import { whySentences } from '../whyWords.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { homeOf } from './state.ts';

/** No longer file is looked at. */
const maxBytes = 1024 * 1024;

export const why = defineCommand(
  {
    name: 'why',
    summary: 'say which run wrote a line, why, who allowed it, and how to undo it',
    positionals: [{ name: 'FILE:LINE', about: 'a line of a file, from 1', required: true }],
    options: {
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'The line is followed back through all changes that runs made to the file, and through what came in between. The exit\n' +
        'code is 1 where no run wrote it, or where that cannot be told.',
    ],
  },
  async ({ positionals, options }, io) => {
    const [, name = '', digits = ''] = /^(.+):(\d{1,9})(?::\d+)?$/.exec(positionals[0] ?? '') ?? [];
    const line = Number(digits);
    if (name === '' || line < 1) throw usageError('Name a file and a line, such as src/a.ts:12');
    const file = resolve(io.cwd, name);
    const text = smallText(file, maxBytes);
    if (text === null) throw usageError(`There is no text file ${name} of at most 1 MiB`);
    const last = text.replace(/\n$/, '').split('\n').length;
    if (line > last) throw usageError(`${name} has no line ${line}; its last one is ${last}`);
    const found = await whyLine({
      home: await homeOf(io.env),
      env: io.env,
      version: io.version,
      file: join((await openWorkspace(dirname(file))).root, basename(file)),
      text,
      line,
    });
    if (options.output === 'json') printJson(io.stdout, found);
    else for (const sentence of whySentences(found)) printLine(io.stdout, visible(sentence));
    return found.type === 'written' ? 0 : 1;
  },
);
