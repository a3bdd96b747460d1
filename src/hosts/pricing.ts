import { type PriceTable, priceOf } from '../models/prices.ts';
import type { Limits } from '../protocol/budget.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/** Rejects a limit in dollars that could not be kept: throws `model.priceUnknown` for the first model without a price. */
export function mustKnowPrices(limits: Limits, models: readonly string[], prices: PriceTable): void {
  if (limits.usd === undefined && limits.usdPerDay === undefined) return;
  const model = models.find(each => priceOf(each, prices) === null);
  if (model !== undefined) throw new GatehouseError(failures.priceUnknown({ model }));
}
