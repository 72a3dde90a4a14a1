import { setTimeout as delay } from "node:timers/promises";
import type { Spotlight } from "../../test/support/spotlight.ts";
import { commandLine, processTree } from "../process-tree.ts";

/** Spotlight's child processes that do one job each, by what their command line has. */
const helpers = {
  encoder: "local/media/live/job.ts",
  converter: "local/media/convert/job.ts",
  recogniser: "local/vision/worker/process.ts",
} as const;

export type Helper = keyof typeof helpers;

export const helperKinds = Object.keys(helpers) as [Helper, ...Helper[]];

/** Time in which children must notice that their parent is gone, in milliseconds. */
const orphanedWithinMs = 5_000;

/** Kills Spotlight's main process (SIGKILL). Resolves to how many of its processes still run some seconds later. */
export async function killMain(spotlight: Spotlight): Promise<number> {
  const children = processTree(spotlight.pid).filter(({ pid }) => pid !== spotlight.pid);
  await spotlight.kill();
  const begun = performance.now();
  const left = (): number => children.filter(({ pid }) => isRunning(pid)).length;
  while (left() > 0 && performance.now() - begun < orphanedWithinMs) await delay(50);
  return left();
}

/** Kills all children of a kind that there are at this moment (SIGKILL); how many. */
export function killHelpers(spotlight: Spotlight, kind: Helper): number {
  const found = processTree(spotlight.pid).filter(({ pid }) =>
    commandLine(pid).some((word) => word.endsWith(helpers[kind])),
  );
  for (const { pid } of found) process.kill(pid, "SIGKILL");
  return found.length;
}

/** A process that has ended and whose parent has not noticed runs no more, and has no command line. */
function isRunning(pid: number): boolean {
  return commandLine(pid).join("") !== "";
}
