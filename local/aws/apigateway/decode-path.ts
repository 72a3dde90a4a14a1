/**
 * HTTP APIs pass the path on decoded, and cut it at a decoded question mark (observed on live APIs,
 * https://github.com/middleapi/standard-server/pull/93). Undefined if it cannot be decoded.
 */
export function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split("?")[0];
  } catch {
    return undefined;
  }
}
