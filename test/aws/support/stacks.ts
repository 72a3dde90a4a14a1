import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServices } from "../../../local/aws/index.ts";
import { buildPage } from "../../../local/cli/build-page.ts";
import { deploy } from "../../../local/engine/deploy.ts";
import { readProject, type Project } from "../../../local/engine/project.ts";
import type { Properties } from "../../../local/engine/provider.ts";
import { openState } from "../../../local/engine/state.ts";
import { createLog } from "../../../local/log.ts";
import { randomProviders } from "../../../local/engine/providers/random.ts";
import { pick } from "./read.ts";
import { templated } from "./templates.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** A resource as the program registered it, with what its provider answered. */
export interface Resource {
  urn: string;
  /** The id that its provider gave it. */
  id: string;
  type: string;
  /** The Pulumi name. */
  name: string;
  inputs: Properties;
  outputs: Properties;
}

/** Everything that one stack registers. */
export interface Stack {
  name: string;
  /**
   * How the stack's configuration has Pulumi name resources on AWS: `pulumi:autonaming`'s pattern; undefined for
   * Pulumi's own way.
   */
  naming: string | undefined;
  resources: readonly Resource[];
  /** What the CloudFormation stacks among them consist of. */
  templated: readonly Resource[];
}

/**
 * The stacks that are checked: the two of the project, and `dev` with all that configuration can switch on (redundant
 * pipelines, several channels, no protection left out).
 */
const variants: Record<string, { stack: string; config: readonly string[] }> = {
  dev: { stack: "dev", config: ['ingestCidrs=["203.0.113.7/32"]'] },
  local: { stack: "local", config: [] },
  "dev, redundant": {
    stack: "dev",
    config: [
      'ingestCidrs=["203.0.113.7/32","198.51.100.0/24"]',
      "channelClass=STANDARD",
      'channels=[{"id":"main","name":"Main"},{"id":"court-2-of-the-stadium","name":"Court 2"}]',
      "protectData=true",
      "segmentSeconds=4",
      "frameRate=60",
    ],
  },
};

let made: Promise<Stack[]> | undefined;

/** Runs the program on the local engine once for each variant; one run serves every test. */
export function stacks(): Promise<Stack[]> {
  made ??= run();
  return made;
}

async function run(): Promise<Stack[]> {
  await buildPage(root);
  const all: Stack[] = [];
  for (const [name, { stack, config }] of Object.entries(variants)) {
    const project = await readProject(root, stack, config);
    const resources = await register(project, stack);
    all.push({ name, naming: namingOf(project, stack), resources, templated: resources.flatMap(templated) });
  }
  return all;
}

/** The pattern with the project's and the stack's names in it; `${name}` and `${hex(7)}` are left. */
function namingOf({ name, config }: Project, stack: string): string | undefined {
  const pattern = pick(JSON.parse(config["pulumi:autonaming"] ?? "{}"), "pattern");
  return typeof pattern === "string" ? pattern.replace("${project}", name).replace("${stack}", stack) : undefined;
}

async function register(project: Project, stack: string): Promise<Resource[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), "spotlight-stack-"));
  const state = openState(dataFolder);
  const services = await createServices({ dataFolder, log: createLog(), host: "127.0.0.1", port: 0, rtmpPort: 0 });
  try {
    await deploy({
      project,
      stack,
      resources: [...services.resources, ...randomProviders],
      invokes: services.invokes,
      state,
    });
    return state
      .all()
      .map(({ urn, type, name, inputs, state: { id, outputs } }) => ({ urn, id, type, name, inputs, outputs }));
  } finally {
    await services.stop();
    state.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
