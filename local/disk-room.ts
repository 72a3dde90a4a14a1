import { freeBytes, sizeText } from "./disk.ts";
import type { Log } from "./log.ts";

/** How often the disk is looked at, in milliseconds: in this time a channel of 10 Mbit/s writes 4 MB. */
const everyMs = 3_000;
/** So much more than the reserve must be free before work goes on: a tenth of it, and at most this, in bytes. */
const mostMargin = 250e6;

/** Whether the disk of the data folder has room for recordings. */
export interface DiskRoom {
  /** Since when less is free than must stay free, epoch milliseconds; undefined while there is room. */
  readonly lowSince: number | undefined;
  /** What is the matter, and what can be done about it; empty while there is room. */
  readonly problem: string;
  /** Calls `listener` whenever room runs out or comes back. Listeners must not throw. */
  subscribe(listener: () => void): void;
}

/** A disk that nobody watches. */
export const unwatched: DiskRoom = { lowSince: undefined, problem: "", subscribe: () => undefined };

export interface DiskWatchOptions {
  /** The data folder. */
  folder: string;
  /** What must stay free for live, deletions and databases, in bytes; 0 switches the watch off. */
  reserveBytes: number;
  log: Log;
  /** What can be done, besides freeing space. */
  advice?: string;
  /** Free bytes of the folder's disk. */
  free?: () => number;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** Looks at the disk every few seconds, and says in the log when room runs out and when it comes back. */
export class DiskWatch implements DiskRoom {
  readonly #options: DiskWatchOptions;
  readonly #listeners: (() => void)[] = [];
  #lowSince: number | undefined;
  #problem = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.check();
    if (options.reserveBytes > 0) this.#timer = setInterval(() => this.check(), everyMs).unref();
  }

  get lowSince(): number | undefined {
    return this.#lowSince;
  }

  get problem(): string {
    return this.#problem;
  }

  subscribe(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Looks at the disk now. */
  check(): void {
    const { folder, reserveBytes, log, advice = "", free = () => freeBytes(folder), now = Date.now } = this.#options;
    if (reserveBytes === 0) return;
    let left: number;
    try {
      left = free();
    } catch {
      // Nothing can be told of the disk, as while it is being mounted again.
      return;
    }
    const wasLow = this.#lowSince !== undefined;
    // Otherwise it would stop again at once.
    const isLow = left < reserveBytes + (wasLow ? Math.min(reserveBytes / 10, mostMargin) : 0);
    if (isLow === wasLow) return;
    this.#lowSince = isLow ? now() : undefined;
    this.#problem = isLow
      ? `The disk is almost full: ${sizeText(left)} are free, ${sizeText(reserveBytes)} must stay free. ` +
        `Live goes on; recording and conversion wait. Free space on the disk of ${folder}${advice}.`
      : "";
    if (isLow) log.warn(this.#problem);
    else log.info(`There is space again (${sizeText(left)} are free): recording and conversion go on.`);
    for (const listener of this.#listeners) listener();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
