import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import type { FloorReport, Floors } from "./floors.ts";

/** Runs a floor in this process, which was started for it, and reports the result and the process's CPU time. */
export function runFloor<Name extends keyof Floors>(
  work: (request: Floors[Name]["request"]) => Floors[Name]["result"] | Promise<Floors[Name]["result"]>,
): void {
  Log.setLevel(AV_LOG_ERROR);
  process.on("disconnect", () => process.exit(1));
  const report = (message: FloorReport<Name>): void => void process.send?.(message, () => process.exit(0));
  Promise.resolve(JSON.parse(process.argv[2] ?? "{}") as Floors[Name]["request"])
    .then(work)
    .then(
      (result) => {
        const { user, system } = process.cpuUsage();
        report({ result, cpuSeconds: (user + system) / 1e6 });
      },
      (cause: unknown) => report({ failure: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }),
    );
}
