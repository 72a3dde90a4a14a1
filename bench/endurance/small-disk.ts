import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "../../test/support/spotlight.ts";

/** A disk of a few hundred megabytes that can be filled. */
export interface SmallDisk {
  /** Spotlight's data folder on it, as Spotlight sees it. */
  data: string;
  /** How to start Spotlight so that it sees the disk. */
  surroundings: Surroundings;
  /** Fills it to the last byte. */
  fill(): void;
  /** Removes what filled it. */
  empty(): void;
  remove(): Promise<void>;
}

/** Why there is none, for people. */
export const noSmallDisk = "this machine allows no namespace to mount a small disk in (unshare -Urm)";

/**
 * Makes a small disk in memory. It is mounted in a namespace of its own, which needs no privileges, and is gone with
 * this process. Undefined if the machine does not allow that.
 */
export async function makeSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
  mkdirSync(folder, { recursive: true });
  // `cat` ends, and with it the namespace, when its input is closed: at the latest when this process ends.
  const script = `mount -t tmpfs -o size=${megabytes}m spotlight "$0" && echo mounted && exec cat`;
  const holder = spawn("unshare", ["-Urm", "sh", "-c", script, folder], { stdio: ["pipe", "pipe", "ignore"] });
  if (!(await isMounted(holder))) return undefined;
  const seen = join("/proc", String(holder.pid), "root", folder);
  const filler = join(seen, "filler");
  return {
    data: join(folder, "data"),
    surroundings: {
      within: ["nsenter", `--target=${holder.pid}`, "--user", "--mount", "--preserve-credentials"],
      seen: join(seen, "data"),
    },
    fill: () => fillWith(filler),
    empty: () => rmSync(filler),
    remove: async () => {
      const ended = once(holder, "exit");
      holder.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** False if there is no such program, or it failed. */
async function isMounted(holder: ChildProcess): Promise<boolean> {
  const ended = once(holder, "close").then(
    () => false,
    () => false,
  );
  return Promise.race([once(holder.stdout!, "data").then(() => true), ended]);
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
