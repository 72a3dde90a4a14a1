/**
 * CloudFront's path patterns: `*` matches any run of characters (including slashes), `?` exactly one. Patterns are
 * case-sensitive, ignore the query string, and may omit the leading slash.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const parts = pattern.replace(/^\/?/, "/").split("*");
  // Matching parts from left to right takes linear time for any pattern; a regular expression with many stars does not.
  return (path) => {
    const [first = "", ...rest] = parts;
    if (rest.length === 0) return path.length === first.length && matchesAt(path, first, 0);
    if (!matchesAt(path, first, 0)) return false;
    const last = rest.pop()!;
    let from = first.length;
    for (const part of rest) {
      from = find(path, part, from);
      if (from < 0) return false;
    }
    return path.length - last.length >= from && matchesAt(path, last, path.length - last.length);
  };
}

/** The index just after the first match of `part` at or after `from`, or -1. */
function find(path: string, part: string, from: number): number {
  for (let at = from; at + part.length <= path.length; at++) if (matchesAt(path, part, at)) return at + part.length;
  return -1;
}

function matchesAt(path: string, part: string, at: number): boolean {
  if (at + part.length > path.length) return false;
  for (let i = 0; i < part.length; i++) if (part[i] !== "?" && part[i] !== path[at + i]) return false;
  return true;
}

/**
 * The path by which CloudFront selects a behaviour: normalised per RFC 3986 section 6 (unreserved characters decoded,
 * dot segments removed). The origin gets the path as the viewer sent it.
 */
export function normalisePath(rawPath: string): string {
  const decoded = rawPath.replace(/%[0-9a-fA-F]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
  const kept: string[] = [];
  const segments = decoded.split("/").slice(1);
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === "..") kept.pop();
    if (segment !== ".." && segment !== ".") kept.push(segment);
    else if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}
