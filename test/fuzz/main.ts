// Fuzzes the reading of shell commands against real bash: npm run fuzz -- [--count N] [--seed N] [--focus construct] [--jobs N]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { unavailable } from './bash.ts';
import { fuzz } from './fuzz.ts';
import { type Construct, constructs } from './generate.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    focus: { type: 'string' },
    shown: { type: 'string', default: '10' },
  },
});

const reason = unavailable();
if (reason !== null) {
  console.error(`Cannot fuzz: ${reason}.`);
  process.exit(2);
}
const isConstruct = (name: string): name is Construct => constructs().some(each => each === name);
if (values.focus !== undefined && !isConstruct(values.focus)) {
  console.error(`There is no construct "${values.focus}"; there are ${constructs().join(', ')}.`);
  process.exit(2);
}

const started = Date.now();
const outcome = await fuzz(
  {
    count: Number(values.count),
    seed: Number(values.seed),
    jobs: Number(values.jobs),
    focus: values.focus ?? null,
    shown: Number(values.shown),
  },
  process.stderr.isTTY ? inputs => process.stderr.write(`\r${inputs} inputs`) : undefined,
);
if (process.stderr.isTTY) process.stderr.write('\r');

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
for (const { kind, text, run } of outcome.minimized)
  console.log(`${kind}: ${JSON.stringify(text)}\n  bash ran ${JSON.stringify(run.words)} in ${run.directory}`);
console.log(
  [
    `${outcome.inputs} inputs from seed ${values.seed} in ${Math.round((Date.now() - started) / 1000)} s`,
    `${outcome.understood} (${share(outcome.understood, outcome.inputs)}) fully understood; bash ran ${outcome.ran} programs in them`,
    `${outcome.complex} (${share(outcome.complex, outcome.understood)} of them) ran three programs or more, with quotes, expansions or groups`,
    `${outcome.caught} not understood in which the reading alone would have been wrong`,
    `${outcome.hung} ended because they hung`,
    `Alone in the way: ${[...outcome.reasons]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 25)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')}`,
    `${outcome.found.length} counterexamples`,
  ].join('\n'),
);
process.exitCode = outcome.found.length === 0 ? 0 : 1;
