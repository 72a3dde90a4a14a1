import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "./process-tree.ts";

/** How long processes may take to end on their own, in milliseconds. Spotlight stops within 5 s. */
const patienceMs = 6000;

/**
 * Ends every running descendant of this process: asks its children to stop, which end their own, then kills whatever is
 * left.
 */
export async function endChildren(): Promise<void> {
  const started = processTree(process.pid).slice(1);
  for (const { pid, parent } of started) if (parent === process.pid) signal(pid, "SIGTERM");
  const deadline = Date.now() + patienceMs;
  while (started.some(({ pid }) => signal(pid, 0)) && Date.now() < deadline) await sleep(50);
  for (const { pid } of started) signal(pid, "SIGKILL");
}

/** Returns whether the process existed to receive the signal. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
