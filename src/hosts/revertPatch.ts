import type { DiffFile } from '../agent/reviewer/diff.ts';
import { wholePatch } from '../tools/patch.ts';

/**
 * A patch with the very bytes of all that is text, for the person's eyes alone: `git apply -R` takes the change back. What
 * is no text is named in its first lines, which git passes over.
 */
export function revertPatch(run: string, files: readonly DiffFile[]): { text: string; left: string[] } {
  const left = files.filter(isLeft).map(({ path }) => path);
  const head = [
    `This takes back what run ${run} did: git apply -R FILE`,
    ...left.map(path => `Not in it, since it is no text: ${quoted(path)}`),
  ];
  return {
    text: `${head.join('\n')}\n\n${files
      .filter(file => !isLeft(file))
      .map(patchOf)
      .join('')}`,
    left,
  };
}

function isLeft({ before, after }: DiffFile): boolean {
  return before === undefined || after === undefined;
}

function patchOf({ path, before = null, after = null, modes }: DiffFile): string {
  const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const old = modes?.before ?? '100644';
  const fresh = modes?.after ?? '100644';
  const about =
    before === null
      ? [`new file mode ${fresh}`]
      : after === null
        ? [`deleted file mode ${old}`]
        : old === fresh
          ? []
          : [`old mode ${old}`, `new mode ${fresh}`];
  // The library's own header is left out: git quotes names in another way.
  const hunks = wholePatch('x', before ?? '', after ?? '')
    .split('\n')
    .slice(2)
    .join('\n');
  const names =
    hunks === '' ? '' : `--- ${before === null ? '/dev/null' : from}\n+++ ${after === null ? '/dev/null' : to}\n`;
  return `${[`diff --git ${from} ${to}`, ...about].join('\n')}\n${names}${hunks}`;
}

/** A name as git writes it in a patch. */
function quoted(path: string): string {
  if (/^[\x21-\x7e]+$/.test(path) && !/["\\]/.test(path)) return path;
  const bytes = [...Buffer.from(path, 'utf8')].map(byte => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
