import { join } from "node:path";
import type { Log } from "../../log.ts";
import { LiveFeed } from "./feed.ts";
import { startLiveProcess, type LiveProcess } from "./process.ts";
import type { LiveRendition, LiveSettings } from "./settings.ts";
import type { Publication, Publisher } from "../ingest/publication.ts";

/** An encoder that fails this often within a minute is not restarted for this publisher. */
const mostFailures = 5;
/** If the first keyframe takes longer, a warning is logged, in milliseconds. */
const keyframeWithinMs = 12_000;
/** A publisher that has sent nothing for this long gives way to another with the right key, in milliseconds. */
const silentForMs = 3_000;
/** A publisher without a picture for this long has lost its input, as far as viewers are concerned, in milliseconds. */
const pictureWithinMs = 5_000;
/** How often the encoder is told of pictures that are overdue, in milliseconds: a few of them at a time. */
const fillEveryMs = 100;
/** How long a job may take to finish after its input has ended, in milliseconds. */
const flushWithinMs = 2_300;

/** What a live channel produces. */
export interface LiveChannelEvents {
  /**
   * An encoding job begins; `startedAt` is the wall clock of its media time 0, in epoch milliseconds, and `partSeconds`
   * the length of its longest fragment.
   */
  begin(job: { renditions: readonly LiveRendition[]; startedAt: number; partSeconds: number }): void;
  /** Bytes of a rendition's fragmented MP4. */
  fragment(rendition: string, bytes: Buffer): void;
  /** The job's last fragment was emitted. */
  end(): void;
  /** A finished archive file: in order of time, one at a time. */
  archived(file: string): Promise<void>;
  /** An encoding process died; its unfinished archive file remains in `folder`. */
  interrupted(folder: string): Promise<void>;
  /** Whether a publisher's picture arrives; repeated for every picture. */
  input(present: boolean): void;
}

/**
 * A running live channel: one publisher at a time. As MediaLive's, it produces nothing before the first picture, and
 * from then on without a gap until it stops: without input, the last picture is repeated and then replaced by black.
 * https://docs.aws.amazon.com/medialive/latest/ug/feature-input-loss.html, and alert 5007 in
 * https://docs.aws.amazon.com/medialive/latest/ug/monitor-activity-types-alerts-channels.html
 */
export class LiveChannel {
  readonly #log: Log;
  readonly #settings: LiveSettings;
  readonly #folder: string;
  readonly #events: LiveChannelEvents;
  readonly #feed: LiveFeed;
  readonly #filling: NodeJS.Timeout;
  readonly #jobs = new Set<LiveProcess>();
  /** Resolves when the latest job has ended and all its files are handed over. */
  #settled: Promise<void> = Promise.resolve();
  #jobNumber = 0;
  #publisher: Publisher | undefined;
  /** When the publisher last sent something, by `performance.now()`. */
  #heardMs = 0;
  #failures: number[] = [];
  #archivePaused: boolean;
  #stopped = false;

  /**
   * @param options.folder Where archive files appear: a folder that only this run uses.
   * @param options.archivePaused See {@link pauseArchive}.
   */
  constructor(options: {
    log: Log;
    settings: LiveSettings;
    folder: string;
    archivePaused: boolean;
    events: LiveChannelEvents;
  }) {
    this.#log = options.log;
    this.#settings = options.settings;
    this.#folder = options.folder;
    this.#events = options.events;
    this.#archivePaused = options.archivePaused;
    this.#feed = new LiveFeed({ log: options.log, begin: (job) => this.#encode(job) });
    this.#filling = setInterval(() => this.#feed.fill(), fillEveryMs);
  }

  /** Whether a publisher is connected and heard of; only one can be. */
  get occupied(): boolean {
    return this.#publisher !== undefined && performance.now() - this.#heardMs < silentForMs;
  }

  /**
   * Accepts a publisher; the caller has checked that the channel is not occupied. After a break of the network, the
   * same encoder comes back before its old connection is known to be dead: that one ends.
   */
  publish(publisher: Publisher): Publication {
    this.#publisher?.close("another publisher with the right key took over");
    this.#publisher = publisher;
    this.#heardMs = performance.now();
    this.#failures = [];
    this.#log.info("a publisher is connected");
    this.#feed.connect();
    const silence = setTimeout(
      () =>
        this.#log.warn("the publisher sends no keyframe: check that OBS has a source and a keyframe interval of 2 s"),
      keyframeWithinMs,
    );
    const lost = setTimeout(() => this.#events.input(false), pictureWithinMs);
    return {
      packet: (packet) => {
        if (this.#publisher !== publisher) return;
        this.#heardMs = performance.now();
        if (this.#feed.packet(packet) && packet.track === "video") {
          clearTimeout(silence);
          this.#events.input(true);
          lost.refresh();
        }
      },
      frameRate: (rate) => {
        if (this.#publisher === publisher) this.#feed.frameRate(rate);
      },
      end: (reason) => {
        clearTimeout(silence);
        clearTimeout(lost);
        this.#log.info(`the publisher left: ${reason}`);
        if (this.#publisher !== publisher) return;
        this.#publisher = undefined;
        this.#events.input(false);
      },
    };
  }

  /** While it is paused, no archive file is written; the current one ends at the next keyframe. Live goes on. */
  pauseArchive(paused: boolean): void {
    this.#archivePaused = paused;
    for (const job of this.#jobs) job.tell({ archivePaused: paused });
  }

  /** Ends the input, finishes encoding and emits the last archive file. */
  async stop(): Promise<void> {
    this.#publisher?.close("the channel is stopping");
    this.#publisher = undefined;
    clearInterval(this.#filling);
    this.#feed.end();
    const timer = setTimeout(() => {
      this.#log.warn("the encoder was too far behind to finish; the last seconds are lost");
      this.#stopped = true;
      for (const job of this.#jobs) job.kill();
    }, flushWithinMs);
    await this.#settled;
    clearTimeout(timer);
  }

  #encode(job: { startedAt: number }): LiveProcess {
    this.#jobNumber += 1;
    const archiveFolder = join(this.#folder, String(this.#jobNumber).padStart(4, "0"));
    const before = this.#settled;
    let handOver = Promise.resolve();
    const state = { begun: false };
    const process = startLiveProcess(
      { ...this.#settings, startedAt: job.startedAt, archiveFolder, archivePaused: this.#archivePaused },
      {
        fragment: (rendition, bytes) => this.#events.fragment(rendition, bytes),
        report: (report) => {
          if (report.type === "started") {
            const { source, renditions, partSeconds } = report;
            const ladder = renditions.map(({ name, width, height }) => `${name} (${width}x${height})`).join(", ");
            this.#log.info(
              `encoding ${source.width}x${source.height} at ${Number(source.frameRate.toFixed(3))} frames/s ` +
                `as ${ladder}`,
            );
            state.begun = true;
            this.#events.begin({ renditions, startedAt: job.startedAt, partSeconds });
          } else if (report.type === "archived") {
            handOver = handOver.then(() => this.#events.archived(report.file));
          } else if (report.type === "sound") {
            if (report.present) this.#log.info("sound comes again");
            else if (this.#publisher !== undefined)
              this.#log.warn("no sound comes: viewers and recordings get silence. Check the sources in OBS");
          } else if (report.type === "archive-failed") {
            this.#log.error(
              `an archive file could not be written (${report.message}); the live stream continues, and the ` +
                "next file follows",
            );
          }
        },
      },
      before,
    );
    this.#jobs.add(process);
    this.#settled = (async () => {
      const { failure } = await process.ended;
      await before;
      this.#jobs.delete(process);
      if (state.begun) this.#events.end();
      await handOver;
      if (failure !== undefined) {
        this.#failed(process, failure);
        await this.#events.interrupted(archiveFolder);
      }
    })();
    return process;
  }

  #failed(process: LiveProcess, failure: string): void {
    if (this.#stopped) return;
    const now = Date.now();
    this.#failures = [...this.#failures.filter((at) => now - at < 60_000), now];
    if (this.#failures.length < mostFailures) {
      this.#log.error(`the encoder stopped (${failure}); it restarts at the next keyframe`);
      this.#feed.lost(process);
    } else {
      this.#log.error(
        `the encoder stopped ${mostFailures} times within a minute (${failure}); the stream is dropped. ` +
          "Check the encoder's settings in OBS and connect again",
      );
      this.#publisher?.close("it cannot be encoded");
    }
  }
}
