import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder with all data of one stack on this machine, locked by one process at a time. */
export interface DataFolder {
  path: string;
  release(): void;
}

/**
 * Creates the folder (readable only by its owner, since it holds the stream key and the admin token) and locks it with
 * a file that contains this process's id. Takes over the lock of a process that no longer runs.
 */
export function openDataFolder(path: string): DataFolder {
  try {
    return take(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === undefined ? undefined : reasons[code];
    throw why === undefined
      ? cause
      : new Error(`The data folder ${path} cannot be used: ${why}. Choose another with --data.`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you have no permission to write there",
  EPERM: "you have no permission to write there",
  EROFS: "its file system is read-only",
  ENOSPC: "its disk is full",
  EDQUOT: "your disk quota is used up",
  ENOTDIR: "part of the path is a file",
  EEXIST: "it is a file",
  ENOENT: "it can't be created there",
};

function take(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = join(path, "lock");
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      const holder = Number(readFileSync(lock, "utf8"));
      if (holder !== process.pid && isRunning(holder)) {
        throw new Error(
          `${path} is in use by another Spotlight (process ${holder}): stop that process or choose ` +
            "another folder with --data.",
          { cause },
        );
      }
      rmSync(lock);
    }
  }
  return { path, release: () => rmSync(lock, { force: true }) };
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
