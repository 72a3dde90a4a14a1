import { mkdirSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Log } from "../../log.ts";
import { LiveChannel } from "../../media/live/channel.ts";
import { AwsError } from "../errors.ts";
import type { Cloud, LiveIngest } from "../cloud.ts";
import { ArchiveSpool, type ArchiveTarget } from "./archive-spool.ts";
import type { ChannelSettings } from "./encoder-settings.ts";

export interface PipelineOptions {
  cloud: Cloud;
  database: DatabaseSync;
  log: Log;
  /** Where its archive files appear until they are stored. */
  folder: string;
  settings: ChannelSettings;
  /** The channel's role, by ARN. */
  roleArn: string;
  /** Its URL by destination id. */
  destinations: ReadonlyMap<string, string>;
  /** UTC start of the channel's run, as archive keys have it. */
  broadcast: string;
  /** Whether a picture arrives; repeated for every picture. */
  input: (present: boolean) => void;
  /** Whether the archive waits for space from the start. */
  archivePaused: boolean;
  /** Aborted when the engine stops. */
  closing: AbortSignal;
}

/** One of the one or two pipelines of a running channel: it encodes its own input, for the packager and the archive. */
export class Pipeline {
  /** Accepts publishers. */
  readonly live: LiveChannel;
  readonly #ingest: LiveIngest | undefined;
  readonly #spool: ArchiveSpool | undefined;

  /** Throws any error of the packager or the role. */
  constructor(options: PipelineOptions) {
    const { cloud, database, log, folder, settings, roleArn, destinations, broadcast, input, closing } = options;
    const role = cloud.iam.assume(roleArn, "medialive.amazonaws.com");
    const { archive, packageDestination } = settings;
    const urlOf = (id: string): string => destinations.get(id) ?? "";
    const target = archive && archiveTarget(urlOf(archive.destination), archive, roleArn, broadcast);
    const ingest =
      packageDestination === undefined ? undefined : cloud.packager.ingest(role, urlOf(packageDestination));
    mkdirSync(folder, { recursive: true });
    const spool = target && new ArchiveSpool({ cloud, database, folder, log, target, closing });
    this.#ingest = ingest;
    this.#spool = spool;
    this.live = new LiveChannel({
      log,
      settings: settings.live,
      folder,
      archivePaused: options.archivePaused,
      events: {
        begin: (job) => ingest?.begin(job),
        fragment: (rendition, bytes) => ingest?.write(rendition, bytes),
        end: () => ingest?.end(false),
        archived: async (file) => spool?.add(file),
        interrupted: async (jobFolder) => spool?.addInterrupted(jobFolder),
        input: (present) => {
          ingest?.quality(present);
          input(present);
        },
      },
    });
  }

  /** Finishes encoding, and archives the last recording. */
  async finish(): Promise<void> {
    await this.live.stop();
    this.#ingest?.end(true);
    await this.#spool?.finish();
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
