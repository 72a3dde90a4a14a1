/** Pairs of people of whom an editor said that they are different, in this browser. */
export interface Different {
  has: (one: string, other: string) => boolean;
  add: (one: string, other: string) => void;
  remove: (one: string, other: string) => void;
}

const KEY = "spotlight.different";

/** The pairs are kept in this storage, which may be denied or full: then until the page is left. */
export function differentPeople(storage: () => Storage): Different {
  const pairs = new Set<string>(stored(storage));
  const keep = () => {
    try {
      storage().setItem(KEY, JSON.stringify([...pairs]));
    } catch {
      // Denied or full.
    }
  };
  return {
    has: (one, other) => pairs.has(pairKey(one, other)),
    add: (one, other) => {
      pairs.add(pairKey(one, other));
      keep();
    },
    remove: (one, other) => {
      pairs.delete(pairKey(one, other));
      keep();
    },
  };
}

/** The same for both orders. Ids have no spaces. */
export function pairKey(one: string, other: string): string {
  return [one, other].toSorted().join(" ");
}

function stored(storage: () => Storage): string[] {
  try {
    const value: unknown = JSON.parse(storage().getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
