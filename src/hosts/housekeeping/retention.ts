import { join } from 'node:path';
import { z } from 'zod';
import { defaultRetention, type Retention } from '../../checkpoints/retention.ts';
import { readText } from '../../effects/files.ts';
import type { Home } from '../../journal/home.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';

const limit = z.number().positive();

/** What a person may set; whatever they leave out is as it comes. */
export const RetentionText = z.strictObject({
  runs: limit.int().optional(),
  days: limit.optional(),
  gigabytes: limit.optional(),
});
export type RetentionText = z.infer<typeof RetentionText>;

/**
 * How much is kept: what a host was told, else `retention.json` in the state folder, else the defaults. Rejects with
 * `retention.invalid`, which names the file and the first thing that is wrong.
 */
export async function readRetention(home: Pick<Home, 'root'>, told: RetentionText = {}): Promise<Retention> {
  const file = join(home.root, 'retention.json');
  const text = await readText(file);
  const own = text === null ? {} : parseRetention(text, file);
  return {
    runs: told.runs ?? own.runs ?? defaultRetention.runs,
    days: told.days ?? own.days ?? defaultRetention.days,
    gigabytes: told.gigabytes ?? own.gigabytes ?? defaultRetention.gigabytes,
  };
}

function parseRetention(text: string, file: string): RetentionText {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`;
    throw new GatehouseError(failures.retentionInvalid({ file, problem }), error);
  }
  const parsed = RetentionText.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join(' › ');
  throw new GatehouseError(failures.retentionInvalid({ file, problem: `${where}: ${issue?.message ?? 'wrong'}` }));
}
