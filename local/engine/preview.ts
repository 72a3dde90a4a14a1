import { withDigests } from "./asset-digests.ts";
import { changedProperties, type Change } from "./changes.ts";
import { refuseOtherStack, unregistered } from "./deletions.ts";
import { functionsByToken, keptInputs, providersByType } from "./deploy.ts";
import type { Registration } from "./monitor.ts";
import { findStored, planFor, type Plan } from "./plan.ts";
import { isWithin, parsePath } from "./property-path.ts";
import type { FunctionProvider, Properties, ResourceProvider } from "./provider.ts";
import { runProgram, type RunOptions } from "./run-program.ts";
import type { StateStore, StoredResource } from "./state.ts";

/** What a run would do to one resource. */
export interface Step {
  operation: Plan["operation"] | "delete";
  urn: string;
  type: string;
  name: string;
  /** Names of the components that hold it, outermost first, with the type of the outermost. */
  within: { name: string; type: string }[];
  /** Values in it that are secret are `[secret]`. */
  changes: Change[];
  /** Top-level properties that force a replacement. */
  forcedBy: string[];
}

export interface PreviewOptions extends Omit<RunOptions, "preview"> {
  resources: readonly ResourceProvider[];
  invokes: readonly FunctionProvider[];
  /** Of an earlier run; undefined: there was none. */
  state?: StateStore;
}

/** Stands for a secret in {@link Step.changes}. */
export const masked = "[secret]";

/**
 * Runs the program as `pulumi preview` does, with what is not known yet unknown, and compares what it registers with the state of an
 * earlier run. Nothing is made, changed or deleted.
 *
 * @throws {DeploymentFailed} when the program fails, as it would in a real run
 */
export async function preview(options: PreviewOptions): Promise<Step[]> {
  const { state } = options;
  if (state !== undefined) refuseOtherStack(state, options.stack);
  const providers = providersByType(options.resources);
  const invokes = functionsByToken(options.invokes);
  const components = new Map<string, Registration>();
  const registered = new Set<string>();
  const steps: Step[] = [];

  await runProgram({ ...options, preview: true }, {
    async register(registration) {
      registered.add(registration.urn);
      if (!registration.custom && !registration.remote) {
        components.set(registration.urn, registration);
        return { id: "", outputs: {} };
      }
      const { type, name } = registration;
      const provider = providers(type, name);
      const stored = state && findStored(registration, registered, state);
      // Renamed: known under its old URN.
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
        throw new Error(`A preview can't tell what ${token} answers to ${JSON.stringify(args)}, since no run has asked it: run this program once, then preview what you change.`, { cause });
      }
    },
  });

  const leftOut = state === undefined ? [] : unregistered(state, registered);
  const replaced = state === undefined ? [] : state.replaced().map(({ resource }) => resource);
  return [...steps, ...[...replaced, ...leftOut].map(deletionOf)];

  function stepOf({ urn, type, name, parent, secrets }: Registration, { operation, changes, forcedBy }: Plan, stored: StoredResource | undefined): Step {
    return { operation, urn, type, name, within: ancestors(parent), changes: withoutSecrets(changes, [...secrets, ...(stored?.options.secrets ?? [])]), forcedBy };
  }

  function deletionOf({ urn, type, name, options: { parent } }: StoredResource): Step {
    return { operation: "delete", urn, type, name, within: ancestors(parent), changes: [], forcedBy: [] };
  }

  function ancestors(parent: string): Step["within"] {
    const component = components.get(parent);
    // The stack itself is the outermost and says nothing.
    return component === undefined || component.parent === "" ? [] : [...ancestors(component.parent), { name: component.name, type: component.type }];
  }
}

/** Id and outputs as far as they are known before the run: those of what stays, without what its changes concern. */
function foreseen(registration: Registration, { operation, inputs, changes }: Plan, stored: StoredResource | undefined): { id: string; outputs: Properties } {
  if (stored === undefined || operation === "create" || operation === "replace") return { id: "", outputs: {} };
  const changed = new Set(changedProperties(changes));
  const outputs = Object.fromEntries(Object.entries(stored.state.outputs).filter(([key]) => !changed.has(key)));
  return { id: stored.state.id, outputs: { ...keptInputs(registration, inputs), ...outputs } };
}

function withoutSecrets(changes: readonly Change[], secrets: readonly string[]): Change[] {
  const paths = secrets.map(parsePath);
  return changes.map((change) => {
    if (!paths.some((secret) => isWithin(change.path, secret) || isWithin(secret, change.path))) return change;
    const [before, after] = (["before", "after"] as const).map((side) => (side in change ? { [side]: masked } : {}));
    return { path: change.path, ...before, ...after };
  });
}
