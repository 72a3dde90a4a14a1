import { listPrices, type PriceKey, type PriceList } from "../../cost/prices.ts";

/** A price list of the given US dollars, and `others` for all the rest. */
export function priceList(given: Partial<Record<PriceKey, number>>, others: number): PriceList {
  const all = Object.entries(listPrices.prices).map(([key, price]) => [
    key,
    { ...price, usd: given[key as PriceKey] ?? others },
  ]);
  return { ...listPrices, prices: Object.fromEntries(all) as PriceList["prices"] };
}
