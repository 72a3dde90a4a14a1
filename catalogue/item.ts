/** An item as the document client gives it: plain values whose shapes are checked when they are read. */
export type Item = Record<string, unknown>;

/** Whether `value` is a plain map. */
function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A map; throws when the item is not as the catalogue writes it. */
export function itemOf(value: unknown): Item {
  if (!isItem(value)) throw new TypeError(`The catalogue's table holds ${typeof value} where a map belongs`);
  return value;
}

/** Attribute `name` as text; throws when it is missing or of another type. */
export function text(item: Item, name: string): string {
  const value = item[name];
  if (typeof value !== "string") throw new TypeError(`The catalogue's item ${describe(item)} has no text "${name}"`);
  return value;
}

/** Attribute `name` as text, if there is one. */
export function optionalText(item: Item, name: string): string | undefined {
  return item[name] === undefined ? undefined : text(item, name);
}

/** Attribute `name` as a number; throws when it is missing or of another type. */
export function number(item: Item, name: string): number {
  const value = item[name];
  if (typeof value !== "number") throw new TypeError(`The catalogue's item ${describe(item)} has no number "${name}"`);
  return value;
}

/** Attribute `name` as a number, if there is one. */
export function optionalNumber(item: Item, name: string): number | undefined {
  return item[name] === undefined ? undefined : number(item, name);
}

/** Those of the named attributes that there are, as numbers. */
export function presentNumbers<Name extends string>(item: Item, ...names: Name[]): Partial<Record<Name, number>> {
  const present = names.filter((name) => item[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, number(item, name)])) as Partial<Record<Name, number>>;
}

/** Attribute `name` as a list; empty when missing. */
export function list(item: Item, name: string): unknown[] {
  const value = item[name];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new TypeError(`The catalogue's item ${describe(item)} has no list "${name}"`);
  return value;
}

/** The entries of attribute `name`, a map of maps; empty when missing. */
export function entries(item: Item, name: string): [string, Item][] {
  const value = item[name];
  return value === undefined ? [] : Object.entries(itemOf(value)).map(([key, entry]) => [key, itemOf(entry)]);
}

/** One of `allowed`; throws when attribute `name` is something else. */
export function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const value = text(item, name);
  const found = allowed.find((entry) => entry === value);
  if (found === undefined)
    throw new TypeError(`The catalogue's item ${describe(item)} has an unknown ${name} "${value}"`);
  return found;
}

/** `item` without its undefined attributes, which DynamoDB cannot hold. */
export function defined(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

function describe(item: Item): string {
  return `${String(item["pk"])}/${String(item["sk"])}`;
}
