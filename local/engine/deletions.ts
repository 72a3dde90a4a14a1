import type { StateStore, StoredResource } from "./state.ts";
import { parseUrn } from "./urn.ts";

/**
 * The order in which to delete resources: dependents and children first, otherwise the newest first.
 *
 * @param resources in the order of their creation
 */
export function deletionOrder(resources: readonly StoredResource[]): StoredResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const order: StoredResource[] = [];
  const seen = new Set<StoredResource>();
  const visit = (resource: StoredResource): void => {
    if (seen.has(resource)) return;
    seen.add(resource);
    for (const urn of [resource.options.parent, ...resource.options.dependencies]) {
      const needed = byUrn.get(urn);
      if (needed !== undefined) visit(needed);
    }
    // Everything that it needs is in the list already; the list is reversed below.
    order.push(resource);
  };
  resources.forEach(visit);
  return order.reverse();
}

/**
 * Resources of an earlier run that the program no longer registers, in the order in which to delete them.
 *
 * @throws if one of them is protected
 */
export function unregistered(state: Pick<StateStore, "all">, registered: ReadonlySet<string>): StoredResource[] {
  const gone = state.all().filter(({ urn }) => !registered.has(urn));
  const guarded = gone.filter(({ options }) => options.protect);
  if (guarded.length > 0) {
    throw new Error(
      "The program no longer registers protected resources: " +
        `${guarded.map(({ type, name }) => `${type} "${name}"`).join(", ")}. Nothing was deleted. Register them ` +
        "again, or run once with protect set to false before you remove them.",
    );
  }
  return deletionOrder(gone);
}

/** Throws if the state belongs to another stack: all its resources would be deleted. */
export function refuseOtherStack(state: Pick<StateStore, "all">, stack: string, folder?: string): void {
  const other = state
    .all()
    .map(({ urn }) => parseUrn(urn).stack)
    .find((name) => name !== stack);
  if (other !== undefined)
    throw new Error(
      `${folder ?? "The data folder"} holds the stack "${other}", not "${stack}": choose another folder with --data.`,
    );
}
