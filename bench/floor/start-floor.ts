import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FloorReport, Floors } from "./floors.ts";

/** Runs one of this folder's floors in its own process; returns its result and the process's CPU seconds. */
export async function startFloor<Name extends keyof Floors>(
  name: Name,
  request: Floors[Name]["request"],
): Promise<{ result: Floors[Name]["result"]; cpuSeconds: number }> {
  const child = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), [JSON.stringify(request)]);
  let report: FloorReport<Name> | undefined;
  child.on("message", (message: FloorReport<Name>) => (report = message));
  const how = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? "none"}`));
  });
  if (report === undefined) throw new Error(`The floor "${name}" ended with ${how}.`);
  if ("failure" in report) throw new Error(`The floor "${name}" failed: ${report.failure}`);
  return report;
}
