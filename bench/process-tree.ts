import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A process in Linux's /proc. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  /** CPU seconds of the process and of its ended children. */
  cpuSeconds: number;
}

/** Ticks per second in /proc/PID/stat: USER_HZ, which is 100 on every architecture that Node supports. */
const ticksPerSecond = 100;

/** The process and all its running descendants, parents first. */
export function processTree(root: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const tree = all.filter(({ pid }) => pid === root);
  for (let i = 0; i < tree.length; i++) tree.push(...all.filter(({ parent }) => parent === tree[i]!.pid));
  return tree;
}

/** CPU seconds used so far by the process and all its descendants, including those that have ended. */
export function treeCpuSeconds(root: number): number {
  return processTree(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Memory in bytes of the process and each of its descendants, with a proportional share of shared memory (PSS). */
export function treeMemory(root: number): { name: string; bytes: number }[] {
  return processTree(root).flatMap(({ pid }) => {
    const rollup = readProc(pid, "smaps_rollup");
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? "")?.[1];
    return kilobytes === undefined ? [] : [{ name: processName(pid), bytes: Number(kilobytes) * 1024 }];
  });
}

/** The words of a process's command line; none once it is gone. */
export function commandLine(pid: number): string[] {
  return (readProc(pid, "cmdline") ?? "").split("\0");
}

/** The folder and file name of the script that a process runs, such as `live/job.ts`, else of its program. */
function processName(pid: number): string {
  const words = commandLine(pid);
  const script = words.find((word, i) => /\.[cm]?[jt]s$/.test(word) && words[i - 1] !== "--import");
  return script === undefined ? basename(words[0] ?? "") : join(basename(dirname(script)), basename(script));
}

/** Fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; undefined once the process is gone. */
function readStat(pid: number): ProcessFacts | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may contain any character, so the third field starts
  // after the last parenthesis.
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
    // The process has ended.
    return undefined;
  }
}
