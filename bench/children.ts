import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "./process-tree.ts";

/** How long processes get to end by themselves, in milliseconds. Spotlight stops within 5 s. */
const patienceMs = 6000;

/**
 * Ends every process that this one has started and that still runs: first its own children, which end theirs, then by
 * force whatever is left of them.
 */
export async function endChildren(): Promise<void> {
  const started = processTree(process.pid).slice(1);
  for (const { pid, parent } of started) if (parent === process.pid) signal(pid, "SIGTERM");
  const deadline = Date.now() + patienceMs;
  while (started.some(({ pid }) => signal(pid, 0)) && Date.now() < deadline) await sleep(50);
  for (const { pid } of started) signal(pid, "SIGKILL");
}

/** Whether the process was there to take the signal. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
