import { createHash } from "node:crypto";
import type { Change } from "./changes.ts";
import { changeAt, parsePath } from "./property-path.ts";
import { hasUnknown } from "./property-values.ts";
import type { Properties } from "./provider.ts";

/** Shown in place of a secret. */
export const secretText = "[secret]";

const prefix = "sealed secret ";

/** Replaces each secret with a digest, so that secrets can be compared without being revealed. */
export function sealed(properties: Properties, paths: readonly string[]): Properties {
  return paths.map(parsePath).reduce((bag, path) => changeAt(path, bag, seal), properties);
}

/** A change of sealed properties, with {@link secretText} for each secret. */
export function masked({ path, ...sides }: Change): Change {
  return {
    path,
    ...("before" in sides ? { before: shown(sides.before) } : {}),
    ...("after" in sides ? { after: shown(sides.after) } : {}),
  };
}

/** Keeps unknown values, which contain no secret yet. */
function seal(value: unknown): unknown {
  return hasUnknown(value) ? value : prefix + createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function shown(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith(prefix) ? secretText : value;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
}
