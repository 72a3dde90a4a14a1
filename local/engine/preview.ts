import { withDigests } from "./asset-digests.ts";
import { changedProperties, changesBetween, type Change } from "./changes.ts";
import { refuseOtherStack, unregistered } from "./deletions.ts";
import { functionsByToken, keptInputs, providersByType } from "./deploy.ts";
import type { Registration } from "./monitor.ts";
import { findStored, planFor, type Plan } from "./plan.ts";
import { masked, sealed } from "./sealed-secrets.ts";
import type { FunctionProvider, Properties, ResourceProvider } from "./provider.ts";
import { runProgram, type RunOptions } from "./run-program.ts";
import type { StateStore, StoredResource } from "./state.ts";
import { parseUrn, stackType, typeOf } from "./urn.ts";

/** What a run would do to one resource. */
export interface Step {
  operation: Plan["operation"] | "delete";
  urn: string;
  type: string;
  name: string;
  /** The components that contain it, outermost first. */
  within: { name: string; type: string }[];
  /** Secrets are shown as `[secret]`. */
  changes: Change[];
  /** Top-level properties that force a replacement. */
  forcedBy: string[];
}

export interface PreviewOptions extends Omit<RunOptions, "preview"> {
  resources: readonly ResourceProvider[];
  invokes: readonly FunctionProvider[];
  /** The state of an earlier run; undefined if there was none. */
  state?: StateStore;
}

/**
 * Runs the program like `pulumi preview`, with unknown values for outputs that don't exist yet, and compares the
 * registrations with the state of an earlier run. Nothing is created, changed or deleted.
 *
 * @throws {DeploymentFailed} if the program fails, as it would in a real run
 */
export async function preview(options: PreviewOptions): Promise<Step[]> {
  const { state } = options;
  if (state !== undefined) refuseOtherStack(state, options.stack);
  const providers = providersByType(options.resources);
  const invokes = functionsByToken(options.invokes);
  const components = new Map<string, Registration>();
  const registered = new Set<string>();
  const steps: Step[] = [];

  await runProgram(
    { ...options, preview: true },
    {
      async register(registration) {
        registered.add(registration.urn);
        if (!registration.custom && !registration.remote) {
          components.set(registration.urn, registration);
          return { id: "", outputs: {} };
        }
        const { type, name } = registration;
        const provider = providers(type, name);
        const stored = state && findStored(registration, registered, state);
        // A renamed resource still has its old URN in the state.
        if (stored !== undefined) registered.add(stored.urn);
        const plan = planFor(registration, await withDigests(registration.inputs), provider, stored);
        steps.push(stepOf(registration, plan, stored));
        return foreseen(registration, plan, stored);
      },
      async invoke(token, args) {
        const known = state?.answer(token, args);
        if (known !== undefined) return known;
        try {
          return await invokes(token).invoke(args);
        } catch (cause) {
          throw new Error(
            `A preview can't know what ${token} returns for ${JSON.stringify(args)}: no run has called it. Run ` +
              "this program once, then preview your changes.",
            { cause },
          );
        }
      },
    },
  );

  const leftOut = state === undefined ? [] : unregistered(state, registered);
  const replaced = state === undefined ? [] : state.replaced().map(({ resource }) => resource);
  return [...steps, ...[...replaced, ...leftOut].map(deletionOf)];

  function stepOf(
    { urn, type, name, parent, secrets }: Registration,
    { operation, inputs, forcedBy }: Plan,
    stored: StoredResource | undefined,
  ): Step {
    return {
      operation,
      urn,
      type,
      name,
      within: ancestors(parent),
      changes: stored === undefined ? [] : shownChanges(stored, inputs, secrets),
      forcedBy,
    };
  }

  function deletionOf({ urn, type, name, options: { parent } }: StoredResource): Step {
    return { operation: "delete", urn, type, name, within: ancestors(parent), changes: [], forcedBy: [] };
  }

  function ancestors(parent: string): Step["within"] {
    const component = components.get(parent);
    // For a component that was removed with its resources, only the URN is known.
    if (component === undefined)
      return parent === "" || typeOf(parent) === stackType
        ? []
        : [{ name: parseUrn(parent).name, type: typeOf(parent) }];
    // Leave out the stack itself, which contains everything.
    return component.parent === ""
      ? []
      : [...ancestors(component.parent), { name: component.name, type: component.type }];
  }
}

/** The id and outputs known before the run: those of an existing resource, without its changed properties. */
function foreseen(
  registration: Registration,
  { operation, inputs, changes }: Plan,
  stored: StoredResource | undefined,
): { id: string; outputs: Properties } {
  if (stored === undefined || operation === "create" || operation === "replace") return { id: "", outputs: {} };
  const changed = new Set(changedProperties(changes));
  const outputs = Object.fromEntries(Object.entries(stored.state.outputs).filter(([key]) => !changed.has(key)));
  return { id: stored.state.id, outputs: { ...keptInputs(registration, inputs), ...outputs } };
}

/** The changes to show: secrets are compared by their digests and masked. */
function shownChanges(stored: StoredResource, inputs: Properties, secrets: readonly string[]): Change[] {
  const paths = [...new Set([...secrets, ...stored.options.secrets])];
  return changesBetween(sealed(stored.inputs, paths), sealed(inputs, paths), "members").map(masked);
}
