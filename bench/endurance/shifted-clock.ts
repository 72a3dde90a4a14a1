/**
 * Sets the clock of a running Spotlight without touching the machine's. A module that is preloaded into all of its
 * processes and threads adds an offset to `Date`, which changes while they run. `performance.now()` and timers go on
 * steadily, as they do when a machine's clock is set. FFmpeg and SQLite see the machine's own clock; nothing asks them
 * for the time of day.
 *
 * As that module: `--import …/shifted-clock.ts?offset=FILE`. The file contains the offset in milliseconds.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import type { WorkerOptions } from "node:worker_threads";

/** How long a process may still use the offset before, in milliseconds. */
const everyMs = 20;

/** A clock that can be set. */
export interface ShiftedClock {
  /** Environment variables for the processes that are to follow it. */
  environment: Record<string, string>;
  /** Sets it this much ahead of the machine's clock; negative: behind. Milliseconds. */
  set(offsetMs: number): void;
}

/** Creates a clock, which begins as the machine's; its file is in `folder`. */
export function createShiftedClock(folder: string): ShiftedClock {
  const file = join(folder, "clock-offset");
  const set = (offsetMs: number): void => {
    // Nobody may read half of it.
    writeFileSync(`${file}.new`, String(offsetMs));
    renameSync(`${file}.new`, file);
  };
  set(0);
  const module = new URL(import.meta.url);
  module.searchParams.set("offset", file);
  return { environment: { NODE_OPTIONS: `--import=${module.href}` }, set };
}

function shiftDate(file: string): void {
  const machine = Date;
  const machineNow = Date.now;
  let offsetMs = 0;
  let readAt = -Infinity;
  const now = (): number => {
    if (performance.now() - readAt >= everyMs) {
      offsetMs = Number(readFileSync(file, "utf8"));
      readAt = performance.now();
    }
    return machineNow() + offsetMs;
  };
  machine.now = now;
  globalThis.Date = new Proxy(machine, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new machine(now()).toString(),
  });
  machine.prototype.constructor = globalThis.Date;
}

/** Functions run in threads without the options of their process, so each thread is given this module, too. */
function followInThreads(): void {
  const threads = createRequire(import.meta.url)("node:worker_threads") as typeof import("node:worker_threads");
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, { ...options, execArgv: [...(options.execArgv ?? []), `--import=${import.meta.url}`] });
    }
  };
  syncBuiltinESMExports();
}

const offsetFile = new URL(import.meta.url).searchParams.get("offset");
if (offsetFile !== null) {
  shiftDate(offsetFile);
  followInThreads();
}
