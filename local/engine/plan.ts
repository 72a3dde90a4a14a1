import { changesBetween, changedProperties, type Change } from "./changes.ts";
import type { Registration } from "./monitor.ts";
import { isWithin, keepAt, parsePath } from "./property-path.ts";
import type { Properties, ResourceProvider } from "./provider.ts";
import type { StateStore, StoredOptions, StoredResource } from "./state.ts";

/** What to do with a registered resource. */
export interface Plan {
  operation: "create" | "update" | "replace" | "same";
  /** Whether to delete the old resource before creating the new one: by option, or because both have the same name. */
  deleteFirst: boolean;
  /** The inputs to apply: with digests of assets, and with the previous values where changes are ignored. */
  inputs: Properties;
  /** Differences from the earlier run; empty for a new resource. */
  changes: Change[];
  /** Top-level properties that force a replacement. */
  forcedBy: string[];
}

/**
 * Finds the stored resource of a registration by its URN, or else by an alias.
 *
 * @param registered URNs of this run: an alias that another resource has now is not a match
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
 * Decides what to do with a resource.
 *
 * @param given the registration's inputs, with digests of assets
 * @throws if the provider doesn't support an input, or a protected resource would be replaced
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
      `${registration.type} "${registration.name}" is protected, but changing ${forcedBy.join(", ")} would ` +
        "replace it. Undo the change, or set protect to false.",
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

/** The options to store with a resource. */
export function optionsOf({ parent, dependencies, secrets, protect, retainOnDelete }: Registration): StoredOptions {
  return { parent, dependencies, secrets, protect, retainOnDelete };
}

/** Whether the program sets the resource's name, and it is unchanged: names are unique, as on AWS. */
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
      `${provider.type} "${name}": inputs not supported by the local engine: ` +
        `${unknown.map(([key]) => `"${key}"`).join(", ")}. Remove them, or add them to the provider under local/.`,
    );
  }
}
