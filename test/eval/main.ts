import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realClock } from '../../src/effects/clock.ts';
import { endpointFrom } from '../../src/hosts/cli/endpoint.ts';
import { defaultReviewModel } from '../../src/hosts/reviewing.ts';
import { sentenceFor } from '../../src/hosts/sentences.ts';
import { createClient } from '../../src/models/client.ts';
import { isRehearsal } from '../../src/models/rehearsal/detect.ts';
import type { Model } from '../../src/ports/model.ts';
import { GatehouseError } from '../../src/protocol/failure.ts';
import { type EvalContext, type EvalResult, type EvalSuite, linesOf, scoreOf } from './suite.ts';

const usage = `Usage: npm run eval -- [--only review,probe,…] [--model MODEL] [--base-url URL] [--at-once N] [--json]
Judges the corpora and prints false positives and negatives. Probe and screen are rules and need no key. The reviewer is
a real model, which costs money: the key in ANTHROPIC_API_KEY pays for it.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      model: { type: 'string', default: defaultReviewModel },
      'base-url': { type: 'string' },
      'at-once': { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const suites = await chosen(values.only?.split(','));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const model = suites.some(suite => suite.needsModel) ? await openModel(values['base-url'], suites) : null;
  const judged = suites.filter(suite => model !== null || !suite.needsModel);
  const context: EvalContext = { model: model ?? noModel, modelName: values.model, signal: stop.signal };
  let unanswered = 0;
  for (const suite of judged) {
    const results = await runAll(suite, context, Math.max(1, Number(values['at-once']) || 1));
    const score = scoreOf(suite.name, results);
    unanswered += score.none.length;
    const by = suite.needsModel ? { model: values.model } : {};
    console.log(values.json ? JSON.stringify({ ...score, ...by }) : linesOf(score, results).join('\n'));
  }
  const left = suites.filter(suite => !judged.includes(suite)).map(({ name }) => name);
  if (left.length > 0) console.error(`Not measured without a key in ANTHROPIC_API_KEY: ${left.join(', ')}.`);
  // What was not answered was not measured.
  return unanswered + left.length > 0 ? 1 : 0;
}

/** null without a key, where there is something to measure all the same. */
async function openModel(base: string | undefined, suites: readonly EvalSuite[]): Promise<Model | null> {
  try {
    const { apiKey, baseUrl } = endpointFrom(process.env, base);
    if (await isRehearsal(baseUrl))
      console.error('A script answers at this address, so the figures say nothing about a model.');
    return createClient({ apiKey, baseUrl, clock: realClock, maxAttempts: 2 });
  } catch (error) {
    const keyless = error instanceof GatehouseError && error.failure.code === 'model.noKey';
    if (keyless && suites.some(suite => !suite.needsModel)) return null;
    throw error;
  }
}

/** For suites that ask none. */
const noModel: Model = {
  respond: () => Promise.reject(new Error('no model was expected')),
};

/** The suites of this folder, in the order of their names. Throws where one is asked for that there is not. */
async function chosen(names: readonly string[] | undefined): Promise<EvalSuite[]> {
  const files = readdirSync(import.meta.dirname).filter(file => file.endsWith('.eval.ts'));
  const there = files.map(file => file.slice(0, -'.eval.ts'.length)).sort();
  const missing = names?.find(name => !there.includes(name));
  if (missing !== undefined) throw new UsageError(`There is no suite "${missing}"; there are ${there.join(', ')}.`);
  return Promise.all(
    (names ?? there).map(async name => {
      const module: { suite: EvalSuite } = await import(join(import.meta.dirname, `${name}.eval.ts`));
      return module.suite;
    }),
  );
}

class UsageError extends Error {}

async function runAll(suite: EvalSuite, context: EvalContext, atOnce: number): Promise<EvalResult[]> {
  const results: EvalResult[] = [];
  const left = [...suite.cases];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !context.signal.aborted; next = left.shift())
      results.push(await next.run(context));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const order = suite.cases.map(({ id }) => id);
  return results.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof GatehouseError && error.failure.code === 'model.noKey')
    console.error('No API key is set, so there is no model to judge with. Set ANTHROPIC_API_KEY and try again.');
  else
    console.error(
      error instanceof GatehouseError
        ? sentenceFor(error.failure)
        : error instanceof UsageError || isArgsError(error)
          ? error.message
          : error,
    );
  process.exitCode = 2;
}

function isArgsError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
