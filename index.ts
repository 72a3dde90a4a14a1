import path from "node:path";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { AutoStop } from "./components/auto-stop.ts";
import { projectFolder } from "./components/bundle.ts";
import { Catalogue } from "./components/catalogue.ts";
import { ChannelEvents } from "./components/channel-events.ts";
import { ChannelSchedule } from "./components/channel-schedule.ts";
import { ClipPipeline } from "./components/clip-pipeline.ts";
import { Delivery } from "./components/delivery.ts";
import { LiveChannels } from "./components/live-channels.ts";
import { LiveOrigin } from "./components/live-origin.ts";
import { Operations } from "./components/operations.ts";
import { PrivateBucket } from "./components/private-bucket.ts";
import { Recognition } from "./components/recognition.ts";
import { RestApi } from "./components/rest-api.ts";
import { Sweeper } from "./components/sweeper.ts";
import { Website } from "./components/website.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };
const functions = { logRetentionDays: config.logRetentionDays, tags };
const channelIds = config.channels.map((channel) => channel.id);
const { accountId } = getCallerIdentityOutput();
const { region } = getRegionOutput();
const deleteWithObjects = !config.protectData;

const archive = new PrivateBucket("archive", { expireAfterDays: config.archiveRetentionDays, deleteWithObjects, tags });
const vod = new PrivateBucket("vod", {
  expireAfterDays: config.mediaRetentionDays,
  deleteWithObjects,
  readBy: "distribution",
  tags,
});
const web = new PrivateBucket("web", { deleteWithObjects: true, readBy: "distribution", tags });
const catalogue = new Catalogue("catalogue", { people: config.people, protect: config.protectData, tags });
const recognition = new Recognition("faces", { protect: config.protectData, tags });

// Imported only if needed, because loading awsx takes seconds.
const network =
  config.privateIngest === undefined
    ? undefined
    : new (await import("./components/private-ingest.ts")).PrivateIngest("ingest", {
        ...config.privateIngest,
        ingestCidrs: config.ingestCidrs,
        accountId,
        region,
        tags,
      });
const live = new LiveOrigin("live", {
  channels: channelIds,
  segmentSeconds: config.segmentSeconds,
  manifestWindowSeconds: config.manifestWindowSeconds,
  startoverSeconds: config.startoverSeconds,
  tags,
});
const channels = new LiveChannels("channel", {
  channels: config.channels,
  ingestCidrs: config.ingestCidrs,
  channelClass: config.channelClass,
  ladder: config.ladder,
  frameRate: config.frameRate,
  segmentSeconds: config.segmentSeconds,
  rolloverSeconds: config.rolloverSeconds,
  live,
  network,
  archive,
  tags,
});

const events = new ChannelEvents("channel-changed", { catalogue, channels, functions, tags });
const clips = new ClipPipeline("clips", {
  ladder: config.ladder,
  celebrities: config.celebrities,
  similarityThreshold: config.similarityThreshold,
  clipPaddingMs: config.clipPaddingMs,
  clipGapMs: config.clipGapMs,
  clipMinMs: config.clipMinMs,
  archive,
  vod,
  catalogue,
  recognition,
  channels: channelIds,
  accountId,
  functions,
  tags,
});
const api = new RestApi("api", {
  catalogue,
  vod,
  recognition,
  work: clips.work,
  channels,
  functions,
  tags,
});
const sweeper = new Sweeper("sweeper", { catalogue, archive, pipeline: clips, channels: channelIds, functions, tags });
const autoStop =
  config.idleStopMinutes === 0
    ? []
    : [
        new AutoStop("auto-stop", { catalogue, channels, idleMinutes: config.idleStopMinutes, functions, tags })
          .function,
      ];
for (const [at, { channel, ...times }] of config.channelSchedule.entries())
  new ChannelSchedule(`schedule-${at}`, { channel: channels.of(channel), ...times, accountId, tags });
const delivery = new Delivery("delivery", {
  web,
  vod,
  live,
  api,
  viewerProtocol: config.viewerProtocol,
  priceClass: config.priceClass,
  tags,
});
new Operations("operations", {
  alarmEmail: config.alarmEmail,
  monthlyBudgetUsd: config.monthlyBudgetUsd,
  accountId,
  region,
  channels: channels.all,
  live,
  clips,
  sweeper,
  api,
  functions: [events.changed, ...clips.functions, sweeper.function, ...autoStop, api.server],
  delivery,
  tags,
});
new Website("page", { bucket: web, folder: path.join(projectFolder, "web", "dist") });

const [first] = channels.all;
export const pageUrl = delivery.pageUrl;
export const apiUrl = api.url;
export const ingestServer = first!.ingestServers.apply(([server]) => server!);
export const streamKey = first!.streamKey;
export const adminToken = api.adminToken;
export const playbackUrl = pulumi.interpolate`${delivery.pageUrl}${first!.origin.hlsPath}`;
/** With private ingest, the gateway to attach the VPN or Direct Connect connection to. */
export const vpnGatewayId = network?.vpnGatewayId;
/** Of every channel, by id. */
const channelOutputs = channels.outputs(delivery.pageUrl);
export { channelOutputs as channels };
