import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Log } from "../../log.ts";
import { AwsError } from "../errors.ts";
import type { Cloud } from "../cloud.ts";
import type { ChannelSettings } from "./encoder-settings.ts";
import { EventSender } from "./event-sender.ts";
import { Pipeline } from "./pipeline.ts";

export type ChannelState = "IDLE" | "STARTING" | "RUNNING" | "STOPPING";

/** A channel's configuration. */
export interface ChannelConfiguration {
  id: string;
  arn: string;
  name: string;
  channelClass: string;
  roleArn: string;
  inputIds: string[];
  /** Of its SRT inputs. */
  passphraseSecretArns: string[];
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
  readonly #closing = new AbortController();
  #archivePaused: boolean;
  #pipelines: readonly Pipeline[] = [];
  #stopping: Promise<void> = Promise.resolve();

  constructor(options: {
    cloud: Cloud;
    database: DatabaseSync;
    folder: string;
    log: Log;
    configuration: ChannelConfiguration;
    /** See {@link pauseArchive}. */
    archivePaused: boolean;
  }) {
    this.#archivePaused = options.archivePaused;
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
    return this.#events.alerts();
  }

  /** Its pipelines, by number; none while the channel is not running. */
  get pipelines(): readonly Pipeline[] {
    return this.#pipelines;
  }

  /** While it is paused, a broadcast goes on without being recorded. */
  pauseArchive(paused: boolean): void {
    this.#archivePaused = paused;
    for (const { live } of this.#pipelines) live.pauseArchive(paused);
  }

  /** Starts a broadcast. Throws ConflictException unless idle, or any error of the packager or the role. */
  start(now = new Date()): void {
    if (this.state !== "IDLE")
      throw new AwsError(
        "ConflictException",
        `Cannot start channel ${this.configuration.id}: it is ${this.state}.`,
        409,
      );
    const { roleArn, settings, destinations, name, channelClass } = this.configuration;
    this.#authorizePassphrases(roleArn);
    const broadcast = now.toISOString().replaceAll(/[-:]|\.\d+Z$/g, "");
    const pipelines = (channelClass === "STANDARD" ? [0, 1] : [0]).map(
      (number) =>
        new Pipeline({
          cloud: this.#cloud,
          database: this.#database,
          log: channelClass === "STANDARD" ? this.#log.child(`pipeline ${number}`) : this.#log,
          folder: join(this.#folder, this.configuration.id, `${broadcast}${number === 0 ? "" : "-standby"}`),
          settings,
          roleArn,
          destinations: new Map([...destinations].map(([id, urls]) => [id, urls[number] ?? ""])),
          broadcast,
          input: (present) => this.#events.input(number, present),
          archivePaused: this.#archivePaused,
          closing: this.#closing.signal,
        }),
    );
    this.state = "STARTING";
    this.#events.state("STARTING", "Starting channel", 0);
    this.#pipelines = pipelines;
    this.state = "RUNNING";
    this.#events.state("RUNNING", "Channel is running", pipelines.length);
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
    this.#events.state("STOPPING", "Stopping channel", this.#pipelines.length);
    this.#stopping = this.#finish().then(() => {
      this.state = "IDLE";
      this.#events.state("STOPPED", "Stopped channel", 0);
      this.#log.info(`channel ${this.configuration.name} has stopped`);
    });
  }

  /** Ends a running broadcast when the engine stops, without sending events. */
  async close(): Promise<void> {
    this.#events.close();
    this.#closing.abort();
    if (this.state === "RUNNING") await this.#finish();
    else await this.#stopping;
  }

  /** The channel's role reads the passphrases of its SRT inputs. */
  #authorizePassphrases(roleArn: string): void {
    const role = this.#cloud.iam.assume(roleArn, "medialive.amazonaws.com");
    for (const arn of this.configuration.passphraseSecretArns)
      this.#cloud.iam.authorize(role, "secretsmanager:GetSecretValue", arn);
  }

  async #finish(): Promise<void> {
    // From now on it accepts no publisher.
    const pipelines = this.#pipelines;
    this.#pipelines = [];
    await Promise.all(pipelines.map((pipeline) => pipeline.finish()));
  }
}
