import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** If other processes use more than this share of the cores, ratios and latencies are meaningless. */
export const tooBusy = 0.15;

/** The facts about the machine that are needed to compare results. */
export function machineFacts(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  const load = loadavg().map((average) => average.toFixed(2));
  return [
    `${availableParallelism()} cores (${model})`,
    memory,
    `Node ${process.version}`,
    `${process.platform} ${process.arch}`,
    `load ${load.join(" ")}`,
  ].join(", ");
}

/** The share (0–1) of all cores in use during the next `ms` milliseconds. */
export async function busyShare(ms = 2000): Promise<number> {
  const before = times();
  await sleep(ms);
  const after = times();
  return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
}

function times(): { idle: number; all: number } {
  const all = cpus().map((core) => core.times);
  return {
    idle: all.reduce((sum, { idle }) => sum + idle, 0),
    all: all.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}
