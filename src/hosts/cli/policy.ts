import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { readText } from '../../effects/files.ts';
import { loadPolicy } from '../../policy/load.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { findAssets, lazyReader } from '../assets.ts';
import { exampleSubject } from '../policy.ts';
import { policySentence } from '../policySentences.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
import { printJson, printLine } from './io.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';

export const policy = defineCommand(
  {
    name: 'policy',
    summary: 'check a policy file: `gatehouse policy check FILE`',
    positionals: [
      { name: 'check', about: 'what to do with it', required: true },
      { name: 'FILE', about: 'the policy', required: true },
    ],
    options: {
      layer: {
        kind: 'choice',
        choices: ['user', 'workspace', 'managed'],
        about: 'whose it is: a workspace’s may only tighten (default: by its place, .gatehouse/ is a workspace’s)',
      },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON array (default: text)' },
    },
    notes: ['The exit code is 1 when there are errors; warnings alone leave it 0.'],
  },
  async ({ positionals, options }, io) => {
    const [action, name = ''] = positionals;
    if (action !== 'check') throw usageError(`There is no policy ${action}. Try \`gatehouse policy check FILE\``);
    const file = resolve(io.cwd, name);
    const text = await readText(file);
    if (text === null)
      throw new GatehouseError(failures.policyInvalid({ file, line: 1, column: 1, problem: 'there is no such file' }));
    const reader = await lazyReader(await findAssets(import.meta.dirname))();
    const layer = options.layer ?? (/[/\\]\.gatehouse[/\\][^/\\]+$/.test(file) ? 'workspace' : 'user');
    const { policy: loaded, diagnostics } = loadPolicy([{ file: name, text, layer }], {
      root: io.cwd,
      subjectOf: exampleSubject(reader, io.cwd, homedir()),
    });
    const errors = diagnostics.filter(each => each.severity === 'error').length;
    if (options.output === 'json') {
      printJson(
        io.stdout,
        diagnostics.map(each => ({ ...each, message: policySentence(each) })),
      );
      return errors > 0 ? 1 : 0;
    }
    const paint = paintFor(io.stdout, io.env);
    for (const each of diagnostics) {
      const severity = paint(each.severity === 'error' ? 'red' : 'yellow', each.severity);
      printLine(
        io.stdout,
        `${visible(name)}:${each.line}:${each.column}: ${severity}: ${visible(policySentence(each))}`,
      );
    }
    const rules = counted(loaded.rules.length, 'rule');
    if (errors === 0) printLine(io.stdout, `${paint('green', 'ok')}  ${visible(name)}: ${rules} in force`);
    return errors > 0 ? 1 : 0;
  },
);
