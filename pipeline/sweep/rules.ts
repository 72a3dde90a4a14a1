import { formatArchiveKey, parseArchiveKey } from "../../domain/archive-key.ts";
import { broadcastStartMs } from "../../domain/ids.ts";
import type { Recording } from "../../domain/model.ts";

/** When the sweeper steps in. */
export interface SweepRules {
  /** How long a recording may stay in one state before the sweeper checks it. */
  stuckAfterMs: number;
  /** How often it is redriven before it is given up; each time it gets twice as long as before. */
  maxRedrives: number;
  /** The longest that an event for an archived object may take. */
  settledAfterMs: number;
  /** Older objects of the archive are left alone. */
  lookBackMs: number;
}

/** The rules that the stack runs with: looked at after half an hour, given up seven and a half hours later. */
export const sweepRules: SweepRules = {
  stuckAfterMs: 30 * 60_000,
  maxRedrives: 3,
  settledAfterMs: 15 * 60_000,
  lookBackMs: 3 * 24 * 3_600_000,
};

/** Whether a recording has been in its state so long that an event must have been lost. */
export function isStuck(
  { stateAt, redrives, redrivenAt }: Pick<Recording, "stateAt" | "redrives" | "redrivenAt">,
  rules: SweepRules,
  nowMs: number,
): boolean {
  const sinceMs = Math.max(Date.parse(stateAt), redrivenAt === undefined ? 0 : Date.parse(redrivenAt));
  return nowMs - sinceMs >= rules.stuckAfterMs * 2 ** Math.min(redrives, rules.maxRedrives);
}

/**
 * The key of a channel's archive after which to continue comparing: where the last sweep ended, otherwise where the
 * broadcasts of the look-back time begin. Keys sort by time, since a broadcast is named by its start; one that began
 * before and still runs counts as recent.
 */
export function compareAfter(
  channel: string,
  known: { comparedTo: string | undefined; broadcast: string | undefined },
  rules: SweepRules,
  nowMs: number,
): string {
  if (known.comparedTo !== undefined) return known.comparedTo;
  const oldest = new Date(nowMs - rules.lookBackMs).toISOString().replaceAll(/[-:]|\.\d{3}Z$/g, "");
  const first =
    known.broadcast !== undefined && broadcastStartMs(known.broadcast) < nowMs - rules.lookBackMs
      ? known.broadcast
      : oldest;
  return `${channel}/${first}`;
}

/** An object of the archive. */
export interface ArchivedObject {
  key: string;
  /** When it was written, milliseconds since the epoch. */
  writtenMs: number;
}

/** Whether the key is one that a channel writes; anything else in the archive is not ours. */
export function isRecordingKey(key: string): boolean {
  try {
    return formatArchiveKey(parseArchiveKey(key)) === key;
  } catch {
    return false;
  }
}

/**
 * Up to which object, of these in the order of their keys, nothing can be missed any more: from the next one on,
 * something is new, or could not be noted. Undefined when that is the first.
 */
export function settledKey(
  objects: readonly ArchivedObject[],
  unnoted: ReadonlySet<string>,
  rules: SweepRules,
  nowMs: number,
): string | undefined {
  // An upload that was retried may come an hour after the ones behind it.
  const open = objects.findIndex(
    ({ key, writtenMs }) => nowMs - writtenMs < 4 * rules.settledAfterMs || unnoted.has(key),
  );
  return (open === -1 ? objects : objects.slice(0, open)).at(-1)?.key;
}
