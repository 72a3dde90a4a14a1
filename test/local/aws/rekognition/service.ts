import { EventEmitter, once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createGateway } from "../../../../local/aws/gateway.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";
import { createOrigins } from "../../../../local/aws/origins.ts";
import { createRekognition } from "../../../../local/aws/rekognition/index.ts";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { Cloud, Principal, ServiceModule } from "../../../../local/aws/cloud.ts";
import type { Properties } from "../../../../local/engine/provider.ts";
import type { Log } from "../../../../local/log.ts";

export const bucket = "vod";
export const collection = "people";
export const topicArn = "arn:aws:sns:us-east-1:000000000000:recognised";
/** The role in which Rekognition publishes. */
export const publisherArn = "arn:aws:iam::000000000000:role/publisher";
const place = { region: "us-east-1", accountId: "000000000000" };

/** Rekognition as the local engine runs it, with the real S3, IAM and gateway. */
export interface RunningService {
  /** A client whose role may do everything that Rekognition needs. */
  client: RekognitionClient;
  /** What was published: the topic, the message, and in whose name. */
  published: { topicArn: string; message: unknown; source: Principal }[];
  /** Lines that the service logged. */
  lines: string[];
  folder: string;
  rekognition: ServiceModule;
  /** Stores a copy of the file in the bucket and answers with its key. */
  upload(file: string): Promise<string>;
  /** Removes an object from the bucket. */
  remove(key: string): Promise<void>;
  /** Waits for this many completions on the topic. */
  completed(count: number): Promise<void>;
  /** A client whose role has just these policy statements. */
  clientOf(statements: readonly object[]): Promise<RekognitionClient>;
  /** `keep` leaves the data for another service to go on with. */
  stop(options?: { keep: boolean }): Promise<void>;
}

export interface ServiceOptions {
  /** The data folder of an earlier service. */
  folder?: string;
  celebrities?: string;
  faceModel?: string;
  now?: () => number;
  /** Leaves jobs waiting, as they do while the engine provisions. */
  notStarted?: boolean;
}

export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "rekognition-")));
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message);
  const log: Log = {
    info: write,
    warn: write,
    error: (message, cause) => write(`${message} ${String(cause)}`),
    child: () => log,
  };
  const iam = createIam(place);
  const gateway = await createGateway({ iam, log });
  const published: RunningService["published"] = [];
  const waiting = new EventEmitter();
  const absent = (): never => {
    throw new Error("This peer is not part of the test.");
  };
  const peers: Cloud = {
    ...place,
    dataFolder: folder,
    log,
    iam,
    origins: createOrigins(),
    objects: { file: absent, put: absent },
    functions: { invokeLater: absent, invoke: absent },
    queues: { send: absent },
    topics: {
      async publish(topic, message, source) {
        iam.authorize(source, "sns:Publish", topic);
        published.push({ topicArn: topic, message: JSON.parse(message) as unknown, source });
        waiting.emit("published");
      },
    },
    events: { put: absent },
    packager: { ingest: absent },
  };
  const s3 = await createS3(peers);
  const rekognition = createRekognition(
    { ...peers, objects: s3 },
    { celebrities: options.celebrities, faceModel: options.faceModel, now: options.now },
  );
  for (const { api } of [s3, rekognition]) if (api !== undefined) gateway.register(api);
  let roles = 0;

  const apply = async (module: ServiceModule, type: string, inputs: Properties): Promise<void> => {
    const provider = module.resources.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`No provider of ${type}`);
    await provider.apply({ urn: `urn:pulumi:test::spotlight::${type}::thing`, name: "thing", inputs });
  };
  const addRole = async (name: string, service: string, statements: readonly object[]): Promise<void> => {
    const trust = [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }];
    await apply(iam, "aws:iam/role:Role", {
      name,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
    });
    await apply(iam, "aws:iam/rolePolicy:RolePolicy", {
      name: "grants",
      role: name,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  };
  const configFor = async (statements: readonly object[]) => {
    const name = `role-${++roles}`;
    await addRole(name, "lambda.amazonaws.com", statements);
    return {
      endpoint: gateway.url(),
      region: place.region,
      credentials: iam.credentials(`arn:aws:iam::${place.accountId}:role/${name}`),
      maxAttempts: 1,
    };
  };
  const clientOf = async (statements: readonly object[]): Promise<RekognitionClient> =>
    new RekognitionClient(await configFor(statements));

  await apply(s3, "aws:s3/bucket:Bucket", { bucket });
  await apply(rekognition, "aws:rekognition/collection:Collection", { collectionId: collection, tags: {} });
  await addRole("publisher", "rekognition.amazonaws.com", [
    { Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
  ]);
  const client = await clientOf([
    { Effect: "Allow", Action: ["rekognition:*", "s3:GetObject", "iam:PassRole"], Resource: "*" },
  ]);
  if (options.notStarted !== true) await rekognition.start?.();

  return {
    client,
    published,
    lines,
    folder,
    rekognition,
    async upload(file) {
      // The store moves the file that it is given.
      const outbox = await mkdtemp(join(tmpdir(), "upload-"));
      const copy = join(outbox, basename(file));
      await copyFile(file, copy);
      await s3.put({ kind: "engine" }, bucket, basename(file), copy, "video/mp4");
      await rm(outbox, { recursive: true, force: true });
      return basename(file);
    },
    async remove(Key) {
      const config = await configFor([{ Effect: "Allow", Action: "s3:DeleteObject", Resource: "*" }]);
      await new S3Client({ ...config, forcePathStyle: true }).send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
    clientOf,
    async completed(count) {
      while (published.length < count) await once(waiting, "published");
    },
    async stop({ keep } = { keep: false }) {
      await gateway.stop();
      await rekognition.stop();
      await s3.stop();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}
