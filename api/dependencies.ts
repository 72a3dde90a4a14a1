import type { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { RekognitionClient } from "@aws-sdk/client-rekognition";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Catalogue } from "../catalogue/index.ts";
import type { ConversionQueue } from "../pipeline/conversion/queue.ts";
import type { WebhookQueue } from "../pipeline/webhooks/queue.ts";
import type { Caller } from "./caller.ts";
import type { ApiConfig } from "./config.ts";
import type { Exports } from "./exports.ts";
import type { FrameFaces } from "./frame-faces.ts";
import type { LiveChannels } from "./live-channels.ts";
import type { Photos } from "./photos/index.ts";
import type { VodPlaylists } from "./vod-playlists.ts";

/** The dependencies of the API, which its host provides. */
export interface ApiDependencies {
  config: ApiConfig;
  catalogue: Catalogue;
  mediaConvert: MediaConvertClient;
  mediaLive: MediaLiveClient;
  rekognition: RekognitionClient;
  s3: S3Client;
  /** The queue of recordings to convert. */
  queue: ConversionQueue;
  /** The queue of events for webhooks. */
  webhookQueue: WebhookQueue;
  /** The clock, in milliseconds since the epoch. */
  now?: () => number;
}

/** The dependencies of routes. */
export interface RouteDependencies extends Pick<ApiDependencies, "config" | "catalogue" | "queue" | "webhookQueue"> {
  /** The clock, in milliseconds since the epoch. */
  now: () => number;
  caller: Caller;
  liveChannels: LiveChannels;
  photos: Photos;
  frameFaces: FrameFaces;
  exports: Exports;
  vodPlaylists: VodPlaylists;
}
