import { randomUUID } from "node:crypto";

/** How long a refusal is shown, in milliseconds: encoders try again, and then it is a new one. */
const shownForMs = 60_000;

/**
 * The latest publisher that was refused, as an alert. Encoders don't show the reason (OBS: "failed: -3"), and AWS has
 * no such alert: there, the reason remains unknown. It is no event either, so that nothing comes to depend on it.
 */
export class Refusals {
  readonly #now: () => number;
  #latest: { id: string; reason: string; at: number } | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  note(reason: string): void {
    this.#latest = { id: randomUUID().replaceAll("-", ""), reason, at: this.#now() };
  }

  /** A publisher was accepted: whatever was wrong has been put right. */
  clear(): void {
    this.#latest = undefined;
  }

  alerts(): object[] {
    if (this.#latest === undefined || this.#now() - this.#latest.at > shownForMs) return [];
    const { id, reason, at } = this.#latest;
    return [
      {
        id,
        alertType: "Input Refused",
        pipelineId: "0",
        message: `An encoder was refused: ${reason}.`,
        setTimestamp: new Date(at).toISOString(),
        state: "SET",
      },
    ];
  }
}
