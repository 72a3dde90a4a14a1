/**
 * Bounds in the order of keys, which is that of their UTF-8 bytes. A listing continues from such a bound (inclusive),
 * so a continuation can point after one key or after everything that a delimiter rolled up.
 */

/** The bound just after `key`: no key lies between the two. */
export function afterKey(key: string): Buffer {
  return Buffer.concat([Buffer.from(key), Buffer.of(0)]);
}

/** The bound after every key that begins with `prefix`; undefined for the empty prefix, which has no end. */
export function afterPrefix(prefix: string): Buffer | undefined {
  const bytes = Buffer.from(prefix);
  if (bytes.length === 0) return undefined;
  // UTF-8 has no byte 0xff, so the last byte can always grow.
  bytes[bytes.length - 1]! += 1;
  return bytes;
}
