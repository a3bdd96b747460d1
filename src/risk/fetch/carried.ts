import type { Finding } from '../assessment.ts';
import { findSecrets } from '../secrets.ts';
import { opaqueChars } from './opaque.ts';

/**
 * Characters from which on a part of an address counts as data that is sent: so much encoded text is a sentence or a key,
 * so much plain text more than a search or a page's name needs. Found by the corpus of addresses beside the test.
 */
const most = { opaque: 24, query: 200, path: 300, host: 90, label: 40, labels: 6 } as const;

/** What an address takes along to its host. `args` fill the sentence of `code`. */
export type Carried = Pick<Finding, 'code' | 'args'> & { secret: boolean };

/** The strongest sign that data leaves by a page's address: in its query, its path or the names of its host; or null. */
export function carriedBy(url: URL): Carried | null {
  const host = url.hostname;
  const path = decoded(url.pathname);
  const query = [...url.searchParams].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('\n');
  const texts = [host, path, query];
  if (texts.some(holdsSecret)) return { code: 'fetch.secret', args: { host }, secret: true };
  const sent = (where: string, chars: number): Carried => ({
    code: 'fetch.data',
    args: { host, where, chars },
    secret: false,
  });
  const labels = host.split('.');
  const names = labels.join(' ');
  const inHost = opaqueChars(names, false);
  if (
    inHost >= most.opaque ||
    host.length > most.host ||
    labels.length > most.labels ||
    labels.some(each => each.length > most.label)
  )
    return sent('host', host.length);
  const inQuery = opaqueChars(query, false);
  if (inQuery >= most.opaque || query.length > most.query) return sent('query', query.length);
  const inPath = path.split('/').reduce((sum, segment) => sum + opaqueChars(segment, true), 0);
  if (inPath >= most.opaque || path.length > most.path) return sent('path', path.length);
  return null;
}

/** As it stands, or where it was encoded first. */
function holdsSecret(text: string): boolean {
  if (findSecrets(text).length > 0) return true;
  return (text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []).some(
    run =>
      findSecrets(Buffer.from(run, 'base64').toString('latin1')).length > 0 ||
      findSecrets(Buffer.from(run, 'hex').toString('latin1')).length > 0,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
