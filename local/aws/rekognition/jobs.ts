import type { VideoMetadata } from "@aws-sdk/client-rekognition";
import { randomBytes } from "node:crypto";
import type { VideoReport } from "../../vision/report.ts";
import { isDiskFull } from "../../disk.ts";
import type { Log } from "../../log.ts";
import { FaceWorkerError, type FaceWorker } from "../../vision/worker/index.ts";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";
import { maybeObject, maybeText, object, patterns, s3Object, text, type Input } from "./input.ts";
import type { Job, JobRequest, JobStore } from "./job-store.ts";
import { objectFile } from "./objects.ts";

/** https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const maxVideoBytes = 10 * 1024 ** 3;
/** Sampled frames per second: half a second is the resolution of the clips' ends. */
const framesPerSecond = 2;
const vectorsCheckMs = 60 * 60 * 1000;
/** A job fails once its video has killed the vision worker this many times. */
const maxCrashes = 2;

/** Results of a job: one entry per sighting, in page order. */
export interface JobResult<Entry> {
  metadata?: VideoMetadata;
  entries: Entry[];
}

/**
 * Turns a video's analysis into one API's results. `video` analyses the video, or reuses an earlier analysis, when
 * called.
 */
export type VideoRecognition = (request: JobRequest, video: () => Promise<VideoReport>) => Promise<JobResult<unknown>>;

/**
 * Runs video jobs one at a time, in the order of their start, and publishes each completion to its topic. Jobs survive
 * a restart; a video is analysed only once, however many jobs need it.
 */
export class VideoJobs {
  readonly #cloud: Cloud;
  readonly #log: Log;
  readonly #store: JobStore;
  readonly #worker: FaceWorker;
  readonly #recognitions: Record<JobRequest["api"], VideoRecognition>;
  readonly #now: () => number;
  readonly #maxConcurrentJobs: number;
  #started = false;
  #vectorsCheckedMs = -Infinity;
  readonly #stopping = new AbortController();
  #draining: Promise<void> | undefined;

  constructor(options: {
    cloud: Cloud;
    log: Log;
    store: JobStore;
    worker: FaceWorker;
    recognitions: Record<JobRequest["api"], VideoRecognition>;
    now: () => number;
    maxConcurrentJobs: number;
  }) {
    this.#cloud = options.cloud;
    this.#log = options.log;
    this.#store = options.store;
    this.#worker = options.worker;
    this.#recognitions = options.recognitions;
    this.#now = options.now;
    this.#maxConcurrentJobs = options.maxConcurrentJobs;
  }

  /**
   * Accepts a job and returns its id; the same `ClientRequestToken` again returns the same job. Checks the
   * same permissions as AWS does: that the caller may read the video and pass the role.
   */
  async start(
    api: JobRequest["api"],
    input: Input,
    principal: Principal,
    search?: JobRequest["search"],
  ): Promise<{ JobId: string }> {
    const token = maybeText(input, "ClientRequestToken", patterns.clientRequestToken);
    const request: JobRequest = {
      api,
      video: s3Object(object(input, "Video")),
      principal,
      jobTag: maybeText(input, "JobTag", patterns.jobTag),
      notification: notification(input),
      search,
    };
    if (request.notification !== undefined) this.#mayPass(principal, request.notification.roleArn);

    const earlier = token === undefined ? undefined : this.#store.findByToken(token);
    if (earlier !== undefined) {
      if (JSON.stringify(earlier.request) === JSON.stringify(request)) return { JobId: earlier.id };
      throw new AwsError(
        "IdempotentParameterMismatchException",
        "The client request token was used for a request with other parameters.",
      );
    }
    const { size } = await objectFile(this.#cloud, principal, request.video.bucket, request.video.key);
    if (size > maxVideoBytes)
      throw new AwsError("VideoTooLargeException", `The video has ${size} bytes; the limit is ${maxVideoBytes}.`);
    if (this.#store.running() >= this.#maxConcurrentJobs)
      throw new AwsError("LimitExceededException", "Open Jobs exceed maximum concurrent job limit");

    const id = randomBytes(32).toString("hex");
    this.#store.add(id, token, request, this.#now());
    if (this.#started) this.#wake();
    return { JobId: id };
  }

  /** A job of this API, for its Get operation. Throws ResourceNotFoundException. */
  get(api: JobRequest["api"], input: Input): Job {
    const id = text(input, "JobId", patterns.jobId);
    const job = this.#store.find(id);
    if (job?.request.api !== api) throw new AwsError("ResourceNotFoundException", "Could not find JobId");
    return job;
  }

  result<Entry>(job: Job): JobResult<Entry> {
    const json = this.#store.result(job.id);
    return json === undefined ? { entries: [] } : (JSON.parse(json) as JobResult<Entry>);
  }

  /** Resumes the jobs of an earlier run. */
  resume(): void {
    this.#started = true;
    this.#wake();
  }

  /** Abandons the running job, which the next run repeats. The worker must be stopped first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#draining;
  }

  #wake(): void {
    this.#draining ??= onceThereIsRoom(() => this.#drain(), this.#stopping.signal)
      .catch((cause: unknown) => {
        if (!this.#stopped) this.#log.error("Recognition jobs stopped; they resume after a restart", cause);
      })
      .finally(() => (this.#draining = undefined));
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #drain(): Promise<void> {
    this.#store.forgetOld(this.#now());
    await this.#forgetVectors();
    for (let [job] = this.#store.unfinished(); job !== undefined && !this.#stopped; [job] = this.#store.unfinished()) {
      if (job.status === "IN_PROGRESS") await this.#run(job);
      else await this.#notify(job);
    }
  }

  async #run(job: Job): Promise<void> {
    try {
      const result = await this.#recognitions[job.request.api](job.request, () => this.#analyse(job.request));
      this.#store.finish(job.id, "SUCCEEDED", { result: JSON.stringify(result) }, this.#now());
    } catch (cause) {
      if (this.#stopped) return;
      if (isDiskFull(cause)) throw cause;
      if (cause instanceof FaceWorkerError && cause.code === "CRASHED") {
        this.#store.noteCrash(job.id);
        if (job.crashes + 1 < maxCrashes) return;
      } else if (!(cause instanceof FaceWorkerError || cause instanceof AwsError)) {
        this.#log.error(`${job.request.api} of ${job.request.video.key} failed`, cause);
      }
      const statusMessage = cause instanceof Error ? cause.message : String(cause);
      this.#log.warn(
        `${job.request.api} of s3://${job.request.video.bucket}/${job.request.video.key} failed: ${statusMessage}`,
      );
      this.#store.finish(job.id, "FAILED", { statusMessage }, this.#now());
    }
  }

  async #analyse({ principal, video }: JobRequest): Promise<VideoReport> {
    const file = await objectFile(this.#cloud, principal, video.bucket, video.key);
    const identity = [this.#worker.recogniser.version, framesPerSecond, file.size, file.etag].join("/");
    const known = this.#store.analysis(identity);
    if (known !== undefined) return known;
    const report = await this.#worker.video(file.path, framesPerSecond);
    await onceThereIsRoom(() => this.#store.keepAnalysis(identity, video, report, this.#now()), this.#stopping.signal);
    return report;
  }

  /** What a video's faces look like is kept as long as the video. Checked once an hour. */
  async #forgetVectors(): Promise<void> {
    if (this.#now() - this.#vectorsCheckedMs < vectorsCheckMs) return;
    this.#vectorsCheckedMs = this.#now();
    for (const { object, bucket, key } of this.#store.oldAnalyses(this.#now()))
      if (bucket === undefined || key === undefined || !(await this.#exists(bucket, key)))
        this.#store.forgetAnalysis(object);
  }

  async #exists(bucket: string, key: string): Promise<boolean> {
    try {
      await this.#cloud.objects.file({ kind: "engine" }, bucket, key);
      return true;
    } catch (cause) {
      if (cause instanceof AwsError) return false;
      throw cause;
    }
  }

  /** https://docs.aws.amazon.com/rekognition/latest/dg/video-notification-payload.html */
  async #notify(job: Job): Promise<void> {
    const { api, jobTag, video, notification } = job.request;
    if (notification !== undefined) {
      const message = {
        JobId: job.id,
        Status: job.status,
        API: api,
        ...(jobTag === undefined ? {} : { JobTag: jobTag }),
        Timestamp: job.finishedMs,
        Video: { S3ObjectName: video.key, S3Bucket: video.bucket },
      };
      try {
        const publisher = this.#cloud.iam.assume(notification.roleArn, "rekognition.amazonaws.com", {});
        await this.#cloud.topics.publish(notification.topicArn, JSON.stringify(message), publisher);
      } catch (cause) {
        if (isDiskFull(cause)) throw cause;
        // AWS also drops the message; the caller can still query the job.
        this.#log.error(
          `The completion of ${api} job ${job.id} could not be published to ${notification.topicArn}`,
          cause,
        );
      }
    }
    this.#store.markNotified(job.id);
  }

  #mayPass(principal: Principal, roleArn: string): void {
    this.#cloud.iam.authorize(principal, "iam:PassRole", roleArn, {
      context: { "iam:PassedToService": "rekognition.amazonaws.com" },
    });
    this.#cloud.iam.assume(roleArn, "rekognition.amazonaws.com", {});
  }
}

/** Rekognition's metadata of every analysed video. */
export function videoMetadata({ info }: VideoReport): VideoMetadata {
  return {
    Codec: info.codec,
    DurationMillis: info.durationMs,
    Format: info.format,
    FrameRate: info.frameRate,
    FrameHeight: info.height,
    FrameWidth: info.width,
    ColorRange: info.fullRange ? "FULL" : "LIMITED",
  };
}

/** Members of every Get response that identify the job. */
export function jobHeader(job: Job) {
  const { video, jobTag } = job.request;
  return {
    JobId: job.id,
    JobStatus: job.status,
    ...(job.statusMessage === undefined ? {} : { StatusMessage: job.statusMessage }),
    Video: { S3Object: { Bucket: video.bucket, Name: video.key } },
    ...(jobTag === undefined ? {} : { JobTag: jobTag }),
  };
}

function notification(input: Input): JobRequest["notification"] {
  const channel = maybeObject(input, "NotificationChannel");
  return channel === undefined
    ? undefined
    : { topicArn: text(channel, "SNSTopicArn"), roleArn: text(channel, "RoleArn") };
}
