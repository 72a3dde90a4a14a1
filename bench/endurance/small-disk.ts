import { execFile } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Surroundings } from "../../test/support/spotlight.ts";

const run = promisify(execFile);

/** A disk of a few hundred megabytes that can be filled. */
export interface SmallDisk {
  /** Its folder, as Spotlight sees it. */
  folder: string;
  /** How to start Spotlight so that it sees the disk. */
  surroundings: Surroundings;
  /** Fills it to the last byte. `pid`: a process that sees it. */
  fill(pid: number): void;
  /** Removes what filled it. */
  empty(pid: number): void;
  remove(): Promise<void>;
}

/**
 * Makes a small disk in memory: mounted here, where this process may, or else in a namespace that only Spotlight is in.
 * Undefined if the machine allows neither.
 *
 * @param options.isShared Only one that is mounted here: the other is gone with the process that is in the namespace.
 */
export async function makeSmallDisk(
  folder: string,
  megabytes: number,
  { isShared = false } = {},
): Promise<SmallDisk | undefined> {
  mkdirSync(folder, { recursive: true });
  const mount = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "spotlight"];
  if (await succeeds("mount", [...mount, folder]))
    return diskIn(folder, { surroundings: {}, seen: () => folder, remove: () => run("umount", ["--lazy", folder]) });
  if (isShared) return undefined;
  // The shell's own arguments are the folder and then Spotlight's command, which replaces the shell.
  const within = ["unshare", "-Urm", "sh", "-c", `mount ${mount.join(" ")} "$0" && exec "$@"`, folder];
  if (!(await succeeds(within[0]!, [...within.slice(1), "true"]))) return undefined;
  const seen = (pid: number): string => `/proc/${pid}/root${folder}`;
  const data = (pid: number): string => join(seen(pid), "data");
  return diskIn(folder, { surroundings: { within, seen: data }, seen, remove: async () => undefined });
}

function diskIn(
  folder: string,
  options: { surroundings: Surroundings; seen: (pid: number) => string; remove: () => Promise<unknown> },
): SmallDisk {
  const filler = (pid: number): string => join(options.seen(pid), "filler");
  return {
    folder,
    surroundings: options.surroundings,
    fill: (pid) => fillWith(filler(pid)),
    empty: (pid) => rmSync(filler(pid)),
    remove: async () => {
      await options.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes to a file until there is no space for one more byte. */
function fillWith(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let size = 1 << 20; size > 0; size >>= 1) {
      const bytes = Buffer.alloc(size, 1);
      while (isWritten(file, bytes));
    }
  } finally {
    closeSync(file);
  }
}

function isWritten(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw cause;
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  );
}
