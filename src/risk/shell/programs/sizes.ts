import type { Claim } from '../../claim.ts';
import type { Invocation, Stdin } from '../script.ts';
import { claimed, note } from '../spec.ts';
import type { Word } from '../word.ts';

/** So much is written that the disk may be full. */
export const fillsDisk: Claim = claimed(note('medium', 'cost', 'files.fillsDisk'));

/** More than this may fill a disk. */
export const fits = 4 * 1024 ** 3;

/** `10M`, `2x512`, `1GB`; what cannot be read is taken for small, as the shell would have to make it up. */
export function bytes(text: string): number {
  return text.split('x').reduce((product, each) => {
    const [, digits = '1', unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(each) ?? [];
    const power = unit === '' ? 0 : 'kmgtpezyrq'.indexOf(unit.charAt(0).toLowerCase()) + 1;
    return product * Number(digits) * (/^[wb]$/.test(unit) ? (unit === 'b' ? 512 : 2) : 1024 ** power);
  }, 1);
}

/** Devices that may be read for ever. */
export const isEndless = (path: Word): boolean => /^\/dev\/(zero|u?random|full)$/.test(path.text ?? '');

/** Programs that pass on no more than they are told to. */
const bounds = /^g?(head|dd|timeout|sed|awk|grep|wc|uniq)$/;

/** Whether what a program reads never ends: `yes |`, `< /dev/zero`, through programs that pass all of it on. */
export function readsEndless(stdin: Stdin): boolean {
  let next = stdin;
  for (let hops = 0; hops < 10; hops++) {
    if (next.type === 'file') return isEndless(next.target);
    if (next.type !== 'pipe' || next.from === null) return false;
    const from: Invocation = next.from;
    const name = from.name.text ?? '';
    if (name === 'yes') return true;
    if (bounds.test(name)) return false;
    if (from.args.some(isEndless)) return true;
    next = from.stdin;
  }
  return false;
}
