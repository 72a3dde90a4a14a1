/** A part of a pattern: one character, any run of characters, or a run that stays inside one segment of an ARN. */
type Token = { kind: "character"; character: string } | { kind: "anything" } | { kind: "segment" };

/** Placeholders of ARN formats whose values may hold slashes or colons. */
const spanning = new Set([
  "ApiSpecificResourcePath",
  "ObjectName",
  "LogGroupName",
  "LogStreamName",
  "RoleNameWithPath",
  "ResourceId",
  "StreamLabel",
]);

/**
 * Whether a policy's resource (with `*` and `?`) can name a resource of the type whose ARN format this is
 * (`arn:${Partition}:s3:::${BucketName}/${ObjectName}`, as the Service Authorization Reference writes it).
 */
export function canName(resource: string, format: string): boolean {
  return overlap(resourceTokens(resource), formatTokens(format));
}

function resourceTokens(resource: string): Token[] {
  return Array.from(resource).map((character) =>
    character === "*" ? { kind: "anything" } : { kind: "character", character },
  );
}

function formatTokens(format: string): Token[] {
  return format.split(/(\$\{\w+\})/).flatMap((part): Token[] => {
    const placeholder = /^\$\{(\w+)\}$/.exec(part)?.[1];
    if (placeholder === undefined) return Array.from(part).map((character) => ({ kind: "character", character }));
    return [{ kind: spanning.has(placeholder) ? "anything" : "segment" }];
  });
}

/** Whether some text matches both. */
function overlap(a: readonly Token[], b: readonly Token[]): boolean {
  const known = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, false);
    const result = step(i, j);
    known.set(key, result);
    return result;
  };
  const step = (i: number, j: number): boolean => {
    const [left, right] = [a[i], b[j]];
    if (left === undefined && right === undefined) return true;
    if (
      left !== undefined &&
      left.kind !== "character" &&
      (from(i + 1, j) || (right !== undefined && takes(left, right) && from(i, j + 1)))
    )
      return true;
    if (
      right !== undefined &&
      right.kind !== "character" &&
      (from(i, j + 1) || (left !== undefined && takes(right, left) && from(i + 1, j)))
    )
      return true;
    return (
      left?.kind === "character" &&
      right?.kind === "character" &&
      left.character === right.character &&
      from(i + 1, j + 1)
    );
  };
  return from(0, 0);
}

function takes(run: Token, other: Token): boolean {
  return run.kind === "anything" || other.kind !== "character" || !"/:".includes(other.character);
}
