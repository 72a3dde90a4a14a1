import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Log } from "../../log.ts";
import { LiveChannel } from "../../media/live/channel.ts";
import { AwsError } from "../errors.ts";
import type { Cloud, LiveIngest } from "../cloud.ts";
import { ArchiveSpool, type ArchiveTarget } from "./archive-spool.ts";
import type { ChannelSettings } from "./encoder-settings.ts";
import { EventSender } from "./event-sender.ts";

export type ChannelState = "IDLE" | "STARTING" | "RUNNING" | "STOPPING";

/** A channel's configuration. */
export interface ChannelConfiguration {
  id: string;
  arn: string;
  name: string;
  channelClass: string;
  roleArn: string;
  inputIds: string[];
  /** URLs by destination id, one for each pipeline. */
  destinations: Map<string, string[]>;
  settings: ChannelSettings;
  tags: Record<string, string>;
}

/** One MediaLive channel, running or idle. */
export class Channel {
  configuration: ChannelConfiguration;
  state: ChannelState = "IDLE";
  readonly #cloud: Cloud;
  readonly #database: DatabaseSync;
  readonly #folder: string;
  readonly #log: Log;
  readonly #events: EventSender;
  #live: LiveChannel | undefined;
  #ingest: LiveIngest | undefined;
  #spool: ArchiveSpool | undefined;
  #stopping: Promise<void> = Promise.resolve();

  constructor(options: {
    cloud: Cloud;
    database: DatabaseSync;
    folder: string;
    log: Log;
    configuration: ChannelConfiguration;
  }) {
    this.configuration = options.configuration;
    this.#cloud = options.cloud;
    this.#database = options.database;
    this.#folder = options.folder;
    this.#log = options.log;
    this.#events = new EventSender({
      events: () => options.cloud.events,
      log: options.log,
      arn: options.configuration.arn,
    });
  }

  /** The alerts that are currently set. */
  get alerts(): readonly object[] {
    return [this.#events.alert()].filter((alert) => alert !== undefined);
  }

  /** Accepts publishers; undefined while the channel is not running. */
  get live(): LiveChannel | undefined {
    return this.#live;
  }

  /** Starts a broadcast. Throws ConflictException unless idle, or any error of the packager or the role. */
  start(now = new Date()): void {
    if (this.state !== "IDLE")
      throw new AwsError(
        "ConflictException",
        `Cannot start channel ${this.configuration.id}: it is ${this.state}.`,
        409,
      );
    const { roleArn, settings, destinations, name } = this.configuration;
    const role = this.#cloud.iam.assume(roleArn, "medialive.amazonaws.com");
    const ingest =
      settings.packageDestination === undefined
        ? undefined
        : this.#cloud.packager.ingest(role, destinations.get(settings.packageDestination)?.[0] ?? "");
    const broadcast = now.toISOString().replaceAll(/[-:]|\.\d+Z$/g, "");
    const folder = join(this.#folder, this.configuration.id, broadcast);
    mkdirSync(folder, { recursive: true });
    const { archive } = settings;
    const spool =
      archive === undefined
        ? undefined
        : new ArchiveSpool({
            cloud: this.#cloud,
            database: this.#database,
            folder,
            log: this.#log,
            target: archiveTarget(destinations.get(archive.destination)?.[0] ?? "", archive, roleArn, broadcast),
          });
    this.state = "STARTING";
    this.#events.state("STARTING", "Starting channel");
    this.#ingest = ingest;
    this.#spool = spool;
    this.#live = new LiveChannel({
      log: this.#log,
      settings: settings.live,
      folder,
      events: {
        begin: (job) => ingest?.begin(job),
        fragment: (rendition, bytes) => ingest?.write(rendition, bytes),
        end: () => ingest?.end(false),
        archived: async (file) => spool?.add(file),
        interrupted: async (jobFolder) => spool?.addInterrupted(jobFolder),
        input: (present) => this.#events.input(present),
      },
    });
    this.state = "RUNNING";
    this.#events.state("RUNNING", "Channel is running");
    this.#log.info(`channel ${name} is running: broadcast ${broadcast}`);
  }

  /**
   * Ends the broadcast, in the background: the state is STOPPING until its last recording is archived. Throws
   * ConflictException unless running.
   */
  stop(): void {
    if (this.state !== "RUNNING")
      throw new AwsError(
        "ConflictException",
        `Cannot stop channel ${this.configuration.id}: it is ${this.state}.`,
        409,
      );
    this.state = "STOPPING";
    this.#events.state("STOPPING", "Stopping channel");
    this.#stopping = this.#finish().then(() => {
      this.state = "IDLE";
      this.#events.state("STOPPED", "Stopped channel");
      this.#log.info(`channel ${this.configuration.name} has stopped`);
    });
  }

  /** Ends a running broadcast when the engine stops, without sending events. */
  async close(): Promise<void> {
    this.#events.close();
    if (this.state === "RUNNING") await this.#finish();
    else await this.#stopping;
  }

  async #finish(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    await live?.stop();
    this.#ingest?.end(true);
    this.#spool?.finish();
  }
}

/**
 * Reads an archive destination, `s3ssl://BUCKET/PATH/BASENAME`, and fills in MediaLive's identifiers of the start time.
 */
function archiveTarget(
  url: string,
  archive: { nameModifier: string; extension: string },
  roleArn: string,
  broadcast: string,
): ArchiveTarget {
  const [, bucket, path] = /^s3(?:ssl)?:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  if (bucket === undefined || path === undefined)
    throw new AwsError(
      "UnprocessableEntityException",
      `The archive destination ${url} must be s3ssl://BUCKET/PATH.`,
      422,
    );
  const [date = "", time = ""] = broadcast.split("T");
  const prefix = `${path}${archive.nameModifier}`
    .replaceAll("$dt$", broadcast)
    .replaceAll("$d$", date)
    .replaceAll("$t$", time);
  return { roleArn, bucket, prefix, extension: archive.extension };
}
