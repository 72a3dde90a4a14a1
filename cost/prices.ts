import file from "./prices.json" with { type: "json" };

/** What has a price. */
export type PriceKey = keyof typeof file.prices;

/** A list price, before any discount, free tier or tax. */
export interface Price {
  /** US dollars for one `unit`. */
  readonly usd: number;
  readonly unit: string;
  /** What AWS sells at it, in words. */
  readonly what: string;
  /** AWS's page. */
  readonly source: string;
  /** How well the figure is known: a key of the price list's `certainties`. */
  readonly certainty: string;
}

export interface PriceList {
  /** Month in which the prices were put together, `2026-11`. */
  readonly date: string;
  readonly region: string;
  readonly certainties: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<PriceKey, Price>>;
}

/** The prices in `prices.json`, the only place that holds prices. */
export const listPrices: PriceList = file;
