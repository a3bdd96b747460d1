import { join } from 'node:path';
import { findAssets } from '../assets.ts';
import { runDrill } from '../drill/drill.ts';
import type { DrillLine } from '../drill/narrator.ts';
import { defineCommand } from './command.ts';
import { printJson, printLine, widthOfOutput } from './io.ts';
import { type Paint, paintFor } from './paint.ts';
import { visibleLines } from './plain.ts';
import { wrapped } from './prose.ts';

export const drill = defineCommand(
  {
    name: 'drill',
    summary: 'see an agent that goes wrong on purpose noticed, stopped, explained and undone',
    positionals: [],
    options: {
      keep: { kind: 'flag', about: 'leave the folder of the drill behind, to look at its report' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'It works on a copy of the sample project in the temporary folder, with state of its own, and needs no key. The exit\n' +
        'code is 0 when everything went as it should, and 1 when it did not.',
    ],
  },
  async ({ options }, io) => {
    const assets = await findAssets(import.meta.dirname);
    const paint = paintFor(io.stdout, io.env);
    const width = widthOfOutput(io.stdout);
    const result = await runDrill({
      assets,
      media: join(assets, '..', 'media'),
      env: io.env,
      version: io.version,
      keep: options.keep,
      signal: io.interrupt,
      say(line) {
        if (options.output !== 'json') for (const row of rowsOf(line, paint, width)) printLine(io.stdout, row);
      },
    });
    if (options.output === 'json') printJson(io.stdout, result);
    return result.ok ? 0 : 1;
  },
);

const looks: {
  [K in DrillLine['kind']]: { before: string; style: Parameters<Paint>[0] | null };
} = {
  title: { before: '', style: 'bold' },
  agent: { before: '   agent  ', style: null },
  gate: { before: '   gate   ', style: 'yellow' },
  good: { before: '   ✓ ', style: 'green' },
  bad: { before: '   ✗ ', style: 'red' },
  plain: { before: '   ', style: 'dim' },
};

function rowsOf({ kind, text }: DrillLine, paint: Paint, width: number): string[] {
  const { before, style } = looks[kind];
  const rows = visibleLines(text).flatMap(line => wrapped(line, '', Math.max(30, width - before.length)));
  const blank = kind === 'title' ? [''] : [];
  const indent = ' '.repeat(before.length);
  return [
    ...blank,
    ...rows.map((row, index) => `${index === 0 ? before : indent}${style === null ? row : paint(style, row)}`),
  ];
}
