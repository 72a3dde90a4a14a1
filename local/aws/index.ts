import type { DiskRoom } from "../disk-room.ts";
import type { FunctionProvider, ResourceProvider } from "../engine/provider.ts";
import type { Log } from "../log.ts";
import { accountFunctions } from "./account.ts";
import { createApiGateway } from "./apigateway/index.ts";
import type { Cloud, Events, Functions, Iam, ObjectStore, Packager, Queues, ServiceModule, Topics } from "./cloud.ts";
import { createCloudFormation } from "./cloudformation/index.ts";
import { createCloudFront } from "./cloudfront/index.ts";
import { createDynamoDb } from "./dynamodb/index.ts";
import { createEvents } from "./events/index.ts";
import { createGateway } from "./gateway.ts";
import { createIam } from "./iam/index.ts";
import type { BuiltInFunction } from "./lambda/built-in-function.ts";
import { createLambda } from "./lambda/index.ts";
import { createMediaConvert } from "./mediaconvert/index.ts";
import type { Shorten } from "./lambda/function-log.ts";
import { createMediaLive } from "./medialive/index.ts";
import { createMediaPackage } from "./mediapackagev2/index.ts";
import { noEffectProviders } from "./no-effect.ts";
import { createOrigins } from "./origins.ts";
import { createRecorder } from "./recorder.ts";
import { createRekognition } from "./rekognition/index.ts";
import { createS3 } from "./s3/index.ts";
import { createSecretsManager } from "./secretsmanager/index.ts";
import { createScheduler } from "./scheduler/index.ts";
import { createSns } from "./sns/index.ts";
import { createSqs } from "./sqs/index.ts";
import { createSts } from "./sts/index.ts";
import { createVpc } from "./vpc.ts";

export interface ServicesOptions {
  dataFolder: string;
  log: Log;
  /** Where the page and API (`port`) and RTMP (`rtmpPort`) listen. */
  host: string;
  /** Names of this machine for viewers, besides its addresses. */
  names?: readonly string[];
  port: number;
  rtmpPort: number;
  /** Whether the data folder's disk has room for recordings. @default nobody watches it */
  disk?: DiskRoom;
  /** Folder of celebrities' photos, named after them. */
  celebrities?: string;
  /** Name or ONNX file of the network that recognises faces. */
  faceModel?: string;
  /** Rekognition's quota of concurrent video jobs. @default 20, as on AWS */
  maxConcurrentJobs?: number;
  /** File to which every AWS call and IAM decision is appended, as JSON lines. */
  record?: string;
  /** What the log shows of what functions write when all is well. Default: all of it. */
  shorten?: Shorten | undefined;
  /** Functions of the engine itself, which the program may invoke by name. Default none. */
  builtIn?: readonly BuiltInFunction[];
}

/** Every AWS service of the local engine, listening and ready to be provisioned. */
export interface Services {
  resources: readonly ResourceProvider[];
  invokes: readonly FunctionProvider[];
  /** Environment variables with which the machine's owner uses AWS SDKs and the AWS CLI on these services. */
  environment: Record<
    "AWS_ENDPOINT_URL" | "AWS_REGION" | "AWS_DEFAULT_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY",
    string
  >;
  /** Starts the services, after every resource is provisioned. */
  start(): Promise<void>;
  /** What the objects of a bucket take, in bytes. */
  bytesIn(bucket: string): number;
  /** Starts the live channels. On AWS they start only through the API, because a running channel costs money. */
  startChannels(): Promise<void>;
  stop(): Promise<void>;
}

const region = "us-east-1";
const accountId = "000000000000";

/** Services reach one another through this object. Its peers are set as they are created, before anything runs. */
class SharedCloud implements Cloud {
  readonly region = region;
  readonly accountId = accountId;
  readonly dataFolder: string;
  readonly log: Log;
  readonly iam: Iam;
  readonly origins = createOrigins();
  objects!: ObjectStore;
  functions!: Functions;
  queues!: Queues;
  topics!: Topics;
  events!: Events;
  packager!: Packager;

  constructor(base: { dataFolder: string; log: Log; iam: Iam }) {
    this.dataFolder = base.dataFolder;
    this.log = base.log;
    this.iam = base.iam;
  }
}

/**
 * Creates the services and opens their ports; nothing is provisioned yet. Throws a readable error if a port is in use.
 * On an error, everything already opened is closed.
 */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const { log, dataFolder } = options;
  const recorder = options.record === undefined ? undefined : createRecorder(options.record);
  const plainIam = createIam({ accountId, region });
  const iam = recorder?.watch(plainIam) ?? plainIam;
  const gateway = await createGateway({
    iam,
    log: log.child("gateway"),
    ...(recorder === undefined ? {} : { recorder }),
  });
  const modules: ServiceModule[] = [];
  const add = <Module extends ServiceModule>(module: Module): Module => {
    modules.push(module);
    if (module.api !== undefined) gateway.register(module.api);
    return module;
  };
  const cloud = new SharedCloud({ dataFolder, log, iam });
  const stop = async (): Promise<void> => {
    // In reverse order of creation: services that accept work stop before those that do it.
    for (const module of [...modules].reverse())
      await module.stop().catch((cause: unknown) => log.error("A service did not stop cleanly", cause));
    await gateway.stop();
    recorder?.close();
  };
  try {
    const endpoint = (): string => gateway.url();
    add(iam);
    add(createSts({ accountId }));
    const s3 = add(await createS3(cloud));
    cloud.objects = s3;
    const { streams } = add(await createDynamoDb(cloud));
    const sqs = add(createSqs(cloud, { endpoint }));
    cloud.queues = sqs;
    cloud.topics = add(createSns(cloud));
    cloud.events = add(createEvents(cloud));
    add(createMediaConvert(cloud, { disk: options.disk }));
    const { celebrities, faceModel, maxConcurrentJobs } = options;
    add(createRekognition(cloud, { celebrities, faceModel, maxConcurrentJobs }));
    // After what functions call, so that those that run when the engine stops can finish.
    cloud.functions = add(
      createLambda(cloud, { endpoint, queues: sqs, streams, builtIn: options.builtIn, shorten: options.shorten }),
    );
    add(createScheduler(cloud, { endpoint }));
    cloud.packager = add(createMediaPackage(cloud));
    const networks = add(createVpc(cloud));
    const secrets = add(createSecretsManager(cloud));
    const secret = (arn: string, versionId?: string): string => secrets.valueOf(arn, versionId);
    const { host: rtmpHost, rtmpPort, disk } = options;
    const live = add(await createMediaLive(cloud, { rtmpHost, rtmpPort, networks, secret, disk }));
    add(createCloudFormation(cloud, { types: live.types, secret }));
    const cloudFront = add(await createCloudFront(cloud, options));
    add(createApiGateway(cloud, { endpoint: () => cloudFront.url(), gateway }));
    const { accessKeyId, secretAccessKey } = iam.ownerKey();
    return {
      resources: [...modules.flatMap((module) => module.resources), ...noEffectProviders({ accountId, region })],
      invokes: [...modules.flatMap((module) => module.invokes ?? []), ...accountFunctions({ accountId, region })],
      environment: {
        AWS_ENDPOINT_URL: gateway.url(),
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      bytesIn: (bucket) => s3.bytesIn(bucket),
      async start() {
        for (const module of modules) await module.start?.();
      },
      async startChannels() {
        for (const id of live.channels()) await live.startChannel(id);
      },
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}
