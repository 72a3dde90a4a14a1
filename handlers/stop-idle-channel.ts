import {
  ConflictException,
  DescribeChannelCommand,
  ListAlertsCommand,
  MediaLiveClient,
  StopChannelCommand,
  type ChannelAlert,
} from "@aws-sdk/client-medialive";
import type { Catalogue } from "../catalogue/index.ts";
import { channelsSetting, type KnownChannel } from "../pipeline/channels/setting.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { noVideo } from "../pipeline/channels/no-video.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { numberSetting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/** What the handler works with. */
export interface StopIdleChannelDeps {
  mediaLive: MediaLiveClient;
  catalogue: Catalogue;
  channels: readonly KnownChannel[];
  /** How long a channel may run without input. */
  idleMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: StepLog;
}

/**
 * Stops the channels that have been running without input for too long. MediaLive's events may get lost, so it is
 * asked directly: a channel is idle while every running pipeline has the alert that no video arrives. Before the first
 * input of a run that alert is never set, but the one that it waits (5007), whose wording the documents don't tell: so
 * while nothing has proved an input, no event and no recording, any alert counts.
 */
export function createHandler({
  mediaLive,
  catalogue,
  channels,
  idleMs,
  now,
  log,
}: StopIdleChannelDeps): () => Promise<void> {
  async function check({ id, channelId }: KnownChannel): Promise<void> {
    const { State, PipelinesRunningCount = 1 } = await mediaLive.send(
      new DescribeChannelCommand({ ChannelId: channelId }),
    );
    if (State !== "RUNNING") return;
    const { startedAt, hadInput } = await catalogue.channels.get(id);
    const lost = new Map<string | undefined, number>();
    for (const { AlertType, PipelineId, SetTimestamp } of await alertsOf(channelId))
      if (SetTimestamp !== undefined && (AlertType === noVideo || !hadInput))
        lost.set(PipelineId, Math.max(lost.get(PipelineId) ?? 0, SetTimestamp.getTime()));
    if (lost.size < Math.max(1, PipelinesRunningCount)) return;
    // An alert that is older than the run is a left-over of the one before.
    const sinceMs = Math.max(startedAt === undefined ? 0 : Date.parse(startedAt), ...lost.values());
    const idle = { channel: id, since: new Date(sinceMs).toISOString() };
    if (now() - sinceMs < idleMs) {
      log.info("channel-idle", idle);
      return;
    }
    try {
      await mediaLive.send(new StopChannelCommand({ ChannelId: channelId }));
      log.info("channel-stopped", idle);
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      // Somebody else was quicker.
      log.info("channel-left-running", idle);
    }
  }

  /** The alerts that are set now, all pages. */
  async function alertsOf(ChannelId: string): Promise<ChannelAlert[]> {
    const alerts: ChannelAlert[] = [];
    let next: string | undefined;
    do {
      const page = await mediaLive.send(
        new ListAlertsCommand({ ChannelId, StateFilter: "SET", ...(next !== undefined && { NextToken: next }) }),
      );
      alerts.push(...(page.Alerts ?? []));
      next = page.NextToken;
    } while (next !== undefined);
    return alerts;
  }

  return async () => {
    const failures: unknown[] = [];
    for (const channel of channels) {
      try {
        await check(channel);
      } catch (error) {
        log.warn("channel-unchecked", error, { channel: channel.id });
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} channels could not be checked`);
  };
}

/** Lambda entry point: EventBridge rule by time. */
export const handler = entryPoint("stop-idle-channel", (log) =>
  createHandler({
    mediaLive: new MediaLiveClient(),
    catalogue: openCatalogue(),
    channels: channelsSetting(),
    idleMs: numberSetting("IDLE_STOP_MINUTES", { min: 1, max: 1440 }) * 60_000,
    now: Date.now,
    log,
  }),
);
