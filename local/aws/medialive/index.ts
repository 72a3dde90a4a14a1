import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { openDatabase } from "../../database.ts";
import { isFull } from "../../disk.ts";
import { unwatched, type DiskRoom } from "../../disk-room.ts";
import type { PublishDecision, PublishRequest } from "../../media/ingest/publication.ts";
import { createRtmpServer, rtmpDefaults } from "../../media/ingest/rtmp/server.ts";
import { AwsError } from "../errors.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import type { ResourceType } from "../cloudformation/resource-type.ts";
import type { Networks } from "../vpc.ts";
import { describeInput, mediaLiveApi, type MediaLiveState } from "./api.ts";
import { ArchiveSpool, archiveSchema } from "./archive-spool.ts";
import { Channel, type ChannelConfiguration } from "./channel.ts";
import { Inputs, type Input } from "./inputs.ts";
import { mediaLiveFunctions, mediaLiveTypes } from "./resource-types.ts";
import { Refusals } from "./refusals.ts";
import { spaceAlerts } from "./space-alerts.ts";
import { SrtListeners } from "./srt-listeners.ts";
import { readStreamName } from "./stream-name.ts";

const schema = `
  ${archiveSchema}
  CREATE TABLE IF NOT EXISTS channel (id TEXT PRIMARY KEY, stopped INTEGER NOT NULL);
`;

/** AWS Elemental MediaLive on this machine. */
export interface MediaLive extends ServiceModule {
  /** The port that RTMP publishers connect to. */
  readonly rtmpPort: number;
  /** Its resource types of CloudFormation. */
  readonly types: readonly ResourceType[];
  /** Ids of the channels that should run: all but those stopped through the API, in this or an earlier run. */
  channels(): string[];
  /** Starts a channel unless it is already running. */
  startChannel(id: string): Promise<void>;
}

/**
 * Receives RTMP streams and runs the program's channels. Rejects with a readable error if the port is in use.
 * @param options.rtmpHost The address to listen on.
 * @param options.rtmpPort The port to listen on; 0 for any free one.
 * @param options.networks The private networks that inputs can be in.
 */
export async function createMediaLive(
  cloud: Cloud,
  options: {
    rtmpHost: string;
    rtmpPort: number;
    networks: Networks;
    /** The value of a secret of Secrets Manager. */
    secret: (arn: string) => string;
    /** Where recordings are stored; channels record only while there is room. @default nobody watches it */
    disk?: DiskRoom | undefined;
  },
): Promise<MediaLive> {
  const log = cloud.log.child("medialive");
  const folder = join(cloud.dataFolder, "medialive");
  const channels = new Map<string, Channel>();
  const inputs = new Inputs(options.networks);
  const closing = new AbortController();
  let resuming: Promise<void> = Promise.resolve();

  const { disk = unwatched } = options;
  disk.subscribe(() => {
    for (const channel of channels.values()) channel.pauseArchive(disk.lowSince !== undefined);
  });

  const refusals = new Refusals();
  /** Who may stream to a pipeline by an input. */
  const decideOn = (input: string, pipeline: number): PublishDecision => {
    const channel = [...channels.values()].find(({ configuration }) => configuration.inputIds.includes(input));
    const live = channel?.pipelines[pipeline]?.live;
    if (live === undefined) return { refuse: "denied", reason: "the channel is not running: start it on the page" };
    if (live.occupied) return { refuse: "occupied", reason: "someone else is already streaming to this channel" };
    return { accept: (publisher) => live.publish(publisher) };
  };
  const decide = ({ app, name, peer }: PublishRequest): PublishDecision => {
    const found = inputs.find(readStreamName(app, name), peer);
    return "problem" in found ? { refuse: "denied", reason: found.problem } : decideOn(found.input.id, found.pipeline);
  };
  const authorize = (request: PublishRequest): PublishDecision => {
    const decision = decide(request);
    if ("refuse" in decision) refusals.note(decision.reason);
    else refusals.clear();
    return decision;
  };
  const rtmp = createRtmpServer({
    ...rtmpDefaults,
    log: cloud.log.child("rtmp"),
    authorize,
    admits: (address) => inputs.admits(address),
  });
  const rtmpPort = await rtmp.listen(options.rtmpPort, options.rtmpHost).catch((cause: unknown) => {
    const inUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    throw inUse
      ? new Error(`Port ${options.rtmpPort} on ${options.rtmpHost} is in use: choose another with --rtmp-port.`)
      : cause;
  });
  // The same number as RTMP's, since that is TCP and this is UDP.
  const srt = new SrtListeners({
    log: cloud.log.child("srt"),
    host: options.rtmpHost,
    port: options.rtmpPort === 0 ? 0 : rtmpPort,
    secret: options.secret,
    authorize(input) {
      const decision = decideOn(input, 0);
      if ("accept" in decision) refusals.clear();
      return decision;
    },
    admits: (input, address) => inputs.admits(address, input),
    refused: (reason) => refusals.note(reason),
  });
  const database = openDatabase(join(folder, "medialive.db"), schema);
  // Publishers cannot connect to a wildcard address.
  const host = options.rtmpHost === "0.0.0.0" ? "127.0.0.1" : options.rtmpHost;
  const note = (id: string, stopped: boolean): void => {
    database
      .prepare("INSERT INTO channel VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET stopped = ?2")
      .run(id, stopped ? 1 : 0);
  };

  const state: MediaLiveState = {
    channel: (id) => channels.get(id),
    channels: () => [...channels.values()],
    alerts: (channel) => [...channel.alerts, ...refusals.alerts(), ...spaceAlerts(channel.pipelines.length, disk)],
    input: (id) => inputs.get(id),
    inputs: () => inputs.list(),
    // Noted first: what can't be noted, on a full disk, is not done.
    start(channel) {
      note(channel.configuration.id, false);
      channel.start();
    },
    stop(channel) {
      note(channel.configuration.id, true);
      channel.stop();
    },
    urlsOf: ({ id, streamNames, srt: isSrt }) =>
      isSrt === undefined
        ? streamNames.map((streamName) => `rtmp://${host}:${rtmpPort}/${streamName}`)
        : [`srt://${host}:${srt.portOf(id) ?? 0}`],
  };
  const resources = {
    region: cloud.region,
    accountId: cloud.accountId,
    inputs,
    iam: cloud.iam,
    networks: options.networks,
    putInput(input: Input) {
      const known = inputs.get(input.id);
      if (isDeepStrictEqual(known, input)) return;
      // "If an input is attached to a channel, you can edit the input only if the channel is idle":
      // https://docs.aws.amazon.com/medialive/latest/ug/edit-input.html
      const busy = [...channels.values()].find(
        ({ configuration, state: is }) => configuration.inputIds.includes(input.id) && is !== "IDLE",
      );
      if (known !== undefined && busy !== undefined)
        throw new AwsError(
          "ConflictException",
          `Input ${input.id} is attached to channel ${busy.configuration.id}, which is ${busy.state}; it must be ` +
            "IDLE for the input to be updated.",
          409,
        );
      inputs.put(input);
    },
    listen: (input: Input) => srt.put(input),
    async removeInput(id: string) {
      inputs.remove(id);
      await srt.remove(id);
    },
    putChannel(configuration: ChannelConfiguration) {
      const known = channels.get(configuration.id);
      if (known !== undefined) {
        if (isDeepStrictEqual(known.configuration, configuration)) return;
        // UpdateChannel's error; CloudFormation then leaves the whole stack as it was.
        if (known.state !== "IDLE")
          throw new AwsError(
            "ConflictException",
            `Channel ${configuration.id} is ${known.state}; it must be IDLE to be updated.`,
            409,
          );
        known.configuration = configuration;
      } else
        channels.set(
          configuration.id,
          new Channel({
            cloud,
            database,
            folder: join(folder, "archive"),
            log,
            configuration,
            archivePaused: disk.lowSince !== undefined,
          }),
        );
    },
    async removeChannel(id: string) {
      await channels.get(id)?.close();
      channels.delete(id);
    },
    describeInput(id: string) {
      const input = inputs.get(id);
      if (input === undefined) throw new AwsError("NotFoundException", `Input ${id} was not found.`, 404);
      return describeInput(input, state);
    },
  };

  return {
    rtmpPort,
    api: mediaLiveApi(cloud, state),
    resources: [],
    types: mediaLiveTypes(resources),
    invokes: mediaLiveFunctions(resources),
    channels: () =>
      [...channels.keys()].filter(
        (id) => database.prepare("SELECT stopped FROM channel WHERE id = ?").get(id)?.["stopped"] !== 1,
      ),
    async startChannel(id) {
      const channel = channels.get(id);
      if (channel === undefined) throw new AwsError("NotFoundException", `Channel ${id} was not found.`, 404);
      if (channel.state === "IDLE") state.start(channel);
    },
    async start() {
      resuming = (async () => {
        for (const broadcast of ArchiveSpool.unfinished(database))
          await new ArchiveSpool({ cloud, database, log, closing: closing.signal, ...broadcast }).resume();
      })().catch((cause: unknown) => log.error("What an earlier run recorded could not be stored", cause));
      // On a full disk, it takes until there is space.
      if (!isFull(cloud.dataFolder)) await resuming;
    },
    async stop() {
      closing.abort();
      await resuming;
      await Promise.all([...channels.values()].map((channel) => channel.close()));
      await rtmp.close();
      await srt.close();
      database.close();
    },
  };
}
