import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateJobCommand,
  GetJobCommand,
  MediaConvertClient,
  ProbeCommand,
  type JobSettings,
} from "@aws-sdk/client-mediaconvert";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { fitLadder } from "../../../../domain/ladder.ts";
import { createServices, type Services } from "../../../../local/aws/index.ts";
import { createGateway } from "../../../../local/aws/gateway.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";
import { createMediaConvert } from "../../../../local/aws/mediaconvert/index.ts";
import { DiskWatch } from "../../../../local/disk-room.ts";
import { createLog } from "../../../../local/log.ts";
import { avcCodec } from "../../../../local/media/convert/avc-codec.ts";
import { conversionSettings } from "../../../../pipeline/conversion/job-settings.ts";
import { exportSettings } from "../../../../pipeline/export/job-settings.ts";
import { makeRecording } from "../../../support/media.ts";
import { lookAt } from "../../media/live/look-at.ts";

const account = "000000000000";
const trust = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A passed-through HLS rendition and an MP4 of a recording without sound. */
function settings(input: string, destination: string): JobSettings {
  return {
    Inputs: [{ FileInput: input }],
    OutputGroups: [
      {
        OutputGroupSettings: {
          Type: "HLS_GROUP_SETTINGS",
          HlsGroupSettings: { Destination: `${destination}/hls/index`, SegmentLength: 2, MinSegmentLength: 0 },
        },
        Outputs: [
          {
            NameModifier: "_360p",
            ContainerSettings: { Container: "M3U8" },
            VideoDescription: { CodecSettings: { Codec: "PASSTHROUGH" } },
          },
        ],
      },
      {
        OutputGroupSettings: {
          Type: "FILE_GROUP_SETTINGS",
          FileGroupSettings: { Destination: `${destination}/recording` },
        },
        Outputs: [
          {
            Extension: "mp4",
            ContainerSettings: { Container: "MP4" },
            VideoDescription: { CodecSettings: { Codec: "PASSTHROUGH" } },
          },
        ],
      },
    ],
  };
}

const log = createLog({ write: () => undefined });

describe("the local MediaConvert", function () {
  this.timeout(30_000);
  let dataFolder: string;
  let services: Services;
  let mediaConvert: MediaConvertClient;
  let s3: S3Client;
  let sqs: SQSClient;
  let roleArn: string;
  let free = 5e9;
  const disk = new DiskWatch({ folder: "/data", reserveBytes: 1e9, log, free: () => free });

  async function open(): Promise<void> {
    services = await createServices({ dataFolder, log, host: "127.0.0.1", port: 0, rtmpPort: 0, disk });
    const {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    } = services.environment;
    const client = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
    mediaConvert = new MediaConvertClient(client);
    s3 = new S3Client({ ...client, forcePathStyle: true });
    sqs = new SQSClient(client);
    await provision("aws:s3/bucket:Bucket", "media", { bucket: "media-bucket" });
    const queue = await provision("aws:sqs/queue:Queue", "events", { name: "events" });
    const queueArn = String(queue["arn"]);
    const rule = await provision("aws:cloudwatch/eventRule:EventRule", "jobs", {
      name: "jobs",
      eventPattern: JSON.stringify({ source: ["aws.mediaconvert"], detail: { status: ["COMPLETE", "ERROR"] } }),
    });
    await provision("aws:sqs/queuePolicy:QueuePolicy", "events", {
      queueUrl: queue["url"],
      policy: policy({
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": rule["arn"] } },
      }),
    });
    await provision("aws:cloudwatch/eventTarget:EventTarget", "jobs", { rule: "jobs", arn: queueArn });
    const role = await provision("aws:iam/role:Role", "convert", {
      name: "convert",
      assumeRolePolicy: trust("mediaconvert.amazonaws.com"),
      inlinePolicies: [
        {
          name: "media",
          policy: policy({
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:PutObject"],
            Resource: "arn:aws:s3:::media-bucket/*",
          }),
        },
      ],
    });
    roleArn = String(role["arn"]);
  }
  async function provision(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const provider = services.resources.find((candidate) => candidate.type === type);
    assert.ok(provider !== undefined, type);
    const { id, outputs } = await provider.apply({ urn: `urn:${type}:${name}`, name, inputs });
    return { id, ...outputs };
  }
  /** The next event of a finished job. */
  async function ended(): Promise<{ resources: string[]; detail: Record<string, unknown> }> {
    for (let polls = 0; polls < 3; polls += 1) {
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: `${services.environment.AWS_ENDPOINT_URL}/${account}/events`,
          WaitTimeSeconds: 5,
        }),
      );
      if (message === undefined) continue;
      await sqs.send(
        new DeleteMessageCommand({
          QueueUrl: `${services.environment.AWS_ENDPOINT_URL}/${account}/events`,
          ReceiptHandle: message.ReceiptHandle,
        }),
      );
      return JSON.parse(message.Body ?? "") as { resources: string[]; detail: Record<string, unknown> };
    }
    return assert.fail("no job has finished");
  }
  const put = (key: string, body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket: "media-bucket", Key: key, Body: body }));
  const create = (input = "in.ts", more: { ClientRequestToken?: string; Role?: string } = {}) =>
    mediaConvert.send(
      new CreateJobCommand({
        Role: roleArn,
        Settings: settings(`s3://media-bucket/${input}`, "s3://media-bucket/out"),
        UserMetadata: { recording: "r1" },
        ...more,
      }),
    );

  let recording: Buffer;
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "recording-"));
    await makeRecording(join(folder, "in.ts"), { seconds: 3, sound: false });
    recording = await readFile(join(folder, "in.ts"));
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), "mediaconvert-"));
    await open();
  });
  afterEach(async () => {
    disk.stop();
    await services.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  it("makes an export: exact clips of several recordings in one MP4, with its progress", async () => {
    const folder = await mkdtemp(join(tmpdir(), "clips-"));
    await makeRecording(join(folder, "in.ts"), { seconds: 4, clock: true });
    const source = { width: 640, height: 360, frameRate: 30, bitrate: 800_000, crop: undefined };
    const name = (number: number): string => `main.20261122T180000.00000${number}`;
    await put(`vod/main/20261122T180000/000000/recording.mp4`, await readFile(join(folder, "in.ts")));
    await put(`vod/main/20261122T180000/000001/recording.mp4`, recording);
    await services.start();
    const { Job: job } = await mediaConvert.send(
      new CreateJobCommand({
        Role: roleArn,
        Settings: exportSettings(
          "one",
          [
            { ...source, recording: name(0), from: 35, to: 80, hasSound: true },
            { ...source, recording: name(1), from: 0, to: 30, hasSound: false },
          ],
          "media-bucket",
        ),
        UserMetadata: { export: "one" },
      }),
    );
    const { detail } = await ended();
    assert.equal(detail["status"], "COMPLETE", JSON.stringify(detail));
    assert.partialDeepStrictEqual(detail["outputGroupDetails"], [
      {
        type: "FILE_GROUP",
        outputDetails: [{ durationInMs: 2500, outputFilePaths: ["s3://media-bucket/exports/one.mp4"] }],
      },
    ]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "media-bucket", Key: "exports/one.mp4" }));
    await writeFile(join(folder, "one.mp4"), (await Body?.transformToByteArray()) ?? "");
    const look = await lookAt(join(folder, "one.mp4"));
    assert.deepEqual([look.pictures.length, look.clockMs, look.loud.length], [75, 1167, 1]);
    const { Job: after } = await mediaConvert.send(new GetJobCommand({ Id: job?.Id ?? "" }));
    assert.equal(after?.JobPercentComplete, 100);
    await rm(folder, { recursive: true });
  });

  it("writes the outputs with its role and ends with the event that rules match", async () => {
    await put("in.ts", recording);
    await services.start();
    const { Job: job } = await create();
    assert.equal(job?.Status, "SUBMITTED");
    const event = await ended();
    assert.deepEqual(event.resources, [`arn:aws:mediaconvert:us-east-1:${account}:jobs/${job.Id ?? ""}`]);
    assert.partialDeepStrictEqual(event.detail, {
      accountId: account,
      queue: `arn:aws:mediaconvert:us-east-1:${account}:queues/Default`,
      jobId: job.Id,
      status: "COMPLETE",
      userMetadata: { recording: "r1" },
      outputGroupDetails: [
        {
          type: "HLS_GROUP",
          playlistFilePaths: ["s3://media-bucket/out/hls/index.m3u8"],
          outputDetails: [
            {
              outputFilePaths: ["s3://media-bucket/out/hls/index_360p.m3u8"],
              durationInMs: 3000,
              videoDetails: { widthInPx: 640, heightInPx: 360 },
            },
          ],
        },
        {
          type: "FILE_GROUP",
          outputDetails: [{ outputFilePaths: ["s3://media-bucket/out/recording.mp4"], durationInMs: 3000 }],
        },
      ],
    });
    const { Contents: objects } = await s3.send(new ListObjectsV2Command({ Bucket: "media-bucket", Prefix: "out/" }));
    assert.deepEqual(
      objects?.map(({ Key }) => Key),
      [
        "out/hls/index.m3u8",
        "out/hls/index_360p.m3u8",
        "out/hls/index_360p_00001.ts",
        "out/hls/index_360p_00002.ts",
        "out/recording.mp4",
      ],
    );
    assert.equal((await mediaConvert.send(new GetJobCommand({ Id: job.Id }))).Job?.Status, "COMPLETE");
  });

  for (const encodeAll of [false, true])
    it(`${encodeAll ? "encodes" : "passes through"} the top rendition and the MP4 as the job says`, async () => {
      await put("in.ts", recording);
      await services.start();
      const ladder = [{ name: "360p", height: 360, bitrate: 700_000 }];
      await mediaConvert.send(
        new CreateJobCommand({
          Role: roleArn,
          Settings: conversionSettings({
            recording: { channel: "main", broadcast: "20261122T180000", number: 0 },
            source: { bucket: "media-bucket", key: "in.ts", hasAudio: false },
            vodBucket: "media-bucket",
            ladder: fitLadder(ladder, { width: 640, height: 360 }, { encodeAll }),
          }),
        }),
      );
      assert.equal((await ended()).detail["status"], "COMPLETE");
      const get = async (key: string): Promise<Buffer> => {
        const Key = `vod/main/20261122T180000/000000/${key}`;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: "media-bucket", Key }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      };
      // The engine's encoder writes the Main profile; the recording has another.
      const [source, segment] = [avcCodec(recording), avcCodec(await get("hls/index_360p_00001.ts"))];
      const mp4 = await get("recording.mp4");
      const profile = mp4.subarray(mp4.indexOf("avcC") + 5, mp4.indexOf("avcC") + 8).toString("hex");
      assert.match(source ?? "", /^avc1\.42/);
      assert.match(segment ?? "", encodeAll ? /^avc1\.4d/ : /^avc1\.42/);
      assert.equal(`avc1.${profile}`, segment);
    });

  it("lets jobs wait while the disk has no room, and runs them once it has", async () => {
    await put("in.ts", recording);
    await services.start();
    free = 0.5e9;
    disk.check();
    const { Job: job } = await create();
    const statusOf = async (): Promise<string | undefined> =>
      (await mediaConvert.send(new GetJobCommand({ Id: job?.Id ?? "" }))).Job?.Status;
    assert.deepEqual([job?.Status, await statusOf(), await statusOf()], ["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    free = 5e9;
    disk.check();
    assert.equal((await ended()).detail["status"], "COMPLETE");
    assert.equal(await statusOf(), "COMPLETE");
  });

  it("returns the same job for the same client request token", async () => {
    const [first, again, other] = [
      await create("in.ts", { ClientRequestToken: "a" }),
      await create("in.ts", { ClientRequestToken: "a" }),
      await create("in.ts", { ClientRequestToken: "b" }),
    ];
    assert.equal(again.Job?.Id, first.Job?.Id);
    assert.notEqual(other.Job?.Id, first.Job?.Id);
    await assert.rejects(create("in.ts", { ClientRequestToken: "x".repeat(65) }), { name: "BadRequestException" });
  });

  it("runs jobs after a restart that it accepted before", async () => {
    await put("in.ts", recording);
    const { Job: job } = await create();
    await services.stop();
    await open();
    await services.start();
    assert.equal((await ended()).detail["jobId"], job?.Id);
  });

  it("ends in ERROR with MediaConvert's code and a message if input, grants or video are missing", async () => {
    await put("text.ts", "this is no video");
    await put("in.ts", recording);
    await services.start();
    const poor = await provision("aws:iam/role:Role", "poor", {
      name: "poor",
      assumeRolePolicy: trust("mediaconvert.amazonaws.com"),
    });
    const wrong = await provision("aws:iam/role:Role", "wrong", {
      name: "wrong",
      assumeRolePolicy: trust("lambda.amazonaws.com"),
    });
    const outcome = async (job: ReturnType<typeof create>): Promise<[unknown, unknown]> => {
      await job;
      const { detail } = await ended();
      return [detail["errorCode"], detail["errorMessage"]];
    };
    assert.deepEqual(await outcome(create("text.ts")), [
      1030,
      "The file is not readable media: it is damaged, empty or of another kind.",
    ]);
    assert.match(String((await outcome(create("nothing.ts")))[1]), /s3:\/\/media-bucket\/nothing\.ts cannot be read/);
    assert.match(
      String((await outcome(create("in.ts", { Role: String(poor["arn"]) })))[1]),
      /not authorized to perform: s3:GetObject/,
    );
    assert.match(String((await outcome(create("in.ts", { Role: String(wrong["arn"]) })))[1]), /cannot assume the role/);
  });

  it("probes a file as the service does, and rejects one that is not media", async () => {
    await put("in.ts", recording);
    await put("text.ts", "this is no video");
    const probe = (key: string) =>
      mediaConvert.send(new ProbeCommand({ InputFiles: [{ FileUrl: `s3://media-bucket/${key}` }] }));
    const { ProbeResults: [result] = [] } = await probe("in.ts");
    assert.equal(result?.Container?.Tracks?.length, 1);
    assert.partialDeepStrictEqual(result.Container.Tracks[0], {
      TrackType: "video",
      Codec: "AVC",
      VideoProperties: { Width: 640, Height: 360, FrameRate: { Numerator: 30, Denominator: 1 } },
    });
    assert.deepEqual(result.TrackMappings, [{ VideoTrackIndexes: [1], AudioTrackIndexes: [], DataTrackIndexes: [] }]);
    await assert.rejects(probe("text.ts"), { name: "BadRequestException", message: /is not readable media/ });
  });

  it("rejects callers without the grants that AWS requires", async () => {
    const iam = createIam({ accountId: account, region: "us-east-1" });
    const gateway = await createGateway({ iam, log });
    const unused = (): never => assert.fail("must not read or write anything");
    const module = createMediaConvert({
      region: "us-east-1",
      accountId: account,
      dataFolder: join(dataFolder, "other"),
      log,
      iam,
      objects: { file: unused, put: unused },
      events: { put: unused },
    });
    gateway.register(module.api!);
    const roles = iam.resources.find(({ type }) => type === "aws:iam/role:Role")!;
    const { outputs } = await roles.apply({
      urn: "caller",
      name: "caller",
      inputs: {
        name: "caller",
        assumeRolePolicy: trust("lambda.amazonaws.com"),
        inlinePolicies: [
          { name: "p", policy: policy({ Effect: "Allow", Action: "mediaconvert:CreateJob", Resource: "*" }) },
        ],
      },
    });
    const client = new MediaConvertClient({
      endpoint: gateway.url(),
      region: "us-east-1",
      credentials: iam.credentials(String(outputs["arn"])),
      maxAttempts: 1,
    });
    const job = { Role: roleArn, Settings: settings("s3://media-bucket/in.ts", "s3://media-bucket/out") };
    await assert.rejects(client.send(new CreateJobCommand(job)), {
      name: "AccessDeniedException",
      message: /iam:PassRole/,
    });
    await assert.rejects(client.send(new GetJobCommand({ Id: "1" })), {
      name: "AccessDeniedException",
      message: /mediaconvert:GetJob/,
    });
    await module.stop();
    await gateway.stop();
  });
});
