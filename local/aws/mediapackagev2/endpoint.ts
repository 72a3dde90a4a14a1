import type { ServerResponse } from "node:http";
import { multivariantPlaylist } from "../../../hls/multivariant-playlist.ts";
import { AwsError } from "../errors.ts";
import { blockingReload } from "./delivery-directives.ts";
import { dashManifest, type DashPeriod } from "./dash.ts";
import { mediaPlaylist, type MediaPlaylist, type PlaylistNames } from "./hls.ts";
import type { LiveWindow } from "./live-window.ts";
import { fragmentsOf, initOf } from "./single-track.ts";
import { manifestSettings, timeShiftOf, type TimeShift } from "./time-shift.ts";

/** One HLS or DASH manifest in an endpoint's configuration. */
export interface Manifest {
  name: string;
  kind: "hls" | "low-latency-hls" | "dash";
  /** Seconds of stream that it shows. */
  windowSeconds: number;
  /** DASH: how often players reload the manifest, in seconds; default: every segment. */
  updateSeconds?: number;
  /** DASH: how far behind live players stay, in seconds; default: three segments. */
  delaySeconds?: number;
}

/** The parts of a response. */
interface Answer {
  body: string | Buffer;
  contentType: string;
  cacheControl: string;
}

const playlistType = "application/vnd.apple.mpegurl";
const dashType = "application/dash+xml";
const mediaType = "video/mp4";
/** Playlists change with every part; a player must not see an old one. */
const playlistCaching = "no-cache";
/** What a segment's URL returns never changes, as the URL includes the period. */
const segmentCaching = "public, max-age=86400, immutable";

/** Serves one origin endpoint's playlists and segments below `/out/v1/GROUP/CHANNEL/ENDPOINT/`. */
export class Endpoint {
  readonly window: LiveWindow;
  readonly #manifests: readonly Manifest[];
  readonly #segmentName: string;
  /** NAME_RENDITION_PERIOD_NUMBER[.PART][_TRACK].m4s, or with `init` for the number, .mp4. */
  readonly #mediaFile: RegExp;

  constructor(window: LiveWindow, manifests: readonly Manifest[], segmentName: string) {
    this.window = window;
    this.#manifests = manifests;
    this.#segmentName = segmentName;
    this.#mediaFile = new RegExp(
      `^${segmentName}_([\\w-]+?)_([0-9a-z]+)_(\\d+|init)(?:\\.(\\d+))?(?:_(audio|video))?\\.(?:mp4|m4s)$`,
    );
  }

  /** Serves one file of the endpoint. Throws AwsError with status 404 if it does not exist (yet). */
  async serve(file: string, query: URLSearchParams, response: ServerResponse, head: boolean): Promise<void> {
    const { body, contentType, cacheControl } = await this.#answer(file, query);
    response.writeHead(200, {
      "content-type": contentType,
      "cache-control": cacheControl,
      "content-length": Buffer.byteLength(body),
      "access-control-allow-origin": "*",
    });
    response.end(head ? undefined : body);
  }

  async #answer(file: string, query: URLSearchParams): Promise<Answer> {
    const playlist = /^([\w-]+)\.m3u8$/.exec(file)?.[1];
    if (playlist !== undefined) {
      const body = await this.#playlist(playlist, query);
      return { body, contentType: playlistType, cacheControl: playlistCaching };
    }
    const presentation = /^([\w-]+)\.mpd$/.exec(file)?.[1];
    if (presentation !== undefined)
      return { body: this.#dash(presentation, query), contentType: dashType, cacheControl: playlistCaching };
    const [, rendition = "", token = "", number = "", part, kind] = this.#mediaFile.exec(file) ?? [];
    const init = number === "init" || kind !== undefined ? await this.window.init(rendition, token) : undefined;
    const all = number === "init" ? init : await this.#media(rendition, token, Number(number), part);
    const body =
      kind === undefined || all === undefined || init === undefined
        ? all
        : oneTrack(all, init, kind, number === "init");
    if (body === undefined) throw notFound(file);
    return { body, contentType: kind === "audio" ? "audio/mp4" : mediaType, cacheControl: segmentCaching };
  }

  /** The manifest of the live window, with the highest rendition's segments: all renditions have the same. */
  #dash(name: string, query: URLSearchParams): string {
    const manifest = this.#manifests.find((candidate) => candidate.kind === "dash" && candidate.name === name);
    const [best] = this.window.playable;
    if (manifest === undefined || best === undefined) throw notFound(`${name}.mpd`);
    if (query.has(manifestSettings))
      throw new AwsError(
        "ValidationException",
        "The local engine supports time-shifted viewing in HLS playlists only.",
        400,
      );
    const { id, index, segmentSeconds } = this.window.options;
    const shown = this.window
      .shown(best, manifest.windowSeconds)
      .filter(({ complete, present }) => complete && present);
    const periods = [...new Set(shown.map(({ token }) => token))].map((token): DashPeriod => ({
      token,
      startedAt: Number.parseInt(token, 36),
      renditions: index.renditions(id, token).sort((a, b) => b.height - a.height),
      segments: shown.filter((segment) => segment.token === token),
    }));
    return dashManifest({
      periods,
      segmentSeconds,
      windowSeconds: manifest.windowSeconds,
      updateSeconds: manifest.updateSeconds ?? segmentSeconds,
      delaySeconds: manifest.delaySeconds ?? 3 * segmentSeconds,
      ended: this.window.ended,
      now: Date.now(),
      segmentName: this.#segmentName,
    });
  }

  async #playlist(name: string, query: URLSearchParams): Promise<string> {
    for (const manifest of this.#manifests) {
      if (manifest.kind === "dash") continue;
      if (name === manifest.name) return this.#multivariant(manifest, query);
      const rendition = name.startsWith(`${manifest.name}_`) ? name.slice(manifest.name.length + 1) : undefined;
      if (rendition === undefined || this.window.track(rendition) === undefined) continue;
      const shift = timeShiftOf(query);
      return shift === undefined ? this.#live(manifest, rendition, query) : this.#past(rendition, shift);
    }
    throw notFound(`${name}.m3u8`);
  }

  #multivariant(manifest: Manifest, query: URLSearchParams): string {
    const { playable } = this.window;
    if (playable.length === 0) throw notFound(`${manifest.name}.m3u8`);
    const settings = query.get(manifestSettings);
    const suffix = settings === null ? "" : `?${manifestSettings}=${encodeURIComponent(settings)}`;
    const variants = playable.map(({ details: { name, width, height, frameRate, codecs }, bandwidth }) => ({
      uri: `${manifest.name}_${name}.m3u8${suffix}`,
      bandwidth: bandwidth.peak,
      averageBandwidth: bandwidth.average,
      width,
      height,
      frameRate,
      codecs: codecs.split(","),
    }));
    return multivariantPlaylist(variants, 9);
  }

  async #live(manifest: Manifest, rendition: string, query: URLSearchParams): Promise<string> {
    const isLowLatency = manifest.kind === "low-latency-hls";
    if (isLowLatency) await this.#waitForReload(rendition, query);
    const { playable } = this.window;
    const track = this.window.track(rendition);
    if (track === undefined || !playable.includes(track)) throw notFound(`${manifest.name}_${rendition}.m3u8`);
    const own = track.details.name;
    const others = playable.flatMap(({ details: { name }, segments }) => {
      const last = segments.findLast(({ parts }) => parts.length > 0);
      return name === own || last === undefined
        ? []
        : [{ uri: `${manifest.name}_${name}.m3u8`, sequence: last.sequence, part: last.parts.length - 1 }];
    });
    const playlist: MediaPlaylist = {
      names: this.#names(own),
      segments: this.window
        .shown(track, manifest.windowSeconds)
        .filter(({ complete }) => isLowLatency || complete)
        .map((segment) => (isLowLatency ? segment : { ...segment, parts: [] })),
      targetDuration: this.window.targetDuration,
      ...(isLowLatency && {
        lowLatency: { partTarget: this.window.partTarget, next: this.window.next(track), others },
      }),
      ended: this.window.ended,
    };
    return mediaPlaylist(playlist);
  }

  /** Holds the request until the playlist has the requested segment or part (RFC 8216bis, 6.2.5.2). */
  async #waitForReload(rendition: string, query: URLSearchParams): Promise<void> {
    const asked = blockingReload(query);
    const track = this.window.track(rendition);
    if (asked === undefined || track === undefined) return;
    const { sequence, part } = asked;
    const listed =
      track.segments.findLast(({ complete }) => complete)?.sequence ?? this.window.next(track).sequence - 1;
    if (sequence > listed + 2)
      throw new AwsError(
        "ValidationException",
        `Segment ${sequence} is too far ahead: the last one is ${listed}. Ask for at most ${listed + 2}.`,
        400,
      );
    // A part that its segment did not get is the first of the next segment, which begins with one.
    const has = (): boolean => {
      // A new job may replace the track meanwhile.
      const last = this.window.track(rendition)?.segments.at(-1);
      if (last === undefined || last.sequence !== sequence) return last !== undefined && last.sequence > sequence;
      return part === undefined ? last.complete : last.parts.length > part;
    };
    const patience = this.window.options.segmentSeconds * 3000;
    if (!(await this.window.waitFor(has, patience)) && !this.window.ended)
      throw new AwsError(
        "ServiceUnavailable",
        `Segment ${sequence} did not arrive in time; check that the channel receives input.`,
        503,
      );
  }

  /** The part of the startover window that a player asks for. */
  #past(rendition: string, { startMs, endMs, delayMs }: TimeShift): string {
    const { index, id, startoverSeconds } = this.window.options;
    const now = Date.now();
    const start = startMs ?? now - startoverSeconds * 1000;
    const end = Math.min(endMs ?? Infinity, now - delayMs);
    const all = index.between(id, rendition, start, end);
    const hole = all.findLastIndex(({ sequence }, i) => i > 0 && sequence !== all[i - 1]!.sequence + 1);
    const segments = all.slice(Math.max(0, hole)).map((segment) => ({ ...segment, complete: true, parts: [] }));
    if (segments.length === 0) throw notFound("A segment at that time");
    const ended = this.window.ended || (endMs !== undefined && endMs < now);
    const { targetDuration } = this.window;
    return mediaPlaylist({ names: this.#names(rendition), segments, targetDuration, ended });
  }

  async #media(
    rendition: string,
    token: string,
    sequence: number,
    part: string | undefined,
  ): Promise<Buffer | undefined> {
    if (part === undefined) return this.window.segment(rendition, token, sequence);
    const number = Number(part);
    const track = this.window.tracks.get(rendition);
    if (track === undefined) return undefined;
    // A request for a preload hint waits for its part, unless the playlist has moved past it.
    const next = this.window.next(track);
    if (next.token === token && next.sequence === sequence && next.part === number) {
      const passed = (): boolean => {
        const last = track.segments.at(-1);
        return last !== undefined && (last.sequence > sequence || (last.sequence === sequence && last.token !== token));
      };
      await this.window.waitFor(
        () => passed() || this.window.part(rendition, token, sequence, number) !== undefined,
        this.window.options.segmentSeconds * 3000,
      );
    }
    return this.window.part(rendition, token, sequence, number);
  }

  #names(rendition: string): PlaylistNames {
    const prefix = `${this.#segmentName}_${rendition}`;
    return {
      init: ({ token }) => `${prefix}_${token}_init.mp4`,
      segment: ({ token, sequence }) => `${prefix}_${token}_${sequence}.m4s`,
      part: ({ token, sequence }, part) => `${prefix}_${token}_${sequence}.${part}.m4s`,
    };
  }
}

/** Audio or video alone, for DASH. */
function oneTrack(bytes: Buffer, init: Buffer, kind: string, isInit: boolean): Buffer | undefined {
  const handler = kind === "audio" ? "soun" : "vide";
  return isInit ? initOf(init, handler) : fragmentsOf(bytes, init, handler);
}

function notFound(what: string): AwsError {
  return new AwsError(
    "NotFoundException",
    `${what} does not exist yet; a live playlist starts with the first segment of the stream.`,
    404,
  );
}
