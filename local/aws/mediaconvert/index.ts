import { randomBytes } from "node:crypto";
import { isDiskFull } from "../../disk.ts";
import { unwatched, type DiskRoom } from "../../disk-room.ts";
import type { ResourceProvider } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import { endResting } from "../../media/convert/job-process.ts";
import { MediaError, probe } from "../../media/convert/run.ts";
import type { MediaDescription } from "../../media/convert/plan.ts";
import { AwsError } from "../errors.ts";
import type { ServiceModule } from "../cloud.ts";
import { restJsonApi, type Route } from "../protocols/rest-json.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";
import { JobError, runJob, type ConvertingCloud } from "./job-runner.ts";
import { JobStore, type Job, type JobStatus } from "./job-store.ts";
import { CreateJobSchema } from "./job-schema.ts";
import { persist, usualPatience } from "./persist.ts";
import { checkSettings, s3Address } from "./settings.ts";
import { translate } from "./translate.ts";

/**
 * How long a client request token refers to its first job:
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
const tokenLifetimeMs = 60_000;

/**
 * MediaConvert on this machine: CreateJob, GetJob, ListJobs, CancelJob, Probe and queues. Jobs are durable, run one at
 * a time in a separate process as their role, and end with the events that EventBridge rules match. While `disk` has no
 * room, jobs wait as in a busy queue.
 */
export function createMediaConvert(
  cloud: ConvertingCloud,
  { disk = unwatched }: { disk?: DiskRoom | undefined } = {},
): ServiceModule {
  const log = cloud.log.child("mediaconvert");
  const store = new JobStore(cloud.dataFolder);
  const queues = new Map<string, { name: string; arn: string; status: "ACTIVE" | "PAUSED" }>();
  const stopping = new AbortController();
  let running: { id: string; abort: AbortController; done: Promise<void> } | undefined;
  let started = false;

  const arn = (kind: string, name: string): string =>
    `arn:aws:mediaconvert:${cloud.region}:${cloud.accountId}:${kind}/${name}`;
  queues.set("Default", { name: "Default", arn: arn("queues", "Default"), status: "ACTIVE" });

  const queueOf = (nameOrArn: string): { name: string; arn: string; status: "ACTIVE" | "PAUSED" } => {
    const found = [...queues.values()].find((queue) => queue.arn === nameOrArn || queue.name === nameOrArn);
    if (found === undefined) throw new AwsError("NotFoundException", `The queue ${nameOrArn} does not exist.`, 404);
    return found;
  };
  const jobOf = (id: unknown): Job => {
    const job = store.get(String(id));
    if (job === undefined) throw new AwsError("NotFoundException", `The job ${String(id)} does not exist.`, 404);
    return job;
  };

  const routes: Route[] = [
    {
      method: "POST",
      path: "/2017-08-29/jobs",
      status: 201,
      run(input, { principal }) {
        const request = checkSettings(CreateJobSchema, input, "");
        const queue = queueOf(request.queue ?? "Default");
        const role = request.role;
        cloud.iam.authorize(principal, "mediaconvert:CreateJob", queue.arn);
        cloud.iam.authorize(principal, "iam:PassRole", role, {
          context: { "iam:PassedToService": "mediaconvert.amazonaws.com" },
        });
        const token = request.clientRequestToken;
        if (token !== undefined && !/^[\x20-\x7e]{1,64}$/.test(token))
          throw new AwsError("BadRequestException", "/clientRequestToken: must be 1 to 64 printable ASCII characters");
        const before = token === undefined ? undefined : store.withToken(token, Date.now() - tokenLifetimeMs);
        if (before !== undefined) return { job: describeJob(before) };
        translate(request.settings);
        const job: Job = {
          // In AWS's format: the time and six random characters.
          id: `${Date.now()}-${randomBytes(3).toString("hex")}`,
          status: "SUBMITTED",
          queue: queue.arn,
          role,
          settings: request.settings,
          userMetadata: request.userMetadata ?? {},
          ...(token === undefined ? {} : { clientRequestToken: token }),
          submittedAt: Date.now(),
        };
        store.put(job);
        runNext();
        return { job: describeJob(job) };
      },
    },
    {
      method: "GET",
      path: "/2017-08-29/jobs/{id}",
      run(input, { principal }) {
        cloud.iam.authorize(principal, "mediaconvert:GetJob", arn("jobs", String(input["id"])));
        return { job: describeJob(jobOf(input["id"])) };
      },
    },
    {
      method: "GET",
      path: "/2017-08-29/jobs",
      run(input, { principal }) {
        cloud.iam.authorize(principal, "mediaconvert:ListJobs", "*");
        const limit = Math.min(Number(input["maxResults"] ?? 20), 20);
        return { jobs: store.list(limit, input["status"] as JobStatus | undefined).map(describeJob) };
      },
    },
    {
      method: "DELETE",
      path: "/2017-08-29/jobs/{id}",
      status: 202,
      run(input, { principal }) {
        cloud.iam.authorize(principal, "mediaconvert:CancelJob", arn("jobs", String(input["id"])));
        const job = jobOf(input["id"]);
        if (job.status !== "SUBMITTED" && job.status !== "PROGRESSING")
          throw new AwsError("ConflictException", `The job ${job.id} is ${job.status}: it cannot be canceled.`, 409);
        store.put({ ...job, status: "CANCELED", finishedAt: Date.now() });
        if (running?.id === job.id) running.abort.abort();
        return {};
      },
    },
    {
      method: "POST",
      path: "/2017-08-29/probe",
      async run(input, { principal, signal }) {
        cloud.iam.authorize(principal, "mediaconvert:Probe", "*");
        const files = (input["inputFiles"] ?? []) as { fileUrl?: string }[];
        if (files.length !== 1)
          throw new AwsError("BadRequestException", "/inputFiles: exactly one file can be probed at a time");
        const { bucket, key } = s3Address(files[0]?.fileUrl ?? "", "/inputFiles/0/fileUrl");
        const object = await cloud.objects.file(principal, bucket, key);
        try {
          return { probeResults: [describeMedia(await probe(object.path, { signal }), object)] };
        } catch (cause) {
          if (cause instanceof MediaError)
            throw new AwsError("BadRequestException", `s3://${bucket}/${key}: ${cause.message}`);
          throw cause;
        }
      },
    },
  ];

  /** Starts the oldest waiting job unless one is running. */
  function runNext(): void {
    if (!started || running !== undefined || stopping.signal.aborted || disk.lowSince !== undefined) return;
    const job = store
      .unfinished()
      .find((candidate) =>
        [...queues.values()].some((queue) => queue.arn === candidate.queue && queue.status === "ACTIVE"),
      );
    if (job === undefined) return;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, stopping.signal]);
    const done = run(job, signal)
      .catch((cause: unknown) => {
        // A canceled job is already recorded as such. A job interrupted by a stop runs again at the next start.
        if (!signal.aborted) log.error(`Job ${job.id} failed in the engine`, cause);
      })
      .then(() => {
        running = undefined;
        runNext();
      });
    running = { id: job.id, abort, done };
  }

  async function run(job: Job, signal: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    const progressing: Job = { ...job, status: "PROGRESSING", startedAt, percent: 0 };
    await onceThereIsRoom(() => store.put(progressing), signal);
    await onceThereIsRoom(() => announce(progressing, {}), signal);
    const onProgress = (percent: number): void => {
      try {
        store.put({ ...progressing, percent });
      } catch (cause) {
        // The next report tells more.
        if (!isDiskFull(cause)) throw cause;
      }
    };
    let ended: Job;
    try {
      const outputGroupDetails = await persist(() => runJob(cloud, job, { signal, onProgress }), {
        signal,
        patience: usualPatience,
        note(reason) {
          // The watch of the disk has said so already.
          if (disk.lowSince === undefined) log.warn(`${nameOf(job)} is converted later: ${reason}`);
        },
      });
      ended = { ...progressing, status: "COMPLETE", percent: 100, finishedAt: Date.now(), outputGroupDetails };
    } catch (cause) {
      if (signal.aborted) return;
      const errorMessage = cause instanceof Error ? cause.message : String(cause);
      ended = {
        ...progressing,
        status: "ERROR",
        finishedAt: Date.now(),
        errorCode: cause instanceof JobError ? cause.code : 1999,
        errorMessage,
      };
      log.warn(`Could not convert ${nameOf(job)}: ${errorMessage}`);
    }
    // The event comes first: if the process dies in between, the job runs again and its event is sent twice, not lost.
    const members =
      ended.status === "COMPLETE"
        ? { outputGroupDetails: ended.outputGroupDetails, paddingInserted: 0, warnings: [] }
        : { errorCode: ended.errorCode, errorMessage: ended.errorMessage };
    await onceThereIsRoom(() => announce(ended, members), signal);
    await onceThereIsRoom(() => store.put(ended), signal);
  }

  /** https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_cwe_events.html */
  async function announce(job: Job, members: object): Promise<void> {
    await cloud.events.put({
      source: "aws.mediaconvert",
      "detail-type": "MediaConvert Job State Change",
      resources: [arn("jobs", job.id)],
      detail: {
        timestamp: Date.now(),
        accountId: cloud.accountId,
        queue: job.queue,
        jobId: job.id,
        status: job.status,
        userMetadata: job.userMetadata,
        ...members,
      },
    });
  }

  function describeJob(job: Job): object {
    return {
      id: job.id,
      arn: arn("jobs", job.id),
      status: job.status,
      queue: job.queue,
      role: job.role,
      settings: job.settings,
      userMetadata: job.userMetadata,
      clientRequestToken: job.clientRequestToken,
      createdAt: Math.floor(job.submittedAt / 1000),
      jobPercentComplete: job.percent,
      errorCode: job.errorCode,
      errorMessage: job.errorMessage,
      timing: {
        submitTime: seconds(job.submittedAt),
        startTime: seconds(job.startedAt),
        finishTime: seconds(job.finishedAt),
      },
      ...(job.outputGroupDetails === undefined ? {} : { outputGroupDetails: job.outputGroupDetails }),
    };
  }

  const queueProvider: ResourceProvider = {
    type: "aws:mediaconvert/queue:Queue",
    honoured: ["name", "status", "pricingPlan"],
    ignored: ["description", "tags", "concurrentJobs", "reservationPlanSettings"],
    replaceOnChanges: ["name", "pricingPlan"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      const status = inputs["status"] === "PAUSED" ? "PAUSED" : "ACTIVE";
      queues.set(name, { name, arn: arn("queues", name), status });
      runNext();
      return { id: name, outputs: { name, arn: arn("queues", name), status } };
    },
    async remove(state) {
      queues.delete(state.id);
    },
  };

  return {
    api: restJsonApi({ signingName: "mediaconvert", routes }),
    resources: [queueProvider],
    async start() {
      started = true;
      disk.subscribe(runNext);
      runNext();
    },
    async stop() {
      stopping.abort();
      await running?.done;
      endResting();
      store.close();
    },
  };
}

function nameOf(job: Job): string {
  return job.userMetadata["recording"] ?? job.id;
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

const codecs: Readonly<Record<string, string>> = {
  h264: "AVC",
  hevc: "HEVC",
  aac: "AAC",
  mp3: "MP3",
  ac3: "AC3",
  mpeg2video: "MPEG2",
  av1: "AV1",
  vp9: "VP9",
};
const formats: readonly [RegExp, string][] = [
  [/mp4/, "mp4"],
  [/matroska|webm/, "webm"],
  [/mpegts/, "mpegts"],
];

/** A ProbeResult: https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html */
function describeMedia(media: MediaDescription, object: { size: number; etag: string; contentType: string }): object {
  const tracks = [
    ...(media.video === undefined
      ? []
      : [
          {
            trackType: "video",
            codec: codecs[media.video.codec] ?? "UNKNOWN",
            duration: media.durationMs / 1000,
            videoProperties: {
              width: media.video.width,
              height: media.video.height,
              frameRate: media.video.frameRate,
              bitRate: media.video.bitrate,
            },
          },
        ]),
    ...(media.audio === undefined
      ? []
      : [
          {
            trackType: "audio",
            codec: codecs[media.audio.codec] ?? "UNKNOWN",
            duration: media.durationMs / 1000,
            audioProperties: {
              channels: media.audio.channels,
              sampleRate: media.audio.sampleRate,
              bitRate: media.audio.bitrate,
            },
          },
        ]),
  ].map((track, i) => ({ index: i + 1, ...track }));
  const indexes = (type: string): number[] =>
    tracks.filter((track) => track.trackType === type).map((track) => track.index);
  return {
    container: {
      format: formats.find(([pattern]) => pattern.test(media.format))?.[1],
      duration: media.durationMs / 1000,
      ...(media.timecode === undefined ? {} : { startTimecode: media.timecode }),
      bitRate: media.bitrate * 1000,
      tracks,
    },
    metadata: { eTag: object.etag, fileSize: object.size, mimeType: object.contentType },
    trackMappings: [{ videoTrackIndexes: indexes("video"), audioTrackIndexes: indexes("audio"), dataTrackIndexes: [] }],
  };
}
