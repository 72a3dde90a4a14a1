import * as mediaconvert from "@pulumi/aws/mediaconvert/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue.ts";
import { Detectors } from "./detectors.ts";
import type { LiveChannelArgs } from "./live-channel.ts";
import { EventRoute } from "./event-route.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import { standbyFolder } from "../domain/archive-key.ts";
import { passRole } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import type { Recognition } from "./recognition.ts";
import { ServiceRole } from "./service-role.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ClipPipelineArgs {
  archive: PrivateBucket;
  vod: PrivateBucket;
  catalogue: Catalogue;
  recognition: Recognition;
  /** Channels whose recordings are processed, found below `CHANNEL/` in the archive. */
  channels: readonly string[];
  /** A STANDARD channel's second pipeline archives, too, below `_standby/CHANNEL/`. */
  channelClass: LiveChannelArgs["channelClass"];
  /** The account that owns the archive; only its bucket may start the pipeline. */
  accountId: pulumi.Input<string>;
  /** Renditions to convert to, highest first. */
  ladder: readonly { readonly name: string; readonly height: number; readonly bitrate: number }[];
  /** Whether the top rendition and the MP4 are encoded again instead of passed through. */
  encodeAll: boolean;
  celebrities: boolean;
  /** Whether cuts between shots are looked for. */
  shots: boolean;
  /** 0–100. */
  similarityThreshold: number;
  clipPaddingMs: number;
  clipGapMs: number;
  clipMinMs: number;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

const searchTimeoutSeconds = 30;
/** Of the function that advances searches of the archive. */
export const advanceTimeoutSeconds = 120;
/**
 * Rekognition refuses more than 20 jobs of an account at once, and a message is hidden for three minutes after each
 * refusal: these tries last eight hours, longer than the sweeper lets a recording wait.
 * https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
const searchTries = 160;

/**
 * Turns archived recordings into clips: archive object → `recording-archived` → queue → `convert-recording` →
 * MediaConvert → queue → `find-people` → Rekognition → `index-clips` → catalogue.
 */
export class ClipPipeline extends pulumi.ComponentResource {
  /** The MediaConvert queue of this stack's jobs. */
  readonly convertQueueArn: pulumi.Output<string>;
  /** Recordings waiting for conversion; sending one here converts it (again). */
  readonly work: WorkQueue;
  /** Conversions that ended and wait for their recording to be searched. */
  readonly endedConversions: WorkQueue;
  /** Wakes searches of the archive: a job of theirs, or an analysis that they wait for, ended. */
  readonly searches: WorkQueue;
  /** How clips follow from appearances, for functions that make clips. */
  readonly clipRules: Readonly<Record<string, string>>;
  /** Environment and grants that functions need to use the detectors. */
  readonly detectors: Detectors;
  /** The pipeline's functions, in the order in which they process a recording. */
  readonly functions: readonly Function[];
  readonly findPeople: Function;
  /** The last function, whose log reports failed analyses. */
  readonly indexClips: Function;

  constructor(name: string, args: ClipPipelineArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:ClipPipeline", name, {}, options);
    const { archive, vod, catalogue, recognition, tags } = args;
    const parent = { parent: this };
    const CATALOGUE_TABLE = catalogue.tableName;
    const convertTimeoutSeconds = 60;
    const detectors = new Detectors(args);
    this.detectors = detectors;

    const work = new WorkQueue(`${name}-convert`, { consumerTimeoutSeconds: convertTimeoutSeconds, tags }, parent);
    this.work = work;
    const recordingArchived = new Function(
      `${name}-recording-archived`,
      {
        ...args.functions,
        entry: "handlers/recording-archived.ts",
        environment: { CATALOGUE_TABLE, CONVERT_QUEUE_URL: work.url },
        statements: [catalogue.grant("GetItem", "PutItem", "UpdateItem"), work.send()],
        keepFailedEvents: true,
      },
      parent,
    );
    const mayStart = recordingArchived.allowInvoke(`${name}-archive`, "s3.amazonaws.com", archive.arn, args.accountId);
    new s3.BucketNotification(
      `${name}-archive`,
      {
        bucket: archive.bucket,
        lambdaFunctions: args.channels
          .flatMap((channel) => [
            `${channel}/`,
            ...(args.channelClass === "STANDARD" ? [`${standbyFolder}${channel}/`] : []),
          ])
          .map((prefix) => ({
            id: prefix.replaceAll("/", ""),
            lambdaFunctionArn: recordingArchived.arn,
            events: ["s3:ObjectCreated:*"],
            filterPrefix: prefix,
            filterSuffix: ".ts",
          })),
      },
      { parent: this, dependsOn: [mayStart] },
    );

    const convertQueue = new mediaconvert.Queue(
      name,
      { description: "Spotlight: recordings to HLS, MP4 and posters", tags },
      parent,
    );
    this.convertQueueArn = convertQueue.arn;
    const converter = new ServiceRole(
      `${name}-converter`,
      {
        service: "mediaconvert.amazonaws.com",
        // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
        source: { account: args.accountId, arn: convertQueue.arn },
        statements: [
          { Sid: "ReadArchive", Action: "s3:GetObject", Resource: pulumi.interpolate`${archive.arn}/*` },
          { Sid: "WriteVod", Action: "s3:PutObject", Resource: pulumi.interpolate`${vod.arn}/vod/*` },
        ],
        tags,
      },
      parent,
    );
    const convertRecording = new Function(
      `${name}-convert-recording`,
      {
        ...args.functions,
        entry: "handlers/convert-recording.ts",
        environment: {
          CATALOGUE_TABLE,
          VOD_BUCKET: vod.bucket,
          MEDIACONVERT_QUEUE_ARN: convertQueue.arn,
          MEDIACONVERT_ROLE_ARN: converter.arn,
          LADDER: JSON.stringify(args.ladder),
          ENCODE_ALL: String(args.encodeAll),
        },
        statements: [
          catalogue.grant("GetItem", "UpdateItem"),
          work.receive(),
          { Sid: "Convert", Action: "mediaconvert:CreateJob", Resource: convertQueue.arn },
          // Probe supports no resource; it reads the file with the caller's permissions.
          { Sid: "Probe", Action: "mediaconvert:Probe", Resource: "*" },
          { Sid: "ReadArchive", Action: "s3:GetObject", Resource: pulumi.interpolate`${archive.arn}/*` },
          passRole(converter.arn, "mediaconvert.amazonaws.com"),
        ],
        timeoutSeconds: convertTimeoutSeconds,
      },
      parent,
    );
    work.feed(convertRecording, 5);

    const endedConversions = new WorkQueue(
      `${name}-ended-conversions`,
      { consumerTimeoutSeconds: searchTimeoutSeconds, maxTries: searchTries, tags },
      parent,
    );
    this.endedConversions = endedConversions;
    const findPeople = new Function(
      `${name}-find-people`,
      {
        ...args.functions,
        entry: "handlers/find-people.ts",
        environment: {
          CATALOGUE_TABLE,
          VOD_BUCKET: vod.bucket,
          RECOGNITION_TOPIC_ARN: recognition.topicArn,
          RECOGNITION_ROLE_ARN: recognition.roleArn,
          ...detectors.environment,
        },
        statements: [
          catalogue.grant("GetItem", "Query", "PutItem", "UpdateItem", "BatchWriteItem"),
          catalogue.grantIndexes(),
          endedConversions.receive(),
          ...detectors.start,
          { Sid: "ReadVod", Action: "s3:GetObject", Resource: pulumi.interpolate`${vod.arn}/vod/*` },
          passRole(recognition.roleArn, "rekognition.amazonaws.com"),
        ],
        timeoutSeconds: searchTimeoutSeconds,
      },
      parent,
    );
    endedConversions.feed(findPeople, 5);
    new EventRoute(
      `${name}-converted`,
      {
        description: "A conversion of this stack's recordings completed or failed",
        pattern: {
          source: ["aws.mediaconvert"],
          "detail-type": ["MediaConvert Job State Change"],
          detail: { status: ["COMPLETE", "ERROR"], queue: [convertQueue.arn] },
        },
        to: endedConversions,
        tags,
      },
      parent,
    );

    this.clipRules = {
      CLIP_PADDING_MS: String(args.clipPaddingMs),
      CLIP_GAP_MS: String(args.clipGapMs),
      CLIP_MIN_MS: String(args.clipMinMs),
    };
    // Refused searches of the archive wait twelve minutes, so those of what is streamed, which wait three, come first;
    // these tries last eight hours as well.
    this.searches = new WorkQueue(
      `${name}-searches`,
      { consumerTimeoutSeconds: advanceTimeoutSeconds, maxTries: 40, tags },
      parent,
    );
    const indexClips = new Function(
      `${name}-index-clips`,
      {
        ...args.functions,
        entry: "handlers/index-clips.ts",
        environment: {
          CATALOGUE_TABLE,
          SEARCHES_QUEUE_URL: this.searches.url,
          ...detectors.environment,
          ...this.clipRules,
        },
        statements: [
          // New results replace earlier ones: rows for moments that no longer exist are deleted.
          catalogue.grant("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"),
          catalogue.grantIndexes(),
          detectors.read,
          this.searches.send(),
        ],
        timeoutSeconds: 120,
        memoryMb: 1024,
        keepFailedEvents: true,
      },
      parent,
    );
    const mayIndex = indexClips.allowInvoke(`${name}-recognised`, "sns.amazonaws.com", recognition.topicArn);
    new sns.TopicSubscription(
      `${name}-recognised`,
      { topic: recognition.topicArn, protocol: "lambda", endpoint: indexClips.arn },
      { parent: this, dependsOn: [mayIndex] },
    );

    this.functions = [recordingArchived, convertRecording, findPeople, indexClips];
    this.findPeople = findPeople;
    this.indexClips = indexClips;
    this.registerOutputs({ convertQueueArn: this.convertQueueArn });
  }
}
