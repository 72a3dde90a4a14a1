import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deploy, type Deployment } from "../../../local/engine/deploy.ts";
import { preview, type Step } from "../../../local/engine/preview.ts";
import { readProject } from "../../../local/engine/project.ts";
import type { FunctionProvider, Properties, ResourceProvider } from "../../../local/engine/provider.ts";
import { DeploymentFailed } from "../../../local/engine/run-program.ts";
import { openState, type StateStore } from "../../../local/engine/state.ts";

const compileCache = join(import.meta.dirname, "..", "..", "..", ".cache", "compile");

/** A provider that records its calls in order. Each resource that it creates has a new id. */
export interface Recorder extends ResourceProvider {
  calls: string[];
}

export function recorder(extra: Partial<ResourceProvider> = {}): Recorder {
  const calls: string[] = [];
  return {
    type: "test:index:Thing",
    honoured: ["name", "size", "parts", "policy", "needs", "code"],
    replaceOnChanges: ["name"],
    calls,
    async apply({ name, inputs, prior }) {
      calls.push(`${prior === undefined ? "create" : "apply"} ${name} ${JSON.stringify(inputs)}`);
      made += prior === undefined ? 1 : 0;
      return (
        prior ?? {
          id: typeof inputs["name"] === "string" ? inputs["name"] : `${name}-${made}`,
          outputs: { arn: `arn:test:${name}`, ...(inputs["name"] === undefined ? {} : { name: inputs["name"] }) },
        }
      );
    },
    async remove(state) {
      calls.push(`remove ${state.id}`);
    },
    ...extra,
  };
}
let made = 0;

const functions: readonly FunctionProvider[] = [
  { token: "test:index:answer", invoke: async (args: Properties) => ({ twice: Number(args["n"]) * 2 }) },
];

/** A Pulumi project with one program that has resources of type `Thing`, and its state. */
export interface TestProgram {
  root: string;
  /** Runs the program's text with the real runner. */
  run(text: string, provider: ResourceProvider, overrides?: string[], signal?: AbortSignal): Promise<Deployment>;
  /** Returns the message with which a run fails. */
  failure(text: string, provider?: ResourceProvider): Promise<string>;
  preview(text: string, provider: ResourceProvider): Promise<Step[]>;
  /** Reads the state between runs. */
  state<Value>(look: (state: StateStore) => Value): Value;
  remove(): Promise<void>;
}

export async function testProgram(): Promise<TestProgram> {
  // Inside the project, so that the program finds @pulumi/pulumi.
  const root = await mkdtemp(join(import.meta.dirname, "program-"));
  await writeFile(
    join(root, "Pulumi.yaml"),
    "name: demo\nruntime: nodejs\nconfig:\n  size:\n    type: integer\n    default: 3\n",
  );
  await writeFile(join(root, "Pulumi.local.yaml"), "config:\n  parts: [a, b]\n");
  await writeFile(join(root, "Pulumi.other.yaml"), "config: {}\n");

  async function withProgram<Value>(text: string, use: (state: StateStore) => Promise<Value>): Promise<Value> {
    await writeFile(
      join(root, "index.ts"),
      `import * as pulumi from "@pulumi/pulumi";
      class Thing extends pulumi.CustomResource {
        declare arn: pulumi.Output<string>;
        constructor(name: string, args: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
          super("test:index:Thing", name, { arn: undefined, ...args }, options);
        }
      }
      class Box extends pulumi.ComponentResource {
        constructor(name: string, options?: pulumi.ComponentResourceOptions) {
          super("test:index:Box", name, {}, options);
        }
      }
      ${text}`,
    );
    const state = openState(join(root, "data"));
    try {
      return await use(state);
    } finally {
      state.close();
    }
  }

  async function run(
    text: string,
    provider: ResourceProvider,
    overrides: string[] = [],
    signal?: AbortSignal,
  ): Promise<Deployment> {
    return withProgram(text, async (state) =>
      deploy({
        project: await readProject(root, "local", overrides),
        stack: "local",
        resources: [provider],
        invokes: functions,
        state,
        compileCache,
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }

  return {
    root,
    run,
    async failure(text, provider = recorder()) {
      const error: unknown = await run(text, provider).then(
        () => assert.fail("the run succeeded"),
        (cause: unknown) => cause,
      );
      assert.ok(error instanceof DeploymentFailed, String(error));
      return error.message;
    },
    preview: (text, provider) =>
      withProgram(text, async (state) =>
        preview({
          project: await readProject(root, "local"),
          stack: "local",
          resources: [provider],
          invokes: functions,
          state,
          compileCache,
        }),
      ),
    state(look) {
      const state = openState(join(root, "data"));
      try {
        return look(state);
      } finally {
        state.close();
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Pulumi names of the resources, sorted. */
export function names(urns: readonly string[]): string[] {
  return urns.map((urn) => urn.split("::").at(-1) ?? "").sort();
}
