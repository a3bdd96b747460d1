import { createHash } from 'node:crypto';
import type { Assessment, Category } from '../protocol/assessment.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import { digestOf } from './digest.ts';

/** Programs that change nothing by themselves and stand beside others. */
const beside = new Set('cd echo printf true false : pwd sleep exit test ['.split(' '));

/** Where the words say more than what the static risk made of them. */
const wordy: ReadonlySet<Category> = new Set(['unknown-program', 'inline-code', 'obscure']);

/**
 * Equal for two effects that are the same thing in other words. Of a command it is made from the programs that do the work,
 * what they touch, and their words that are neither options nor paths, so that quotes, wrappers, options and the order of
 * words do not count. Where the static risk does not know all that is done, all words count.
 */
export function samenessOf(effect: Effect, assessment: Assessment): Digest {
  if (effect.kind === 'fetch') return sha256(['fetch', pageOf(effect.url)]);
  if (effect.kind !== 'exec') return sha256([effect.kind, digestOf(actOf(effect))]);
  const { footprint: f, parts, understood, categories } = assessment;
  const leads = new Set(parts.map(part => part.from));
  const workers = parts.filter((part, index) => !leads.has(index) && !beside.has(part.program));
  const texts = workers.map(part => unquoted(part.text));
  const paths = [...f.writes, ...f.deletes, ...f.reads];
  const told = paths.length + f.hosts.length > 0 && !f.unknownPaths && !f.unknownHosts;
  const whole = understood && told && !categories.some(category => wordy.has(category));
  return sha256([
    'exec',
    sorted(workers.map(part => part.program)),
    ...[f.writes, f.deletes, f.hosts, f.reads].map(sorted),
    whole ? sorted(texts.flatMap(text => targetsIn(text, paths))) : texts.length > 0 ? texts : effect.command,
  ]);
}

/** A journal holds words as they were written, the gate as the program gets them: without quotes both are the same. */
function unquoted(text: string): string {
  return text.replaceAll(/['"\\]/g, '');
}

/** Words of a part that are no options, and no paths that the footprint has already. */
function targetsIn(text: string, paths: readonly string[]): string[] {
  const words = text.split(/\s+/).slice(1);
  return words
    .filter(word => word !== '' && !word.startsWith('-'))
    .filter(word => {
      const bare = word.replace(/^(\.{1,2}\/)+/, '').replace(/\/+$/, '');
      return !paths.some(path => path === bare || path.endsWith(`/${bare}`));
    });
}

/** The effect without the agent's words about it. */
export function actOf(effect: Effect): Effect {
  if (effect.kind === 'exec') {
    const { description: _, ...act } = effect;
    return act;
  }
  if (effect.kind === 'fetch') return { kind: 'fetch', url: effect.url };
  return effect.kind === 'restore' ? { ...effect, reason: '' } : effect;
}

/** Which page is meant: by http or https, with its query in another order or a slash more, it is the same one. */
function pageOf(text: string): unknown {
  if (!URL.canParse(text)) return text;
  const { hostname, port, pathname, searchParams } = new URL(text);
  const query = sorted([...searchParams].map(([name, value]) => `${name}=${value}`));
  return [hostname.replace(/\.$/, ''), port, pathname.replace(/\/+$/, ''), query];
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

function sha256(value: unknown): Digest {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
