import path from "node:path";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { AutoStop } from "./components/auto-stop.ts";
import { projectFolder } from "./components/bundle.ts";
import { Catalogue } from "./components/catalogue.ts";
import { Changes } from "./components/changes.ts";
import { ChannelEvents } from "./components/channel-events.ts";
import { ChannelSchedule } from "./components/channel-schedule.ts";
import { ClipPipeline } from "./components/clip-pipeline.ts";
import { Delivery } from "./components/delivery.ts";
import { Exports, exportsExpiry } from "./components/exports.ts";
import { LiveChannels } from "./components/live-channels.ts";
import { LiveOrigin } from "./components/live-origin.ts";
import { Operations } from "./components/operations.ts";
import { PersonSearch } from "./components/person-search.ts";
import { PrivateBucket } from "./components/private-bucket.ts";
import { Recognition } from "./components/recognition.ts";
import { RestApi } from "./components/rest-api.ts";
import { Stream } from "./components/stream.ts";
import { Sweeper } from "./components/sweeper.ts";
import { Webhooks } from "./components/webhooks.ts";
import { Website } from "./components/website.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const { ladder, segmentSeconds, ingestCidrs, protectData } = config;
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };
const functions = { logRetentionDays: config.logRetentionDays, tags };
const channelIds = config.channels.map((channel) => channel.id);
const { accountId } = getCallerIdentityOutput();
const { region } = getRegionOutput();

const { archiveRetentionDays, mediaRetentionDays } = config;
const media = { deleteWithObjects: !protectData, tags };
const archive = new PrivateBucket("archive", { ...media, expireAfterDays: archiveRetentionDays });
const vod = new PrivateBucket("vod", {
  ...media,
  expireAfterDays: mediaRetentionDays,
  expireUnder: exportsExpiry,
  readBy: "distribution",
});
const web = new PrivateBucket("web", { deleteWithObjects: true, readBy: "distribution", tags });
const catalogue = new Catalogue("catalogue", { people: config.people, protect: protectData, tags });
const changes = new Changes("changes", { catalogue, functions, tags });
const { allowLocalWebhooks: allowLocal } = config;
const webhooks = new Webhooks("webhooks", { catalogue, changes, allowLocal, functions, tags });
const recognition = new Recognition("faces", { accountId, protect: protectData, tags });

// Imported only if needed, because loading awsx takes seconds.
const { privateIngest } = config;
const network =
  privateIngest &&
  new (await import("./components/private-ingest.ts")).PrivateIngest("ingest", {
    ...privateIngest,
    ingestCidrs,
    accountId,
    region,
    tags,
  });

const { manifestWindowSeconds, startoverSeconds } = config;
const packaging = { segmentSeconds, manifestWindowSeconds, startoverSeconds };
const live = new LiveOrigin("live", { ...packaging, channels: channelIds, tags });
const { channelClass, frameRate, rolloverSeconds } = config;
const encoder = { channelClass, ladder, frameRate, rolloverSeconds };
const ingest = { channels: config.channels, ingest: config.ingest, ingestCidrs, network };
const channels = new LiveChannels("channel", { ...ingest, ...encoder, live, archive, tags });

const events = new ChannelEvents("channel-changed", { catalogue, channels, functions, tags });
const { encodeAll, celebrities, shots, similarityThreshold, clipPaddingMs, clipGapMs, clipMinMs } = config;
const analysis = { celebrities, shots, similarityThreshold, clipPaddingMs, clipGapMs, clipMinMs };
const conversion = { ladder, encodeAll, channelClass };
const storage = { archive, vod, catalogue, recognition };
const processed = { channels: channelIds, accountId, functions, tags };
const clips = new ClipPipeline("clips", { ...conversion, ...analysis, ...storage, ...processed });
const search = new PersonSearch("advance-searches", { catalogue, vod, recognition, pipeline: clips, functions });
const exports = new Exports("exports", { vod, accountId, tags });
const { searchOnRegistration, demoFunction, adminTokenVersion } = config;
const served = { channels, exports, webhooks, work: clips.work, searches: clips.searches };
const options = { searchOnRegistration, demoFunction, adminTokenVersion, accountId, region };
const api = new RestApi("api", { ...storage, web, ...served, ...options, functions, tags });
const sweeper = new Sweeper("sweeper", { catalogue, archive, pipeline: clips, channels: channelIds, functions, tags });
const { idleStopMinutes: idleMinutes } = config;
const autoStop =
  idleMinutes > 0 ? [new AutoStop("auto-stop", { catalogue, channels, idleMinutes, functions, tags }).function] : [];
for (const [at, { channel, ...times }] of config.channelSchedule.entries())
  new ChannelSchedule(`schedule-${at}`, { channel: channels.of(channel), ...times, accountId, tags });
const stream = new Stream("stream", { api, bus: changes.busName, functions, tags });
const { viewerProtocol, priceClass } = config;
const origins = { web, vod, live, api, stream };
const delivery = new Delivery("delivery", { ...origins, viewerProtocol, priceClass, region, tags });

const { alarmEmail, monthlyBudgetUsd } = config;
const watched = { channels: channels.all, live, clips, sweeper, api, webhooks, delivery };
const telling = [changes.announcer, webhooks.deliverer, ...stream.functions];
const working = [events.changed, ...clips.functions, search.function, sweeper.function, ...autoStop];
const account = { accountId, region, alarmEmail, monthlyBudgetUsd };
new Operations("operations", { ...account, ...watched, functions: [...working, ...telling, api.server], tags });
new Website("page", { bucket: web, folder: path.join(projectFolder, "web", "dist") });

const [first] = channels.all;
export const pageUrl = delivery.pageUrl;
export const apiUrl = delivery.apiUrl;
export const { ingestServer, streamKey } = first!.ingest[0]!;
export const adminToken = api.adminToken;
export const playbackUrl = pulumi.interpolate`${delivery.pageUrl}${first!.origin.lowLatencyHlsPath}`;
/** The event bus that tells of changes; see docs/clients.md. */
export const changesBus = changes.busName;
/** With private ingest, the gateway to attach the VPN or Direct Connect connection to. */
export const vpnGatewayId = network?.vpnGatewayId;
/** Of every channel, by id. */
const channelOutputs = channels.outputs(delivery.pageUrl);
export { channelOutputs as channels };
