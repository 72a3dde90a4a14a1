import { AwsError } from "../errors.ts";
import { maybeText, numberIn, type Input } from "./input.ts";

/**
 * A page of `all`, from the request's `NextToken` and `MaxResults`. `list` names what is listed: a token of another
 * list is rejected.
 */
export function page<Entry>(
  all: readonly Entry[],
  list: string,
  input: Input,
  bounds: { max: number; byDefault: number },
): { entries: Entry[]; NextToken?: string } {
  const size = numberIn(input, "MaxResults", { min: 1, ...bounds });
  const start = offset(maybeText(input, "NextToken"), list);
  const end = start + size;
  const entries = all.slice(start, end);
  return end < all.length
    ? { entries, NextToken: Buffer.from(JSON.stringify([list, end])).toString("base64url") }
    : { entries };
}

function offset(token: string | undefined, list: string): number {
  if (token === undefined || token === "") return 0;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(parsed) && parsed[0] === list && typeof parsed[1] === "number") return parsed[1];
  } catch {
    // Not JSON, so not one of our tokens: rejected below.
  }
  throw new AwsError("InvalidPaginationTokenException", "Invalid pagination token.");
}
