import { Catalogue } from "../../components/catalogue.ts";
import { Exports } from "../../components/exports.ts";
import { LiveChannels, type LiveChannelsArgs } from "../../components/live-channels.ts";
import { LiveOrigin } from "../../components/live-origin.ts";
import { PrivateBucket } from "../../components/private-bucket.ts";
import { Recognition } from "../../components/recognition.ts";
import type { RestApiArgs } from "../../components/rest-api.ts";
import { account } from "./mocks.ts";

/** What the pipeline, the API and the delivery are made of, as small as it gets. */
export interface Parts {
  archive: PrivateBucket;
  vod: PrivateBucket;
  web: PrivateBucket;
  catalogue: Catalogue;
  recognition: Recognition;
  live: LiveOrigin;
  channels: LiveChannels;
  exports: Exports;
  webhooks: RestApiArgs["webhooks"];
}

export const ladder = [
  { name: "720p", height: 720, bitrate: 2_500_000 },
  { name: "360p", height: 360, bitrate: 700_000 },
];

/** Makes the parts; to be called inside a deployment. */
export function makeParts(overrides: Partial<LiveChannelsArgs> = {}): Parts {
  const archive = new PrivateBucket("archive");
  const vod = new PrivateBucket("vod", { readBy: "distribution" });
  const web = new PrivateBucket("web", { readBy: "distribution" });
  const catalogue = new Catalogue("catalogue", { people: [], protect: false });
  const recognition = new Recognition("faces", { accountId: account });
  const live = new LiveOrigin("live", {
    channels: ["main"],
    segmentSeconds: 2,
    manifestWindowSeconds: 60,
    startoverSeconds: 10_800,
  });
  const channels = new LiveChannels("channel", {
    channels: [{ id: "main", name: "Main" }],
    live,
    ingestCidrs: ["203.0.113.7/32"],
    ingest: "rtmp",
    channelClass: "SINGLE_PIPELINE",
    ladder,
    frameRate: 30,
    rolloverSeconds: 60,
    archive,
    ...overrides,
  });
  const exports = new Exports("exports", { vod, accountId: account });
  const webhooks = {
    environment: { WEBHOOK_QUEUE_URL: "https://sqs/webhooks", LOCAL_WEBHOOKS: "false" },
    send: { Sid: "SendToWebhooks", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:::webhooks" },
  };
  return { archive, vod, web, catalogue, recognition, live, channels, exports, webhooks };
}

/** The parts' channel as functions are told of it. */
export const channelsJson = JSON.stringify([
  {
    id: "main",
    name: "Main",
    channelId: "1234567",
    inputId: "channel-main-id",
    playback: {
      lowLatencyHls: "/out/v1/spotlight-test-live/main/live/low-latency.m3u8",
      hls: "/out/v1/spotlight-test-live/main/live/index.m3u8",
      dash: "/out/v1/spotlight-test-live/main/live/index.mpd",
      startoverSeconds: 10_800,
    },
  },
]);
