import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { startMonitor, type Registration } from "./monitor.ts";
import type { Project } from "./project.ts";
import type { FunctionProvider, Properties, ResourceProvider } from "./provider.ts";
import type { StateStore, StoredResource } from "./state.ts";

/** A run of the program that did not succeed; `message` carries the program's own diagnostics. */
export class DeploymentFailed extends Error {
  override readonly name = "DeploymentFailed";
}

/** What a run did, by resource. */
export interface Deployment {
  outputs: Properties;
  created: string[];
  updated: string[];
  unchanged: string[];
  deleted: string[];
}

export interface DeployOptions {
  project: Project;
  stack: string;
  resources: readonly ResourceProvider[];
  invokes: readonly FunctionProvider[];
  state: StateStore;
  /** Called for each provisioned resource. */
  onProgress?: (done: number, registration: Registration) => void;
  /** Stops the run. */
  signal?: AbortSignal;
}

/**
 * Runs the Pulumi program under Pulumi's own Node runner and provisions each resource that it registers with this
 * machine's providers. Resources of an earlier run that are no longer registered are removed at the end, last first.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { project, state } = options;
  const providers = new Map(options.resources.map((provider) => [provider.type, provider]));
  const invokes = new Map(options.invokes.map((provider) => [provider.token, provider]));
  const deployment: Deployment = { outputs: {}, created: [], updated: [], unchanged: [], deleted: [] };
  const registered = new Set<string>();
  const replaced: StoredResource[] = [];
  let done = 0;

  const monitor = await startMonitor(
    { project: project.name, stack: options.stack },
    {
      async register(registration) {
        registered.add(registration.urn);
        if (!registration.custom && !registration.remote) return { id: "", outputs: {} };
        const result = await provision(registration);
        options.onProgress?.(++done, registration);
        return result;
      },
      async invoke(token, args) {
        const provider = invokes.get(token);
        if (provider === undefined) throw new Error(`The local engine doesn't know the function ${token}: it can't run this program until a provider for it is added under local/.`);
        return provider.invoke(args);
      },
    },
  );
  try {
    const exitCode = await run(monitor.address);
    const outputs = monitor.stackOutputs();
    if (exitCode !== 0 || !monitor.finished() || outputs === undefined) {
      const errors = monitor.messages.filter(({ severity }) => severity >= 3).map(({ message }) => message.trim());
      throw new DeploymentFailed(errors.length > 0 ? errors.join("\n") : `The program ended with exit code ${exitCode} before it had registered everything.`);
    }
    deployment.outputs = outputs;
  } finally {
    monitor.stop();
  }
  for (const resource of [...replaced, ...state.all().filter(({ urn }) => !registered.has(urn)).reverse()]) {
    await providers.get(resource.type)?.remove?.(resource.state, resource.inputs);
    if (!registered.has(resource.urn)) state.delete(resource.urn);
    deployment.deleted.push(resource.urn);
  }
  return deployment;

  async function provision(registration: Registration): Promise<{ id: string; outputs: Properties }> {
    const { urn, type, name } = registration;
    const provider = providers.get(type);
    if (provider === undefined) throw new Error(`The local engine doesn't know the resource type ${type} ("${name}"). It provisions nothing that it can't provide: remove the resource from this stack, or add a provider for it under local/aws.`);
    const stored = state.get(urn);
    const inputs = withIgnoredChanges(registration, stored);
    refuseUnknownInputs(provider, name, inputs);
    const changed = stored === undefined ? [] : changedKeys(stored.inputs, inputs);
    const replace = stored !== undefined && changed.some((key) => provider.replaceOnChanges?.includes(key));
    if (replace) replaced.push(stored);
    try {
      const result = await provider.apply({ urn, name, inputs, ...(stored === undefined || replace ? {} : { prior: stored.state }) });
      state.put({ urn, type, name, inputs, state: result });
      (stored === undefined || replace ? deployment.created : changed.length > 0 ? deployment.updated : deployment.unchanged).push(urn);
      return { id: result.id, outputs: { ...result.outputs, ...(result.outputs["id"] === undefined ? {} : { id: result.id }) } };
    } catch (cause) {
      throw new Error(`${type} "${name}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  function run(address: string): Promise<number> {
    const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");
    const child = spawn(
      process.execPath,
      [
        runner,
        `--monitor=${address}`,
        `--engine=${address}`,
        `--project=${project.name}`,
        `--stack=${options.stack}`,
        "--organization=organization",
        "--parallel=16",
        `--root-directory=${project.root}`,
        `--pwd=${project.root}`,
        project.program,
      ],
      {
        cwd: project.root,
        // The program's own prints belong to the log; its diagnostics come by gRPC.
        stdio: ["ignore", "inherit", "inherit"],
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        env: { ...process.env, PULUMI_CONFIG: JSON.stringify(project.config), PULUMI_CONFIG_SECRET_KEYS: "[]", PULUMI_NODEJS_TYPESCRIPT: "false" },
      },
    );
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? -1));
    });
  }
}

/** `ignoreChanges`: such an input keeps the value of the earlier run. */
function withIgnoredChanges({ inputs, ignoreChanges }: Registration, stored: StoredResource | undefined): Properties {
  if (stored === undefined) return inputs;
  const kept = ignoreChanges.filter((key) => key in stored.inputs).map((key) => [key, stored.inputs[key]]);
  return { ...inputs, ...(Object.fromEntries(kept) as Properties) };
}

function refuseUnknownInputs(provider: ResourceProvider, name: string, inputs: Properties): void {
  const known = [...provider.honoured, ...(provider.ignored ?? [])];
  const unknown = Object.entries(inputs).filter(([key, value]) => value !== undefined && value !== null && !known.includes(key) && !key.startsWith("__"));
  if (unknown.length > 0) {
    throw new Error(`${provider.type} "${name}": the local engine doesn't know ${unknown.map(([key]) => `"${key}"`).join(", ")}. It ignores nothing silently: remove it, or add it to the provider under local/.`);
  }
}

function changedKeys(before: Properties, after: Properties): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
