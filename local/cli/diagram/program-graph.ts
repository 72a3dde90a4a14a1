import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServices } from "../../aws/index.ts";
import { buildPage } from "../build-page.ts";
import { deploy } from "../../engine/deploy.ts";
import { readProject } from "../../engine/project.ts";
import type { Properties } from "../../engine/provider.ts";
import { openState } from "../../engine/state.ts";
import { parseUrn } from "../../engine/urn.ts";
import type { Log } from "../../log.ts";
import { randomProviders } from "../../engine/providers/random.ts";

/** A resource of the program, as known after a run. */
export interface ProgramResource {
  type: string;
  /** The Pulumi name. */
  name: string;
  inputs: Properties;
  outputs: Properties;
  id: string;
  /** Types of the components that hold it, outermost first, without their package: `["ClipPipeline", "Function"]`. */
  components: string[];
  /** URN of the component that holds it. */
  parent: string;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent };

/**
 * Runs the program once in a temporary folder without starting any service, and returns the resources that it
 * registered, sorted by URN.
 */
export async function programGraph(root: string, stack: string, config: readonly string[]): Promise<ProgramResource[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), "spotlight-graph-"));
  const state = openState(dataFolder);
  try {
    await buildPage(root);
    const services = await createServices({ dataFolder, log: silent, host: "127.0.0.1", port: 0, rtmpPort: 0 });
    try {
      await deploy({
        project: await readProject(root, stack, config),
        stack,
        resources: [...services.resources, ...randomProviders],
        invokes: services.invokes,
        state,
        compileCache: join(root, ".cache", "compile"),
      });
    } finally {
      await services.stop();
    }
    // The order of registrations varies between runs.
    const stored = state.all().sort((a, b) => (a.urn < b.urn ? -1 : 1));
    return stored.map(({ urn, type, name, inputs, state: { id, outputs }, options }) => ({
      type,
      name,
      inputs,
      outputs,
      id,
      components: parseUrn(urn)
        .qualifiedType.split("$")
        .slice(0, -1)
        .map((component) => component.split(":").at(-1) ?? component),
      parent: options.parent,
    }));
  } finally {
    state.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
