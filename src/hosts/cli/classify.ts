import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Mode } from '../../protocol/command.ts';
import { asFailure } from '../../protocol/failure.ts';
import { findAssets } from '../assets.ts';
import { Asked, type Classifier, openClassifier } from '../classifier.ts';
import { diagnosticLine } from '../policySentences.ts';
import { sentenceFor } from '../sentences.ts';
import { defineCommand } from './command.ts';
import { printLine } from './io.ts';
import { visible } from './plain.ts';
import { homeOf } from './state.ts';

/** Lines are written in blocks of this many characters: a write for each would take longer than the classifying. */
const blockChars = 64 * 1024;

export const classify = defineCommand(
  {
    name: 'classify',
    summary: 'say what the gate would make of commands, without running them',
    positionals: [],
    options: {
      cwd: { kind: 'text', value: 'folder', about: 'the workspace (default: the current folder)' },
      mode: { kind: 'choice', choices: Mode.options, about: 'the mode to decide in (default: auto)' },
      policy: { kind: 'text', value: 'file', about: 'a policy beside your own' },
      sandbox: { kind: 'choice', choices: ['on', 'off'], about: 'whether a sandbox would hold commands (default: on)' },
    },
    notes: [
      'Reads lines of JSON on stdin, {"id": …, "command": "…"} or {"id": …, "effect": {"kind": "edit", "path": "…", "before": "…", "after": "…"}},\n' +
        'and prints a line for each: {"id","tier","decision","categories","reasons","footprint"}. A line that cannot be\n' +
        'read gets {"id","error"}, and the rest goes on.',
    ],
  },
  async ({ options }, io) => {
    const cwd = resolve(io.cwd, options.cwd ?? '.');
    const classifier = await openClassifier({
      cwd,
      mode: options.mode ?? 'auto',
      sandbox: options.sandbox !== 'off',
      ...(options.policy === undefined ? {} : { policy: resolve(io.cwd, options.policy) }),
      home: await homeOf(io.env, cwd),
      env: io.env,
      assets: await findAssets(import.meta.dirname),
    });
    for (const each of classifier.diagnostics) printLine(io.stderr, visible(diagnosticLine(each)));
    try {
      let block = '';
      const flush = async (): Promise<void> => {
        const text = block;
        block = '';
        if (text === '' || io.interrupt.aborted || io.stdout.write(text)) return;
        // Where nobody reads any more, the interrupt ends the loop.
        await once(io.stdout, 'drain').catch(() => undefined);
      };
      for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (io.interrupt.aborted) break;
        if (line.trim() === '') continue;
        block += `${JSON.stringify(await answer(classifier, line))}\n`;
        // Whoever asks one at a time waits for the answer; a stream is written in blocks.
        if (block.length > blockChars || io.stdin.readableLength === 0) await flush();
      }
      await flush();
      return 0;
    } finally {
      await classifier.close();
    }
  },
);

async function answer(classifier: Classifier, line: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { id: null, error: `not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  const asked = Asked.safeParse(value);
  if (!asked.success) return { id, error: 'a line has an id and a command, or an id and an effect' };
  try {
    return await classifier.classify(asked.data);
  } catch (error) {
    return { id, error: sentenceFor(asFailure(error)) };
  }
}
