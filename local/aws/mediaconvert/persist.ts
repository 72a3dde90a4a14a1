import { setTimeout } from "node:timers/promises";
import { ConverterDied } from "../../media/convert/run.ts";
import { isDiskFull } from "../../disk.ts";
import { DiskFullError } from "./room.ts";

/** A job whose converter dies this often fails: its media may be what kills it. */
const mostDeaths = 3;

/** How long to wait before the next try, in milliseconds. */
export interface Patience {
  /** After a converter died; twice as long the second time. */
  afterDeathMs: number;
  /** While the disk is full. */
  whileFullMs: number;
}

export const usualPatience: Patience = { afterDeathMs: 2_000, whileFullMs: 15_000 };

/**
 * Does a job again after what may pass: a converter that died, a full disk for as long as it is full. Only bad media is
 * final. MediaConvert, too, moves a job to another machine when one fails. Rejects when `signal` aborts.
 */
export async function persist<Result>(
  work: () => Promise<Result>,
  { signal, note, patience }: { signal: AbortSignal; note: (reason: string) => void; patience: Patience },
): Promise<Result> {
  for (let deaths = 0; ;) {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof ConverterDied) deaths += 1;
      const wantsRoom = cause instanceof DiskFullError || isDiskFull(cause);
      const mayPass = wantsRoom || (cause instanceof ConverterDied && deaths < mostDeaths);
      if (!mayPass) throw cause;
      note(cause instanceof Error ? cause.message : "");
      const waitMs = wantsRoom ? patience.whileFullMs : deaths * patience.afterDeathMs;
      await setTimeout(waitMs, undefined, { signal });
    }
  }
}
