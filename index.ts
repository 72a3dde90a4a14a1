import path from "node:path";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import { projectFolder } from "./components/bundle.ts";
import { Catalogue } from "./components/catalogue.ts";
import { ChannelEvents } from "./components/channel-events.ts";
import { ClipPipeline } from "./components/clip-pipeline.ts";
import { Delivery } from "./components/delivery.ts";
import { LiveChannel } from "./components/live-channel.ts";
import { LiveOrigin } from "./components/live-origin.ts";
import { PrivateBucket } from "./components/private-bucket.ts";
import { Recognition } from "./components/recognition.ts";
import { RestApi } from "./components/rest-api.ts";
import { Website } from "./components/website.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };
const functions = { logRetentionDays: config.logRetentionDays, tags };
const deleteWithObjects = !config.protectData;

const archive = new PrivateBucket("archive", { expireAfterDays: config.archiveRetentionDays, deleteWithObjects, tags });
const vod = new PrivateBucket("vod", { expireAfterDays: config.mediaRetentionDays, deleteWithObjects, readBy: "distribution", tags });
const web = new PrivateBucket("web", { deleteWithObjects: true, readBy: "distribution", tags });
const catalogue = new Catalogue("catalogue", { people: config.people, protect: config.protectData, tags });
const recognition = new Recognition("faces", { tags });

const live = new LiveOrigin("live", {
  channels: config.channels.map((channel) => channel.id),
  segmentSeconds: config.segmentSeconds,
  manifestWindowSeconds: config.manifestWindowSeconds,
  startoverSeconds: config.startoverSeconds,
  tags,
});
const channels = config.channels.map(({ id, name }) => {
  const origin = live.channels.get(id)!;
  const channel = new LiveChannel(`channel-${id}`, {
    id,
    ingestCidrs: config.ingestCidrs,
    channelClass: config.channelClass,
    ladder: config.ladder,
    frameRate: config.frameRate,
    segmentSeconds: config.segmentSeconds,
    rolloverSeconds: config.rolloverSeconds,
    archive,
    origin,
    tags,
  });
  return { id, name, channel, origin };
});
const liveChannels = channels.map(({ channel }) => channel);
const channelsJson = pulumi.jsonStringify(channels.map(({ id, name, channel, origin }) => ({
  id,
  name,
  channelId: channel.channelId,
  inputId: channel.inputId,
  playback: { hls: origin.hlsPath, dash: origin.dashPath },
})));

new ChannelEvents("channel-changed", { catalogue, channels: liveChannels, channelsJson, functions, tags });
const clips = new ClipPipeline("clips", {
  archive,
  vod,
  catalogue,
  recognition,
  channels: config.channels.map((channel) => channel.id),
  accountId: getCallerIdentityOutput().accountId,
  ladder: config.ladder,
  celebrities: config.celebrities,
  similarityThreshold: config.similarityThreshold,
  clipPaddingMs: config.clipPaddingMs,
  clipGapMs: config.clipGapMs,
  clipMinMs: config.clipMinMs,
  functions,
  tags,
});
const api = new RestApi("api", {
  catalogue,
  vod,
  recognition,
  work: clips.work,
  channels: liveChannels,
  channelsJson,
  similarityThreshold: config.similarityThreshold,
  functions,
  tags,
});
const delivery = new Delivery("delivery", { web, vod, live, api, viewerProtocol: config.viewerProtocol, priceClass: config.priceClass, tags });
new Website("page", { bucket: web, folder: path.join(projectFolder, "web", "dist") });

const [first] = channels;
export const pageUrl = delivery.pageUrl;
export const apiUrl = api.url;
export const ingestServer = first!.channel.ingestServers.apply(([server]) => server!);
export const streamKey = first!.channel.streamKey;
export const adminToken = api.adminToken;
export const playbackUrl = pulumi.interpolate`${delivery.pageUrl}${first!.origin.hlsPath}`;
