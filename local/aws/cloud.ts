import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionProvider, ResourceProvider } from "../engine/provider.ts";
import type { Log } from "../log.ts";
import type { LiveRendition } from "../media/live/settings.ts";

/**
 * What the local services share, and the calls that they make to one another, as on AWS (an S3 event invokes a
 * function, MediaConvert reads a bucket as a role, …).
 */
export interface Cloud {
  readonly region: string;
  readonly accountId: string;
  /** Every service keeps its state in a folder or database below this one. */
  readonly dataFolder: string;
  readonly log: Log;
  readonly iam: Iam;
  readonly origins: Origins;
  readonly objects: ObjectStore;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly events: Events;
  readonly packager: Packager;
}

/**
 * One service of the local engine, as `createXxx(cloud)` returns it. It may use its peers in {@link Cloud} only after
 * all services are created.
 */
export interface ServiceModule {
  /** Its API, served by the gateway; undefined for a service that nobody calls at run time. */
  api?: ServiceApi;
  resources: readonly ResourceProvider[];
  invokes?: readonly FunctionProvider[];
  /** Called once every resource is provisioned: start pollers, resume unfinished jobs. */
  start?(): Promise<void>;
  /** Stops timers, processes and connections; must settle within 3 s. */
  stop(): Promise<void>;
}

/** A service's wire API. The gateway routes a request by the service name in its SigV4 scope. */
export interface ServiceApi {
  /** SigV4 signing name: `s3`, `sqs`, `dynamodb`, `mediaconvert`, … */
  signingName: string;
  handle(call: ServiceCall): Promise<void>;
}

/** One request to a service's API. The body has not been read. */
export interface ServiceCall {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  principal: Principal;
}

/**
 * Who makes a request: a role (functions, and services that act as a role), an AWS service, the engine itself or an
 * anonymous caller.
 */
export type Principal =
  | { kind: "role"; arn: string }
  | { kind: "service"; service: string; sourceArn: string }
  | { kind: "engine" }
  | { kind: "anonymous" };

export interface Iam {
  /**
   * Throws AccessDenied unless the role's policies, or the resource's own `resourcePolicy` (a JSON policy document),
   * allow the principal to do `action` on `resource`. The engine itself may do everything.
   */
  authorize(
    principal: Principal,
    action: string,
    resource: string,
    options?: { resourcePolicy?: string; context?: Record<string, string> },
  ): void;
  /**
   * The role as a principal; throws if its trust policy does not let `service` (e.g. `mediaconvert.amazonaws.com`)
   * assume it. A service that says for whom it acts passes `source`: the account, and the resource if it names one.
   */
  assume(roleArn: string, service: string, source?: { arn?: string }): Principal;
  /** Access keys with which a function's SDK signs as its role. */
  credentials(roleArn: string): { accessKeyId: string; secretAccessKey: string };
  /** The secret of an access key; undefined for an unknown one. */
  secretOf(accessKeyId: string): string | undefined;
  /** The principal of an access key; undefined for an unknown one. */
  principal(accessKeyId: string): Principal | undefined;
}

/**
 * Origins that the distribution (CloudFront) can fetch from, by the domain names in resource outputs.
 */
export interface Origins {
  register(domainName: string, origin: Origin): void;
  get(domainName: string): Origin | undefined;
}

/** Serves `request` as an origin would. `path` is the path and query that the distribution forwards. */
export type Origin = (fetch: {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  /** Headers that the distribution forwards under its origin request policy. */
  headers: Record<string, string>;
  /** The distribution that signed the request (origin access control), or anonymous. */
  principal: Principal;
  /** For a request that asks for a WebSocket: the bytes that followed it. See `support/upgrade.ts`. */
  upgrade?: Buffer;
}) => Promise<void>;

export interface ObjectStore {
  /**
   * A stored object as a file on this disk, valid until the object is overwritten or deleted. Needs `s3:GetObject`.
   * Throws NoSuchKey.
   */
  file(
    principal: Principal,
    bucket: string,
    key: string,
  ): Promise<{ path: string; size: number; etag: string; contentType: string }>;
  /**
   * Moves `file` (same disk) into the bucket, atomically, and sends the bucket's notifications. Needs `s3:PutObject`.
   */
  put(principal: Principal, bucket: string, key: string, file: string, contentType: string): Promise<void>;
}

export interface Functions {
  /**
   * Asynchronous invocation: durable, retried twice, then moved to the function's dead-letter target. `source` must
   * have a `lambda:InvokeFunction` permission on the function.
   */
  invokeLater(functionArn: string, event: unknown, source: Principal): Promise<void>;
  /**
   * Synchronous invocation (API Gateway, Invoke). `payload` is what the handler returned, as JSON; `error` what it
   * threw.
   */
  invoke(
    functionArn: string,
    event: unknown,
    source: Principal,
  ): Promise<{ payload: string; error?: { errorType: string; errorMessage: string; trace?: string[] } }>;
}

export interface Queues {
  /** Needs `sqs:SendMessage` from the queue's policy or the role's. */
  send(queueArn: string, body: string, source: Principal, attributes?: MessageAttributes): Promise<void>;
}

/** SQS message attributes by name, in the wire's casing. */
export type MessageAttributes = Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;

export interface Topics {
  /** Needs `sns:Publish`. */
  publish(topicArn: string, message: string, source: Principal): Promise<void>;
}

export interface Events {
  /**
   * Sends an event of an AWS service to the default bus; `account`, `id`, `region` and `version` are added, and now as
   * `time` (ISO 8601 without milliseconds) unless it is given.
   */
  put(event: {
    source: string;
    "detail-type": string;
    detail: unknown;
    time?: string;
    resources?: string[];
  }): Promise<void>;
}

/** MediaPackage v2 as MediaLive uses it: the destination of a live job's renditions. */
export interface Packager {
  /**
   * The channel behind an ingest URL (an output of `aws-native:mediapackagev2:Channel`); needs
   * `mediapackagev2:PutObject`.
   */
  ingest(principal: Principal, ingestUrl: string): LiveIngest;
}

/** Receives the fragmented MP4 (CMAF, audio and video together) of each rendition of one live channel. */
export interface LiveIngest {
  /**
   * Starts an encoding job, before its first fragment: its renditions, the wall-clock time of its media time 0 (ms
   * since the epoch), and the length of its longest fragment in seconds. Each further job starts with a discontinuity
   * in the playlists.
   */
  begin(job: { renditions: readonly LiveRendition[]; startedAt: number; partSeconds: number }): void;
  /** Bytes of one rendition's fragmented MP4, in order, cut anywhere. */
  write(rendition: string, bytes: Buffer): void;
  /** Whether the encoder has a picture to encode; of a channel's two inputs, the packager prefers one that has. */
  quality(hasPicture: boolean): void;
  /**
   * Ends the job after its last fragment. `final`: the channel stopped, so its playlists end; otherwise they wait for
   * the next job.
   */
  end(final: boolean): void;
}
