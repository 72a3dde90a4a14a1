import type { Log } from "../../log.ts";

/** At most this many lines in this time: strangers must not be able to fill the disk. */
const mostLines = 10;
const withinMs = 10_000;

/** Logs what strangers cause, at a bounded rate; says how many lines it left out. */
export class BoundedLog {
  readonly #log: Log;
  #lines = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  info(line: string): void {
    if (this.#admits()) this.#log.info(line);
  }

  warn(line: string): void {
    if (this.#admits()) this.#log.warn(line);
  }

  #admits(): boolean {
    this.#lines += 1;
    if (this.#lines === 1) setTimeout(() => this.#close(), withinMs).unref();
    return this.#lines <= mostLines;
  }

  #close(): void {
    const omitted = this.#lines - mostLines;
    if (omitted > 0) this.#log.warn(`${omitted} more connections ended like these within ${withinMs / 1000} s`);
    this.#lines = 0;
  }
}
