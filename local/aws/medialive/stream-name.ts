/** A stream's name as an encoder gives it: an application and a stream key. */
export interface StreamName {
  /** The segments before the key; usually one. */
  app: readonly string[];
  /** Empty if it is missing. */
  key: string;
}

/**
 * Reads what an encoder sent as application and stream name, as people fill the two fields in: the whole address in one
 * of them, with slashes too many, with the spaces and line ends of a careless copy, with a query. The last segment is
 * the key.
 */
export function readStreamName(app: string, name: string): StreamName {
  const segments = [app, name].flatMap((field) => decoded(field.split("?")[0]!).split("/"));
  const [key = "", ...before] = segments
    .map((segment) => segment.trim())
    .filter((segment) => segment !== "")
    .reverse();
  return { app: before.reverse(), key };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
