import { withDigests } from "./asset-digests.ts";
import { refuseOtherStack, unregistered } from "./deletions.ts";
import type { Registration } from "./monitor.ts";
import { findStored, optionsOf, planFor } from "./plan.ts";
import type { FunctionProvider, Properties, ResourceProvider } from "./provider.ts";
import { runProgram, type RunOptions } from "./run-program.ts";
import type { StateStore, StoredResource } from "./state.ts";

/** What a run did, by resource (URNs). */
export interface Deployment {
  outputs: Properties;
  created: string[];
  updated: string[];
  replaced: string[];
  unchanged: string[];
  deleted: string[];
}

export interface DeployOptions extends Omit<RunOptions, "preview"> {
  resources: readonly ResourceProvider[];
  invokes: readonly FunctionProvider[];
  state: StateStore;
  /** Called for each provisioned resource. */
  onProgress?: (done: number, registration: Registration) => void;
}

/**
 * Runs the Pulumi program under Pulumi's own Node runner and provisions the resources that it registers with the local
 * providers. Applies every resource, changed or not, since a service keeps only its data between two runs. Only after
 * the whole program has succeeded, deletes replaced resources and those no longer registered, dependents first.
 *
 * @throws {DeploymentFailed} if the program or a resource failed. Resources created so far stay, and the next run
 *   continues from them.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { state } = options;
  refuseOtherStack(state, options.stack);
  const providers = providersByType(options.resources);
  const invokes = functionsByToken(options.invokes);
  const deployment: Deployment = { outputs: {}, created: [], updated: [], replaced: [], unchanged: [], deleted: [] };
  const registered = new Set<string>();
  let done = 0;

  deployment.outputs = await runProgram(options, {
    async register(registration) {
      registered.add(registration.urn);
      if (!registration.custom && !registration.remote) return { id: "", outputs: {} };
      const result = await provision(registration);
      options.onProgress?.(++done, registration);
      return result;
    },
    async invoke(token, args) {
      const answer = await invokes(token).invoke(args);
      state.putAnswer(token, args, answer);
      return answer;
    },
  });

  const leftOut = unregistered(state, registered);
  for (const { number, resource } of state.replaced().reverse()) {
    await remove(resource);
    state.forgetReplaced(number);
  }
  for (const resource of leftOut) {
    if (!resource.options.retainOnDelete) await remove(resource);
    state.delete(resource.urn);
  }
  return deployment;

  async function provision(registration: Registration): Promise<{ id: string; outputs: Properties }> {
    const { urn, type, name } = registration;
    const provider = providers(type, name);
    const stored = findStored(registration, registered, state);
    const plan = planFor(registration, await withDigests(registration.inputs), provider, stored);
    const { inputs, operation, deleteFirst } = plan;
    // Names are unique: if the new resource has the old one's name, the old one is deleted first. Otherwise it stays
    // until the whole program has succeeded.
    if (stored !== undefined && deleteFirst) {
      await remove(stored);
      state.delete(stored.urn);
    }
    const prior = operation === "replace" ? undefined : stored?.state;
    const result = await applied(provider, { urn, name, inputs, ...(prior === undefined ? {} : { prior }) });
    const resource: StoredResource = { urn, type, name, inputs, state: result, options: optionsOf(registration) };
    if (stored === undefined || deleteFirst) state.put(resource);
    else if (operation === "replace" && result.id !== stored.state.id) state.replace(resource, stored);
    else state.put(resource, stored.urn);
    record(operation, urn);
    return {
      id: result.id,
      outputs: {
        ...keptInputs(registration, inputs),
        ...result.outputs,
        ...(result.outputs["id"] === undefined ? {} : { id: result.id }),
      },
    };
  }

  async function applied(
    provider: ResourceProvider,
    request: Parameters<ResourceProvider["apply"]>[0],
  ): ReturnType<ResourceProvider["apply"]> {
    try {
      return await provider.apply(request);
    } catch (cause) {
      throw new Error(`${provider.type} "${request.name}": ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }

  async function remove(resource: StoredResource): Promise<void> {
    const { urn, type, name } = resource;
    try {
      // An earlier version may have made it of a type that this one no longer has, nor keeps anything of.
      await options.resources.find((provider) => provider.type === type)?.remove?.(resource.state, resource.inputs);
    } catch (cause) {
      throw new Error(`${type} "${name}" can't be deleted: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
    deployment.deleted.push(urn);
  }

  function record(operation: "create" | "update" | "replace" | "same", urn: string): void {
    ({
      create: deployment.created,
      update: deployment.updated,
      replace: deployment.replaced,
      same: deployment.unchanged,
    })[operation].push(urn);
  }
}

/** Looks up providers by type; the error for an unsupported type says what to do. */
export function providersByType(
  resources: readonly ResourceProvider[],
): (type: string, name: string) => ResourceProvider {
  const providers = new Map(resources.map((provider) => [provider.type, provider]));
  return (type, name) => {
    const provider = providers.get(type);
    if (provider === undefined)
      throw new Error(
        `Resource type ${type} ("${name}") is not supported by the local engine. Remove the resource from this ` +
          "stack, or add a provider for it under local/aws.",
      );
    return provider;
  };
}

/** Looks up provider functions by token, like {@link providersByType}. */
export function functionsByToken(invokes: readonly FunctionProvider[]): (token: string) => FunctionProvider {
  const functions = new Map(invokes.map((provider) => [provider.token, provider]));
  return (token) => {
    const provider = functions.get(token);
    if (provider === undefined)
      throw new Error(
        `Function ${token} is not supported by the local engine. Remove the call from this stack, or add a ` +
          "provider for it under local/.",
      );
    return provider;
  };
}

/** Inputs that `ignoreChanges` kept: the program must read their actual values. */
export function keptInputs({ ignoreChanges, inputs: given }: Registration, inputs: Properties): Properties {
  if (ignoreChanges.length === 0) return {};
  return Object.fromEntries(
    Object.entries(inputs).filter(
      ([key, value]) =>
        value !== given[key] && JSON.stringify(value) !== JSON.stringify(given[key]) && !hasAsset(value),
    ),
  );
}

function hasAsset(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "$asset" in value || "$archive" in value || Object.values(value).some(hasAsset);
}
