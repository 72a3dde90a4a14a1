import type { Channel } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";

/** What the live part of the page shows. */
export type Stage =
  | "loading"
  | "unreachable"
  | "off"
  | "starting"
  | "waiting"
  | "live"
  | "reconnecting"
  | "stopping"
  | "failed";

/**
 * The stage for a channel's state.
 *
 * @param seenRun when the run began whose picture was there since the page was opened: if the channel still runs since
 *   then, a missing input is a lost one. A channel that was stopped and started waits for its first.
 */
export function stageOf(
  channel: Channel | undefined,
  { unreachable, seenRun }: { unreachable: boolean; seenRun: string | null },
): Stage {
  if (channel === undefined) return unreachable ? "unreachable" : "loading";
  switch (channel.state) {
    case "idle":
      return "off";
    case "starting":
      return "starting";
    case "stopping":
      return "stopping";
    case "failed":
      return "failed";
    case "running":
      if (channel.live) return "live";
      return seenRun !== null && seenRun === channel.startedAt ? "reconnecting" : "waiting";
  }
}

/** Milliseconds until the channels' state is polled again: short while a change is expected. */
export function pollDelayMs(channels: readonly Channel[] | undefined): number {
  if (channels === undefined) return 2000;
  const changing = channels.some(
    ({ state, live }) => state === "starting" || state === "stopping" || (state === "running" && !live),
  );
  if (changing) return 2000;
  return channels.some(({ state }) => state === "running") ? 4000 : 10_000;
}

/** What is read out when the stage changes. */
export function announcementOf(stage: Exclude<Stage, "loading">): string {
  if (stage === "live") return messages.live;
  return stage === "reconnecting" ? messages.stage.lost : messages.stage[stage].announced;
}
