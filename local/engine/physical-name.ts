import { randomBytes } from "node:crypto";
import type { ResourceState } from "./provider.ts";

/**
 * A resource's name on AWS: the one set by the program, else the name from an earlier run, else the Pulumi name with
 * seven random hex digits, as in Pulumi's auto-naming.
 */
export function physicalName(given: unknown, logicalName: string, prior?: ResourceState): string {
  if (typeof given === "string" && given !== "") return given;
  const before = prior?.outputs["name"] ?? prior?.outputs["bucket"];
  if (typeof before === "string" && before !== "") return before;
  return `${logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}
