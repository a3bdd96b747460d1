import { decodeText } from '../../effects/text.ts';
import type { Standing } from '../../ports/disk.ts';
import type { GitId } from '../../protocol/checkpoint.ts';
import { oneLine } from './safeText.ts';

/** Nothing above this many bytes is shown as text. */
const largest = 1024 * 1024;

/** What stands for a thing in a diff: a file's text, or a line about what is no text. */
export async function textOf(
  standing: Standing,
  path: string,
  source: { read(id: GitId): Promise<Uint8Array> },
): Promise<string> {
  if (!('id' in standing)) return `(${standing.type === 'special' ? 'no file' : 'a folder'})\n`;
  const bytes = await source.read(standing.id).catch(() => null);
  if (bytes === null) return '(its bytes are not kept any more)\n';
  if (standing.type === 'link') return `(a link to ${oneLine(Buffer.from(bytes).toString('utf8'))})\n`;
  const about = `(${bytes.length} bytes that are not shown as text, ${standing.id.slice(0, 10)})\n`;
  if (bytes.length > largest) return about;
  try {
    return decodeText(path, bytes).text;
  } catch {
    return about;
  }
}
