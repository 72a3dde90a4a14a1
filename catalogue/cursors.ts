import { createHash } from "node:crypto";
import { CatalogueError } from "./errors.ts";

/**
 * The sort keys of all lists: ASCII, whose order is the same in DynamoDB, and shorter than DynamoDB's limit of 1024
 * bytes. The fingerprint in a cursor is no secret, so anything can come with it.
 */
const sortKey = /^[\x21-\x7e]{1,512}$/;

/** The cursor that leads on from the sort key `at`, in the list with this filter only. */
export function encodeCursor(at: string, filter: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(filter), at])).toString("base64url");
}

/** The sort key in a cursor. Throws `invalid-cursor` for one that was not given out for this filter. */
export function decodeCursor(cursor: string, filter: unknown): string {
  const invalid = new CatalogueError(
    "invalid-cursor",
    "The cursor does not belong to this list; start again without a cursor",
  );
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalid;
  }
  const [print, at] = Array.isArray(value) ? (value as unknown[]) : [];
  if (print !== fingerprint(filter) || typeof at !== "string" || !sortKey.test(at)) throw invalid;
  return at;
}

function fingerprint(filter: unknown): string {
  return createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);
}
