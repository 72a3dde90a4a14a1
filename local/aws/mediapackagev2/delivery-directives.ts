import { AwsError } from "../errors.ts";

/** What a player waits for: a segment, or with `part` a part of it, counted from 0. */
export interface BlockingReload {
  sequence: number;
  part?: number;
}

/**
 * Reads the delivery directives of a blocking playlist reload (RFC 8216bis, 6.2.5.2); undefined without any. Throws
 * AwsError with status 400 for values that are not decimal integers, and for a part without its segment.
 */
export function blockingReload(query: URLSearchParams): BlockingReload | undefined {
  const sequence = integer(query, "_HLS_msn");
  const part = integer(query, "_HLS_part");
  if (sequence === undefined) {
    if (part !== undefined) throw invalid("_HLS_part needs _HLS_msn: the segment that the part is of.");
    return undefined;
  }
  return part === undefined ? { sequence } : { sequence, part };
}

function integer(query: URLSearchParams, directive: string): number | undefined {
  const text = query.get(directive);
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw invalid(`${directive} must be a whole number from 0 up; got "${text}".`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message, 400);
}
