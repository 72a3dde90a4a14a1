import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The folder with all data of one stack on this machine, locked by one process at a time. */
export interface DataFolder {
  path: string;
  release(): void;
}

/**
 * Creates the folder (readable only by its owner, since it holds the stream key and the admin token) and locks it. The
 * lock is the operating system's, on a SQLite database, and goes with the process however that ends; the file `lock` is
 * only for people and contains this process's id.
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

/** SQLite's code for a database that another connection has locked. */
const busy = 5;

function take(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  accessSync(path, constants.W_OK);
  const holder = join(path, "lock");
  const lock = new DatabaseSync(join(path, "lock.db"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== busy) throw cause;
    const pid = existsSync(holder) ? readFileSync(holder, "utf8").trim() : "unknown";
    throw new Error(
      `${path} is in use by another Spotlight (process ${pid}): stop that process or choose ` +
        "another folder with --data.",
      { cause },
    );
  }
  try {
    keepPrivate(path);
    writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    lock.close();
    throw cause;
  }
  return {
    path,
    release() {
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** A folder that has had other things in it before may be meant for others, too. What is ours in it isn't. */
function keepPrivate(path: string): void {
  const isOurs = existsSync(join(path, "state.db")) || readdirSync(path).every((name) => name.startsWith("lock"));
  if (isOurs) chmodSync(path, 0o700);
}
