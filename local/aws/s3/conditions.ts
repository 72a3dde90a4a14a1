import type { IncomingHttpHeaders } from "node:http";
import { noSuchKey, notImplemented, preconditionFailed } from "./errors.ts";

/**
 * What conditions check: the object's entity tag (without quotes) and the time of its last change, ms since the epoch.
 */
export interface Validators {
  etag: string;
  modified: number;
}

/**
 * Evaluates the conditions of a GET or HEAD in the order of RFC 9110 section 13.2.2, as S3 does: `not-modified` means
 * a 304; throws PreconditionFailed (412).
 */
export function readCondition(headers: Conditions, object: Validators): "send" | "not-modified" {
  const { ifMatch, ifNoneMatch } = headers;
  if (ifMatch !== undefined) {
    if (!matchesTag(ifMatch, object.etag)) throw preconditionFailed("If-Match");
  } else if (headers.ifUnmodifiedSince !== undefined && changedSince(object, headers.ifUnmodifiedSince) === true) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined) return matchesTag(ifNoneMatch, object.etag) ? "not-modified" : "send";
  return headers.ifModifiedSince !== undefined && changedSince(object, headers.ifModifiedSince) === false
    ? "not-modified"
    : "send";
}

/** The If-… headers of a request, or the `x-amz-copy-source-if-…` headers for the source of a copy. */
export interface Conditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  ifModifiedSince?: string;
  ifUnmodifiedSince?: string;
}

export function conditionsOf(headers: IncomingHttpHeaders, prefix: "" | "x-amz-copy-source-" = ""): Conditions {
  const value = (name: string): string | undefined => {
    const found = headers[prefix + name];
    return typeof found === "string" ? found : undefined;
  };
  return {
    ifMatch: value("if-match"),
    ifNoneMatch: value("if-none-match"),
    ifModifiedSince: value("if-modified-since"),
    ifUnmodifiedSince: value("if-unmodified-since"),
  };
}

/**
 * Checks a write's conditions against the object it would replace: `If-None-Match: *` only creates, `If-Match` only
 * replaces that version. Throws PreconditionFailed, or NoSuchKey if there is nothing to match.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(conditions: Conditions, key: string, current: Validators | undefined): void {
  const { ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*")
    throw notImplemented("If-None-Match with an entity tag on a write");
  if (ifNoneMatch === "*" && current !== undefined) throw preconditionFailed("If-None-Match");
  if (conditions.ifMatch === undefined) return;
  if (current === undefined) throw noSuchKey(key);
  if (!matchesTag(conditions.ifMatch, current.etag)) throw preconditionFailed("If-Match");
}

/** False if `If-Range` names another version of the object; the range is then ignored. */
export function rangeApplies(ifRange: string | undefined, object: Validators): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return matchesTag(ifRange, object.etag);
  return changedSince(object, ifRange) === false;
}

function matchesTag(header: string, etag: string): boolean {
  return header.split(",").some((one) => {
    const tag = one
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return tag === "*" || tag === etag;
  });
}

/** Undefined for an invalid date; the condition is then ignored. HTTP dates have whole seconds. */
function changedSince(object: Validators, date: string): boolean | undefined {
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : Math.floor(object.modified / 1000) * 1000 > time;
}
