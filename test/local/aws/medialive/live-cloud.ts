import { copyFileSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EncoderArgs } from "../../../../components/encoder-settings.ts";
import { liveChannelTemplate } from "../../../../components/live-channel-template.ts";
import type {
  Cloud,
  Functions,
  Packager,
  Principal,
  Queues,
  ServiceModule,
  Topics,
} from "../../../../local/aws/cloud.ts";
import { createCloudFormation } from "../../../../local/aws/cloudformation/index.ts";
import { createGateway } from "../../../../local/aws/gateway.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";
import { createMediaLive, type MediaLive } from "../../../../local/aws/medialive/index.ts";
import { createVpc } from "../../../../local/aws/vpc.ts";
import { createMediaPackage } from "../../../../local/aws/mediapackagev2/index.ts";
import { createOrigins } from "../../../../local/aws/origins.ts";
import type { Properties, ResourceProvider, ResourceState } from "../../../../local/engine/provider.ts";
import type { DiskRoom } from "../../../../local/disk-room.ts";
import type { Log } from "../../../../local/log.ts";

const region = "us-east-1";
const accountId = "000000000000";
const passphraseArn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:key-a1b2c3";
const distributionArn = "arn:aws:cloudfront::000000000000:distribution/E1";

/** An event that a service sent. */
export interface SentEvent {
  "detail-type": string;
  detail: Record<string, unknown>;
}

export interface LiveCloud {
  folder: string;
  live: MediaLive & ServiceModule;
  packager: Packager & ServiceModule;
  /** SDK endpoint of the gateway. */
  endpoint: string;
  /** HTTP base of the packager's egress domain, as the distribution sees it, below `/out/v1/GROUP/CHANNEL/ENDPOINT`. */
  playback: string;
  channelId: string;
  inputId: string;
  /** `rtmp://…/live/KEY` */
  ingestUrl: string;
  events: SentEvent[];
  /** Keys stored in the archive bucket, in order, with copies of the files. */
  archived: { key: string; file: string; principal: Principal }[];
  log: string[];
  /** Makes the archive bucket reject files with this message or error; undefined ends that. */
  refuseArchive(reason: string | Error | undefined): void;
  credentials: { accessKeyId: string; secretAccessKey: string };
  states: Map<string, ResourceState>;
  /** Stops everything; the folder stays. */
  stop(): Promise<void>;
}

export interface LiveCloudOptions extends Partial<EncoderArgs> {
  segmentSeconds?: number;
  /** SRT with the passphrase `s3cret-passphrase` rather than RTMP. */
  isSrt?: boolean;
  /** Two pipelines; the second is published to with the key `s3cretkey2`. */
  isStandard?: boolean;
  folder?: string;
  /** The resources' states from an earlier run. */
  states?: Map<string, ResourceState>;
  cidr?: string;
  disk?: DiskRoom;
}

const policy = (...statements: unknown[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/**
 * MediaLive and MediaPackage as the program sets them up: one channel, one endpoint. The other services are stubs.
 */
export async function startLiveCloud(options: LiveCloudOptions = {}): Promise<LiveCloud> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "live-"));
  const states = options.states ?? new Map<string, ResourceState>();
  const log: string[] = [];
  const lines: Log = {
    info: (message) => void log.push(message),
    warn: (message) => void log.push(`WARN ${message}`),
    error: (message, cause) =>
      void log.push(`ERROR ${message} ${cause instanceof Error ? (cause.stack ?? cause.message) : ""}`),
    child: () => lines,
  };
  const iam = createIam({ region, accountId });
  const gateway = await createGateway({ iam, log: lines });
  const events: SentEvent[] = [];
  const archived: LiveCloud["archived"] = [];
  let refusal: string | Error | undefined;
  const absent = (): never => {
    throw new Error("not part of this test");
  };
  const cloud: Cloud = {
    region,
    accountId,
    dataFolder: folder,
    log: lines,
    iam,
    origins: createOrigins(),
    objects: {
      file: absent,
      async put(principal, _bucket, key, file) {
        iam.authorize(principal, "s3:PutObject", `arn:aws:s3:::archive/${key}`);
        if (refusal !== undefined) throw typeof refusal === "string" ? new Error(refusal) : refusal;
        const copy = join(folder, `archived-${key.replaceAll("/", "_")}`);
        copyFileSync(file, copy);
        unlinkSync(file);
        archived.push({ key, file: copy, principal });
      },
    },
    functions: { invokeLater: absent, invoke: absent } satisfies Functions,
    queues: { send: absent } satisfies Queues,
    topics: { publish: absent } satisfies Topics,
    events: {
      put: async (event) =>
        void events.push({ "detail-type": event["detail-type"], detail: event.detail as Record<string, unknown> }),
    },
    get packager() {
      return packager;
    },
  };
  const packager = createMediaPackage(cloud);
  const live = await createMediaLive(cloud, {
    rtmpHost: "127.0.0.1",
    rtmpPort: 0,
    networks: createVpc(cloud),
    disk: options.disk,
    secret: (arn) => (arn === passphraseArn ? "s3cret-passphrase" : absent()),
  });
  if (live.api !== undefined) gateway.register(live.api);
  const cloudFormation = createCloudFormation(cloud, { types: live.types, secret: absent });

  const providers = new Map(
    [iam, packager, live, cloudFormation]
      .flatMap(({ resources }) => resources)
      .map((provider): [string, ResourceProvider] => [provider.type, provider]),
  );
  const apply = async (type: string, name: string, inputs: Properties): Promise<Properties> => {
    const provider = providers.get(type)!;
    const unknown = Object.keys(inputs).find(
      (input) => !provider.honoured.includes(input) && !(provider.ignored ?? []).includes(input),
    );
    if (unknown !== undefined) throw new Error(`${type} does not support ${unknown}`);
    const prior = states.get(`${type}/${name}`);
    const state = await provider.apply({ urn: `urn:${name}`, name, inputs, ...(prior === undefined ? {} : { prior }) });
    states.set(`${type}/${name}`, state);
    return { ...inputs, ...state.outputs, id: state.id };
  };
  const group = await apply("aws-native:mediapackagev2:ChannelGroup", "live", {
    channelGroupName: "spotlight-test-live",
  });
  const packaged = await apply("aws-native:mediapackagev2:Channel", "live-main", {
    channelGroupName: "spotlight-test-live",
    channelName: "main",
    inputType: "CMAF",
    inputSwitchConfiguration: { mqcsInputSwitching: true },
  });
  const args: EncoderArgs = {
    ladder: options.ladder ?? [
      { name: "360p", height: 360, bitrate: 700_000 },
      { name: "180p", height: 180, bitrate: 250_000 },
    ],
    frameRate: options.frameRate ?? 30,
    rolloverSeconds: options.rolloverSeconds ?? 2,
  };
  const endpoint = await apply("aws-native:mediapackagev2:OriginEndpoint", "live-main", {
    channelGroupName: "spotlight-test-live",
    channelName: "main",
    originEndpointName: "live",
    containerType: "CMAF",
    startoverWindowSeconds: 600,
    segment: { segmentName: "segment", segmentDurationSeconds: options.segmentSeconds ?? 1 },
    lowLatencyHlsManifests: [{ manifestName: "index", manifestWindowSeconds: 30, programDateTimeIntervalSeconds: 1 }],
    hlsManifests: [{ manifestName: "plain", manifestWindowSeconds: 30, programDateTimeIntervalSeconds: 1 }],
    dashManifests: [
      {
        manifestName: "index",
        manifestWindowSeconds: 30,
        minUpdatePeriodSeconds: 1,
        suggestedPresentationDelaySeconds: 3,
      },
    ],
  });
  const role = await apply("aws:iam/role:Role", "encoder", {
    assumeRolePolicy: policy({
      Effect: "Allow",
      Principal: { Service: "medialive.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  await apply("aws:iam/rolePolicy:RolePolicy", "encoder", {
    role: role["name"],
    policy: policy(
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::archive/*" },
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: passphraseArn },
      { Effect: "Allow", Action: "mediapackagev2:PutObject", Resource: packaged["arn"] },
    ),
  });
  await apply("aws-native:mediapackagev2:OriginEndpointPolicy", "live-main", {
    channelGroupName: "spotlight-test-live",
    channelName: "main",
    originEndpointName: "live",
    policy: JSON.parse(
      policy({
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["mediapackagev2:GetObject", "mediapackagev2:GetHeadObject"],
        Resource: endpoint["arn"],
        Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
      }),
    ),
  });
  const pipelines = options.isStandard === true ? 2 : 1;
  const stack = await apply("aws:cloudformation/stack:Stack", "main", {
    templateBody: JSON.stringify(
      liveChannelTemplate({
        ...args,
        name: "main",
        channelClass: options.isStandard === true ? "STANDARD" : "SINGLE_PIPELINE",
        source:
          options.isSrt === true
            ? { passphraseSecretArn: passphraseArn }
            : { streamNames: ["live/s3cretkey", "live/s3cretkey2"].slice(0, pipelines) },
        ingest: { cidrs: [options.cidr ?? "127.0.0.1/32"] },
        roleArn: String(role["arn"]),
        packageUrls: (packaged["ingestEndpointUrls"] as string[]).slice(0, pipelines),
        archiveUrls: ["main", "_standby/main"]
          .slice(0, pipelines)
          .map((channel) => `s3ssl://archive/${channel}/$dt$/recording`),
        tags: {},
      }),
    ),
  });
  const { ChannelId, InputId } = stack["outputs"] as Record<string, string>;
  const caller = await apply("aws:iam/role:Role", "caller", {
    assumeRolePolicy: policy({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  await apply("aws:iam/rolePolicy:RolePolicy", "caller", {
    role: caller["name"],
    policy: policy({ Effect: "Allow", Action: "medialive:*", Resource: "*" }),
  });
  await live.start?.();

  const origin = cloud.origins.get(String(group["egressDomain"]))!;
  const distribution: Server = createServer((request, response) => {
    const principal: Principal =
      request.headers["x-test-anonymous"] === undefined
        ? { kind: "service", service: "cloudfront.amazonaws.com", sourceArn: distributionArn }
        : { kind: "anonymous" };
    void origin({ request, response, path: request.url ?? "/", headers: {}, principal });
  });
  await new Promise<void>((resolve) => distribution.listen(0, "127.0.0.1", resolve));
  const { port } = distribution.address() as AddressInfo;
  return {
    folder,
    live,
    packager,
    endpoint: gateway.url(),
    playback: `http://127.0.0.1:${port}/out/v1/spotlight-test-live/main/live`,
    channelId: String(ChannelId),
    inputId: String(InputId),
    ingestUrl: `rtmp://127.0.0.1:${live.rtmpPort}/live/s3cretkey`,
    events,
    archived,
    log,
    refuseArchive: (reason) => (refusal = reason),
    credentials: iam.credentials(String(caller["arn"])),
    states,
    async stop() {
      await live.stop();
      await cloudFormation.stop();
      await packager.stop();
      await gateway.stop();
      distribution.closeAllConnections();
      await new Promise((resolve) => distribution.close(resolve));
    },
  };
}

/** Removes what {@link startLiveCloud} left on disk. */
export function removeLiveCloud({ folder }: LiveCloud): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Waits for a condition, checked every 20 ms; after `seconds`, rejects with an error that names it. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  seconds = 15,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Timed out after ${seconds} s waiting for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
