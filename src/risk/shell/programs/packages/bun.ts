import type { Claim } from '../../../claim.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { program } from '../interpreter.ts';
import { harmless, named, taking } from '../parts.ts';
import { judged, one, works } from './kinds.ts';
import { chooses, common, downloads, flags, installing, scaffolding, scriptOrTool, toolchain } from './node.ts';

const bunRuns: Record<string, Flag> = {
  ...flags,
  ...taking('script', '-r --preload --require --import'),
  '--env-file': { value: 'read' },
  ...taking(
    'ignore',
    '--conditions -d --define --loader --port --shell --elide-lines --timeout --bail -t --test-name-pattern --coverage-reporter --target --outdir --outfile',
  ),
  '-e': { value: 'ignore' },
  '--eval': { value: 'ignore' },
  '-p': { value: 'ignore' },
  '--print': { value: 'ignore' },
  '--watch': {},
  '--hot': {},
};
const code = (call: Call): Claim[] =>
  call.values('-e', '--eval', '-p', '--print').map(text => ({ does: 'code', language: 'javascript', text }));

/** `bun x.ts` is a program, `bun x` a script or a tool. */
function bunTarget(call: Call, words: readonly Word[]): Claim[] {
  const [target] = words;
  if (target === undefined) return [];
  if (/^https?:/.test(target.prefix)) return program(target, 'javascript');
  return target.text !== null && /[/.]/.test(target.text)
    ? [{ does: 'script', path: target, language: 'javascript' }]
    : scriptOrTool(call, words, chooses(call));
}

const bun: Spec = {
  flags: bunRuns,
  noSub: harmless,
  inspect: code,
  otherSub: { inspect: call => bunTarget(call, [literal(call.path.at(-1) ?? ''), ...call.words]) },
  sub: {
    ...common,
    run: { flags: bunRuns, stopAtOperand: true, inspect: call => [...code(call), ...bunTarget(call, call.operands)] },
    test: {
      values: true,
      flags: {
        ...bunRuns,
        ...named('-u --update-snapshots', { note: judged('medium', 'tests-weakened', 'packages.snapshots') }),
      },
    },
    x: downloads,
    build: {
      flags: {
        ...bunRuns,
        ...taking('write', '--outdir --outfile'),
        '--sourcemap': { value: 'ignore', attached: true },
      },
      operands: 'read',
    },
    ...named('a', installing),
    c: scaffolding,
    upgrade: toolchain,
    repl: harmless,
    patch: works,
    pm: {
      sub: { ...named('ls hash hash-string hash-print bin cache version whoami untrusted why', harmless), pack: works },
      otherSub: one('high', 'persistence', 'packages.configWrite'),
    },
    exec: { inspect: call => call.operands.slice(0, 1).map(text => ({ does: 'shell', text })) },
  },
};

export const bunPrograms: ProgramTable = { bun };
