import { changesBetween, changedProperties, type Change } from "./changes.ts";
import type { Registration } from "./monitor.ts";
import { isWithin, keepAt, parsePath } from "./property-path.ts";
import type { Properties, ResourceProvider } from "./provider.ts";
import type { StateStore, StoredOptions, StoredResource } from "./state.ts";

/** What becomes of one registered resource. */
export interface Plan {
  operation: "create" | "update" | "replace" | "same";
  /** Whether the old resource must go before the new one is made: it asks for it, or both would have the same name. */
  deleteFirst: boolean;
  /** Inputs as they shall be: with digests of assets, and with those that are ignored as they were. */
  inputs: Properties;
  /** What differs from the earlier run; empty for a creation. */
  changes: Change[];
  /** Top-level properties that force a replacement. */
  forcedBy: string[];
}

/**
 * The resource of an earlier run that a registration means, by its URN or else an alias.
 *
 * @param registered URNs of this run: what another resource has now is not this one's past
 */
export function findStored(
  registration: Registration,
  registered: ReadonlySet<string>,
  state: Pick<StateStore, "get">,
): StoredResource | undefined {
  for (const urn of [registration.urn, ...registration.aliases.filter((alias) => !registered.has(alias))]) {
    const stored = state.get(urn);
    if (stored !== undefined) return stored;
  }
  return undefined;
}

/**
 * Decides what becomes of a resource.
 *
 * @param inputs the registration's, with digests of assets
 * @throws where the provider doesn't know an input, or a protected resource would be replaced
 */
export function planFor(
  registration: Registration,
  given: Properties,
  provider: ResourceProvider,
  stored: StoredResource | undefined,
): Plan {
  const inputs = stored === undefined ? given : keepAt(registration.ignoreChanges, stored.inputs, given);
  refuseUnknownInputs(provider, registration.name, inputs);
  if (stored === undefined) return { operation: "create", deleteFirst: false, inputs, changes: [], forcedBy: [] };
  const changes = changesBetween(stored.inputs, inputs);
  const paths = [...(provider.replaceOnChanges ?? []), ...registration.replaceOnChanges].map(parsePath);
  const forcedBy = changedProperties(
    changes.filter(({ path }) => paths.some((outer) => isWithin(path, outer) || isWithin(outer, path))),
  );
  if (forcedBy.length === 0)
    return { operation: changes.length > 0 ? "update" : "same", deleteFirst: false, inputs, changes, forcedBy };
  if (registration.protect) {
    throw new Error(
      `${registration.type} "${registration.name}" is protected, but a change of ${forcedBy.join(", ")} ` +
        "would delete it and make another. Take the change back, or set protect to false.",
    );
  }
  return {
    operation: "replace",
    deleteFirst: registration.deleteBeforeReplace || keepsItsName(stored, inputs),
    inputs,
    changes,
    forcedBy,
  };
}

/** What is remembered beside a resource's inputs and outputs. */
export function optionsOf({ parent, dependencies, secrets, protect, retainOnDelete }: Registration): StoredOptions {
  return { parent, dependencies, secrets, protect, retainOnDelete };
}

/** Whether the program gives the resource its name, the same as before: two of that name can't exist, as on AWS. */
function keepsItsName({ inputs: before, state }: StoredResource, inputs: Properties): boolean {
  return Object.entries(inputs).some(
    ([key, value]) =>
      typeof value === "string" &&
      value === before[key] &&
      (value === state.id || (key === "name" && value === state.outputs["name"])),
  );
}

function refuseUnknownInputs(provider: ResourceProvider, name: string, inputs: Properties): void {
  const known = [...provider.honoured, ...(provider.ignored ?? [])];
  const unknown = Object.entries(inputs).filter(
    ([key, value]) => value !== undefined && value !== null && !known.includes(key) && !key.startsWith("__"),
  );
  if (unknown.length > 0) {
    throw new Error(
      `${provider.type} "${name}": the local engine doesn't know ` +
        `${unknown.map(([key]) => `"${key}"`).join(", ")}. It ignores nothing silently: remove it, or add it ` +
        "to the provider under local/.",
    );
  }
}
