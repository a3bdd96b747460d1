import { join } from 'node:path';
import { readText } from '../effects/files.ts';
import type { Home } from '../journal/home.ts';
import { type PriceTable, parsePrices } from '../models/prices.ts';

/**
 * The person's own prices, from `prices.json` in the state folder; they come before the published ones. None where there is
 * no such file. Rejects with `prices.invalid`.
 */
export async function readPrices(home: Pick<Home, 'root'>): Promise<PriceTable> {
  const file = join(home.root, 'prices.json');
  const text = await readText(file);
  return text === null ? {} : parsePrices(text, file);
}
