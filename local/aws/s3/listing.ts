import { afterKey, afterPrefix } from "./key-order.ts";
import type { ObjectIndex, StoredObject } from "./object-index.ts";

export interface Listing {
  objects: StoredObject[];
  /** Prefixes up to and including the delimiter, each for one or more keys. */
  commonPrefixes: string[];
  /** The bound from which the next page continues; undefined at the end. */
  next?: Buffer;
}

/**
 * One page of a bucket's keys in the order of their bytes: keys with `delimiter` after the prefix are rolled up. Keys
 * after a rolled-up prefix are found by seeking, not by reading the keys under it.
 */
export function listPage(
  index: Pick<ObjectIndex, "objects">,
  options: { bucket: string; prefix: string; delimiter: string; from?: Buffer; limit: number },
): Listing {
  const { bucket, prefix, delimiter, limit } = options;
  const page: Listing = { objects: [], commonPrefixes: [] };
  let from = options.from;
  let rolledUp: boolean;
  do {
    rolledUp = false;
    for (const object of index.objects(bucket, prefix, from)) {
      if (page.objects.length + page.commonPrefixes.length === limit)
        return limit === 0 ? page : { ...page, next: from };
      const at = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        page.objects.push(object);
        from = afterKey(object.key);
      } else {
        const common = object.key.slice(0, at + delimiter.length);
        page.commonPrefixes.push(common);
        from = afterPrefix(common);
        rolledUp = true;
        break;
      }
    }
  } while (rolledUp);
  return page;
}
