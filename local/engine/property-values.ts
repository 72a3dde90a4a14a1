import type { Properties } from "./provider.ts";
import { pathText, type PropertyPath } from "./property-path.ts";

/**
 * Pulumi's wire form of property values: special objects carry a signature key.
 * https://github.com/pulumi/pulumi/blob/master/developer-docs/architecture/deployment-execution/resource-registration.md
 */
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

/** In inputs during a preview: a value that is not known before other resources exist. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Turns wire values into plain JSON: secrets in plain text, files as `$asset` or `$archive`. */
function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  const wire = value as Properties;
  switch (wire[signatureKey]) {
    case signatures.secret:
      return toPlain(wire["value"]);
    case signatures.asset:
      return { $asset: typeof wire["path"] === "string" ? { path: wire["path"] } : { text: wire["text"] } };
    case signatures.archive:
      return { $archive: typeof wire["path"] === "string" ? { path: wire["path"] } : toPlain(wire["assets"]) };
    default:
      return Object.fromEntries(Object.entries(wire).map(([key, item]) => [key, toPlain(item)]));
  }
}

/** {@link toPlain} for the property bag of a resource or invoke; empty for undefined. */
export function toProperties(wire: unknown): Properties {
  const plain = toPlain(wire ?? {});
  if (typeof plain !== "object" || plain === null) throw new TypeError("A property bag must be an object.");
  return plain as Properties;
}

/** The property paths of the secrets in a property bag in wire form (`environment.variables.TOKEN`). */
export function secretPaths(wire: unknown, at: PropertyPath = []): string[] {
  if (Array.isArray(wire)) return wire.flatMap((item, index) => secretPaths(item, [...at, index]));
  if (typeof wire !== "object" || wire === null) return [];
  const bag = wire as Properties;
  if (bag[signatureKey] === signatures.secret) return [pathText(at)];
  return Object.entries(bag).flatMap(([key, item]) => secretPaths(item, [...at, key]));
}

/**
 * A property bag in a form that a protobuf Struct accepts: without undefined members, the named top-level properties
 * marked as secrets.
 */
export function toWire(properties: Properties, secrets: readonly string[] = []): Record<string, never> {
  const marked = Object.entries(properties).map(([key, value]) => [
    key,
    secrets.includes(key) && value !== undefined ? { [signatureKey]: signatures.secret, value } : value,
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(marked))) as Record<string, never>;
}

/** Whether a value is or contains {@link unknownValue}. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}
