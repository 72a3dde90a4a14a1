import { Type, type Static } from "typebox";
import { Compile } from "typebox/compile";

/** A live channel that the program created. */
const ChannelConfigSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** MediaLive's id of the channel. */
  channelId: Type.String(),
  /** MediaLive's id of its RTMP input. */
  inputId: Type.String(),
  /** Paths on the distribution, and how far back they reach. */
  playback: Type.Object({
    lowLatencyHls: Type.String(),
    hls: Type.String(),
    dash: Type.String(),
    startoverSeconds: Type.Integer(),
  }),
});

/** A live channel that the program created. */
export type ChannelConfig = Static<typeof ChannelConfigSchema>;

const channelsOf = Compile(Type.Array(ChannelConfigSchema));

/** The API's configuration. */
export interface ApiConfig {
  /** Bucket of the converted recordings. */
  vodBucket: string;
  /** Bucket of the page. */
  webBucket: string;
  /** Id of the Rekognition collection with the reference photos' faces. */
  collection: string;
  /** SHA-256 of the admin token, in hex. */
  adminTokenSha256: string;
  channels: ChannelConfig[];
  /** MediaConvert's queue and role for exports. */
  exports: { queueArn: string; roleArn: string };
  /** Whether a person's first photo starts a search of the whole archive. */
  searchOnRegistration: boolean;
  /** Whether webhooks may be on the machine itself. */
  localWebhooks: boolean;
}

/** The function's environment: the API's configuration, and what the function needs besides. */
export interface FunctionConfig extends ApiConfig {
  table: string;
  queueUrl: string;
  searchQueueUrl: string;
  /** The function that plays built-in footage, if there is one. */
  demoFunction: string | undefined;
  webhookQueueUrl: string;
  /** SHA-256, in hex, of the secret that only the distribution sends. */
  originSecretSha256: string;
}

/** Reads the function's environment. Throws an error that says what is missing or invalid. */
export function readConfig(env: NodeJS.ProcessEnv): FunctionConfig {
  const get = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw new Error(`The environment variable ${name} is missing`);
    return value;
  };
  return {
    table: get("CATALOGUE_TABLE"),
    vodBucket: get("VOD_BUCKET"),
    webBucket: get("WEB_BUCKET"),
    collection: get("COLLECTION_ID"),
    queueUrl: get("CONVERT_QUEUE_URL"),
    searchQueueUrl: get("SEARCHES_QUEUE_URL"),
    searchOnRegistration: get("SEARCH_ON_REGISTRATION") === "true",
    demoFunction: env["DEMO_FUNCTION"],
    webhookQueueUrl: get("WEBHOOK_QUEUE_URL"),
    localWebhooks: get("LOCAL_WEBHOOKS") === "true",
    adminTokenSha256: get("ADMIN_TOKEN_SHA256"),
    originSecretSha256: get("ORIGIN_SECRET_SHA256"),
    channels: readChannels(get("CHANNELS")),
    exports: { queueArn: get("EXPORT_QUEUE_ARN"), roleArn: get("EXPORT_ROLE_ARN") },
  };
}

function readChannels(json: string): ChannelConfig[] {
  const wrong =
    "The environment variable CHANNELS must be JSON like " +
    '[{"id":"main","name":"Main","channelId":"1","inputId":"2",' +
    '"playback":{"lowLatencyHls":"/…","hls":"/…","dash":"/…"}}]';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Error(wrong, { cause });
  }
  if (!channelsOf.Check(value)) throw new Error(wrong);
  return value;
}
