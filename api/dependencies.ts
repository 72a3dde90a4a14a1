import type { RekognitionClient } from "@aws-sdk/client-rekognition";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Catalogue } from "../catalogue/index.ts";
import type { ConversionQueue } from "../pipeline/conversion/queue.ts";
import type { SearchQueue } from "../pipeline/search/queue.ts";
import type { AdminToken } from "./admin-token.ts";
import type { WebhookQueue } from "../pipeline/webhooks/queue.ts";
import type { Caller } from "./caller.ts";
import type { ApiConfig } from "./config.ts";
import type { ExportJobs } from "./export-jobs.ts";
import type { Exports } from "./exports.ts";
import type { FrameFaces } from "./frame-faces.ts";
import type { Demo } from "./demo.ts";
import type { LiveChannels } from "./live-channels.ts";
import type { PersonSearches } from "./person-searches.ts";
import type { RecordingMedia } from "./recording-media.ts";
import type { Photos } from "./photos/index.ts";
import type { VodPlaylists } from "./vod-playlists.ts";
import type { WebPage } from "./web-page.ts";

/** The dependencies of the API, which its host provides. */
export interface ApiDependencies {
  config: ApiConfig;
  catalogue: Catalogue;
  /** The jobs of exports. Loaded for the first export: few calls need what takes so long to load. */
  exportJobs: () => Promise<ExportJobs>;
  /** The channels in MediaLive, whose client takes long to load, too. */
  liveChannels: () => Promise<LiveChannels>;
  rekognition: RekognitionClient;
  s3: S3Client;
  /** The queue of recordings to convert. */
  queue: ConversionQueue;
  /** Wakes searches of the archive. */
  searchQueue: SearchQueue;
  /** Built-in footage; absent where nothing plays it. */
  demo?: Demo | undefined;
  /** The queue of events for webhooks. */
  webhookQueue: WebhookQueue;
  /** The clock, in milliseconds since the epoch. */
  now?: () => number;
}

/** The dependencies of routes. */
export interface RouteDependencies extends Pick<
  ApiDependencies,
  "config" | "catalogue" | "liveChannels" | "queue" | "webhookQueue" | "demo"
> {
  adminToken: AdminToken;
  /** The clock, in milliseconds since the epoch. */
  now: () => number;
  caller: Caller;
  personSearches: PersonSearches;
  photos: Photos;
  recordingMedia: RecordingMedia;
  frameFaces: FrameFaces;
  exports: Exports;
  vodPlaylists: VodPlaylists;
  webPage: WebPage;
}
