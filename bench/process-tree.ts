import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process as the kernel knows it (Linux's /proc). */
export interface ProcessFacts {
  pid: number;
  parent: number;
  /** CPU seconds of itself and of those of its children that have ended. */
  cpuSeconds: number;
}

/** Ticks a second in /proc/PID/stat: USER_HZ, which is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** The process and all its descendants that run now, parents first. */
export function processTree(root: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const tree = all.filter(({ pid }) => pid === root);
  for (let i = 0; i < tree.length; i++) tree.push(...all.filter(({ parent }) => parent === tree[i]!.pid));
  return tree;
}

/** CPU seconds that the process and all its descendants have used so far, those that have ended included. */
export function treeCpuSeconds(root: number): number {
  return processTree(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Memory of the process and its descendants, each with its share of what several have in common (PSS), in bytes. */
export function treeMemory(root: number): { name: string; bytes: number }[] {
  return processTree(root).flatMap(({ pid }) => {
    const rollup = readProc(pid, "smaps_rollup");
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? "")?.[1];
    return kilobytes === undefined ? [] : [{ name: processName(pid), bytes: Number(kilobytes) * 1024 }];
  });
}

/** A process by what it runs: the script's file, else the program's. */
function processName(pid: number): string {
  const words = (readProc(pid, "cmdline") ?? "").split("\0");
  return basename(words.find((word, i) => /\.[cm]?[jt]s$/.test(word) && words[i - 1] !== "--import") ?? words[0] ?? "");
}

/** Fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; undefined once the process is gone. */
function readStat(pid: number): ProcessFacts | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything; the third follows the last
  // parenthesis.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent = 0] = fields.slice(1);
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return { pid, parent, cpuSeconds: ticks / ticksPerSecond };
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It has ended.
    return undefined;
  }
}
