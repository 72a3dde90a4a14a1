import path from "node:path";
import { readConfig, type SpotlightConfig } from "../config.ts";
import { readProject } from "../local/engine/project.ts";
import type { Question } from "./sheet.ts";

const root = path.join(import.meta.dirname, "..");

/**
 * What `docs/cost.md` answers: stack `dev` as it is, two streamed hours a month after which the channel is stopped,
 * nobody watching, nobody registered by photo.
 */
export async function standardQuestion(): Promise<Question> {
  return {
    config: await stackConfig("dev"),
    choices: { photos: false },
    usage: { hours: 2, idleHours: 0, viewers: 0, convertTier: "professional" },
  };
}

/**
 * The configuration that a stack's program gets, `Pulumi.yaml`'s defaults included.
 *
 * @param overrides `key=value`, on top.
 * @throws {ConfigError} for a value that the program would refuse too.
 */
export async function stackConfig(stack: string, overrides: readonly string[] = []): Promise<SpotlightConfig> {
  const { config } = await readProject(root, stack, overrides);
  // The ingest addresses have no price, and are often not configured yet.
  const given = new Map(Object.entries({ "spotlight:ingestCidrs": '["127.0.0.1/32"]', ...config }));
  return readConfig({ get: (key) => given.get(`spotlight:${key}`) }, stack);
}
