import type { Catalogue } from "../catalogue/index.ts";
import type { Export } from "../catalogue/exports.ts";
import { exportFileName } from "../domain/attachment.ts";
import { namedVariants } from "../domain/clip-variants.ts";
import {
  exportDurationMs,
  exportId,
  exportPieces,
  exportPiecesAtMost,
  type ExportAspect,
  type ExportSource,
} from "../domain/exports.ts";
import type { Clip, Recording } from "../domain/model.ts";
import { multivariantPlaylistKey } from "../domain/vod-keys.ts";
import { exportSettings } from "../pipeline/export/job-settings.ts";
import { nothingToPlay, playable } from "./clip-parts.ts";
import type { ApiConfig } from "./config.ts";
import type { ExportJobs } from "./export-jobs.ts";
import { ApiProblem } from "./problems.ts";
import type { VodPlaylists } from "./vod-playlists.ts";

/** An export, and how far its job is: 0–100. */
export interface ExportProgress {
  asked: Export;
  state: "waiting" | "running" | "complete" | "failed";
  progress: number;
}

/** Files made of clips. Nothing watches their jobs: who asks for an export learns what MediaConvert says now. */
export interface Exports {
  /**
   * Makes one file of these clips, in their order. What was made already, or is being made, is answered again; what
   * failed starts over. Throws `nothing-to-play` and `too-many-moments`.
   */
  make(clips: readonly Clip[], aspect: ExportAspect | undefined): Promise<ExportProgress>;
  /** Undefined for one that was never asked for or has expired. */
  get(id: string): Promise<ExportProgress | undefined>;
}

/** How many playlists are fetched at the same time. */
const atOnce = 16;

/** Makes files by jobs. */
export function createExports({
  jobs,
  catalogue: { exports, recordings },
  vodPlaylists,
  config,
}: {
  jobs: () => Promise<ExportJobs>;
  catalogue: Pick<Catalogue, "exports" | "recordings">;
  vodPlaylists: VodPlaylists;
  config: Pick<ApiConfig, "vodBucket">;
}): Exports {
  async function sources(clips: readonly Clip[]): Promise<Map<string, ExportSource>> {
    const known = [...(await playable(clips, recordings)).values()];
    const found = new Map<string, ExportSource>();
    for (let first = 0; first < known.length; first += atOnce) {
      const batch = known.slice(first, first + atOnce);
      for (const [index, source] of (await Promise.all(batch.map(sourceOf))).entries()) {
        if (source !== undefined) found.set(batch[index]!.id, source);
      }
    }
    return found;
  }

  /** The highest rendition has the picture of the MP4, and its playlist tells the frame rate. */
  async function sourceOf(recording: Recording): Promise<ExportSource | undefined> {
    const [top] = namedVariants((await vodPlaylists.variants(multivariantPlaylistKey(recording))) ?? []);
    if (top === undefined || top.frameRate <= 0) return undefined;
    const { width, height, frameRate, averageBandwidth: bitrate, codecs } = top;
    return { width, height, frameRate, bitrate, hasSound: codecs.some((codec) => codec.startsWith("mp4a")) };
  }

  /** How far an export is; its job says so unless it had ended when the export was last asked for. */
  async function progressOf(asked: Export): Promise<ExportProgress> {
    if (asked.state === "complete") return { asked, state: "complete", progress: 100 };
    if (asked.state === "failed") return { asked, state: "failed", progress: 0 };
    if (asked.job === undefined) return { asked, state: "waiting", progress: 0 };
    const job = await (await jobs()).get(asked.job);
    switch (job.state) {
      case "complete":
        return progressOf(await exports.ended(asked, "complete"));
      case "failed":
        return progressOf(await exports.ended(asked, "failed", job.reason));
      case "running":
        return { asked, state: "running", progress: job.progress };
      case "waiting":
        return { asked, state: "waiting", progress: 0 };
    }
  }

  return {
    async make(clips, aspect) {
      const pieces = exportPieces(clips, await sources(clips), aspect);
      if (pieces.length === 0) throw nothingToPlay();
      if (pieces.length > exportPiecesAtMost) throw tooManyMoments();
      const id = exportId(pieces);
      const wanted = {
        id,
        fileName: exportFileName(clips),
        clips: clips.length,
        durationMs: exportDurationMs(pieces),
      };
      let progress = await progressOf(await exports.ask(wanted));
      if (progress.state === "failed") progress = await progressOf(await exports.ask(wanted, progress.asked));
      const { asked } = progress;
      if (asked.state !== "asked" || asked.job !== undefined) return progress;
      const job = await (
        await jobs()
      ).start({
        // A request that is sent twice, or again after a crash, finds the first one's job.
        token: `${id}-${asked.askedAtMs}`,
        export: id,
        settings: exportSettings(id, pieces, config.vodBucket),
      });
      if ("refused" in job) return progressOf(await exports.ended(asked, "failed", job.refused));
      return { asked: await exports.started(asked, job.id), state: "waiting", progress: 0 };
    },

    async get(id) {
      const asked = await exports.get(id);
      return asked === undefined ? undefined : progressOf(asked);
    },
  };
}

/** The problem of a filter that matches too much for one file. */
export function tooManyMoments(): ApiProblem {
  return new ApiProblem(
    "too-many-moments",
    `One file holds at most ${exportPiecesAtMost} moments; one that runs across recordings counts for each. ` +
      "Narrow the filter with `from` and `to`, or fewer people.",
  );
}
