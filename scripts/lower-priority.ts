import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { setTimeout } from "node:timers/promises";

/** Linux refuses changes of sessions that follow each other too fast (EAGAIN): how often to try, and how far apart. */
const attempts = 20;
const apartMs = 120;

/**
 * Lowers the priority of a `detached` process and of what it starts: `nice` from 1 to 19. Linux shares out the
 * processor among sessions first, and counts a process's own priority only within its session: "The autogroup feature"
 * in https://man7.org/linux/man-pages/man7/sched.7.html. It makes things better, but nothing depends on it: errors are
 * ignored, and so is a process that has ended.
 */
export async function lowerPriority(pid: number, nice: number): Promise<void> {
  const session = `/proc/${pid}/autogroup`;
  try {
    setPriority(pid, nice);
  } catch {
    return;
  }
  for (let attempt = 0; attempt < attempts && existsSync(session); attempt++) {
    try {
      await writeFile(session, String(nice));
      return;
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EAGAIN")) return;
      await setTimeout(apartMs, undefined, { ref: false });
    }
  }
}
