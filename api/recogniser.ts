import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Recognises a secret by its SHA-256 in hex. Throws when that is not a SHA-256; `name` says in the error what holds it.
 */
export function recogniser(sha256: string, name: string): (text: string) => boolean {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new Error(`${name} must be a SHA-256: 64 hex digits`);
  const expected = Buffer.from(sha256, "hex");
  // Digests all have the same length, so the comparison takes constant time.
  return (text) => timingSafeEqual(createHash("sha256").update(text).digest(), expected);
}
