import Hls, { type ErrorData } from "hls.js";
import { keepCatchingUp } from "./catch-up.ts";
import { createHls, hlsWorks } from "./hls.ts";
import { positionOf, shiftedAddress, timeAt, windowAt } from "./time-shift.ts";

/** The state of live playback. Times are ms since the epoch, by the clock of the stream. */
export interface LiveStatus {
  /** Whether the picture is playing. */
  moving: boolean;
  /** When the picture was recorded; undefined until it is known. */
  timeMs: number | undefined;
  /** How far the picture is behind that of a new viewer, in milliseconds. */
  behindMs: number;
}

/** What a live channel plays. */
export interface LiveSource {
  /** The playlist for the live edge. */
  live: string;
  /** The playlist that is also answered for a window of the past. */
  past: string;
}

/** A rendition to choose. */
export interface Quality {
  /** In lines. */
  height: number;
  bitrate: number;
}

/** Running live playback. */
export interface LivePlayback {
  jumpToLive: () => void;
  /** When the picture was recorded; undefined until it is known. */
  pictureTime: () => number | undefined;
  /** Plays what was recorded then, as far back as the startover window reaches. */
  seekTo: (timeMs: number) => void;
  /** The renditions, lowest first; none where the browser chooses by itself. */
  qualities: () => readonly Quality[];
  /** The height of what is shown, and what it keeps to. */
  quality: () => { height: number | undefined; chosen: Quality | undefined };
  /** Keeps to a rendition; undefined lets the player choose. */
  choose: (quality: Quality | undefined) => void;
  destroy: () => void;
}

const MANIFEST_RETRY_MS = 1000;
const STATUS_MS = 500;
const MEDIA_RECOVERY_MS = 5000;
/** How long playback must be smooth after a first stall, in ms, until the stall is forgotten. */
const SMOOTH_MS = 10_000;
/** Nearer to the live edge than this, in ms, a viewer gets the live edge. */
const NEAR_MS = 5_000;
/**
 * How exactly a time of the past is found, in seconds: segments begin at whole ones of the stream, not of the clock.
 */
const TOLERATED_S = 2;

/**
 * Plays a live channel and retries until it is destroyed. hls.js gives up on a playlist that doesn't exist yet (404),
 * so it is started only once the playlist exists; after a fatal error it restarts the same way. The live playlist is
 * short: what is not in it is played from the playlist of a window of the past, and the next one after that.
 *
 * @param from the time to begin with, in ms since the epoch; otherwise, or if it is not kept, the live edge.
 */
export function playLive(
  video: HTMLVideoElement,
  source: LiveSource,
  onStatus: (status: LiveStatus) => void,
  from?: number,
): LivePlayback {
  const aborted = new AbortController();
  let hls: Hls | undefined;
  /** Counts what is played, so that what was asked for before is given up. */
  let round = 0;
  /** The time to play from; undefined at the live edge. */
  let past = from;
  /** The viewer has paused or gone back since they were at the live edge. */
  let isBehindByChoice = false;
  /** What a new viewer sees is this much older than the clock here. */
  let edgeLagMs: number | undefined;
  let chosen: Quality | undefined;
  let recoveredAt = -Infinity;
  let lastTime = -1;
  let moving = false;

  const pieces = () => hls?.latestLevelDetails?.fragments ?? [];

  async function start(): Promise<void> {
    const mine = ++round;
    hls?.destroy();
    hls = undefined;
    const from = past;
    const shift = from === undefined ? undefined : windowAt(from);
    const url = shift === undefined ? source.live : shiftedAddress(source.past, shift);
    if (from === undefined) {
      if (!(await available(url, aborted.signal)) || mine !== round) return;
    } else if (!(await answers(url, aborted.signal))) {
      // Older than what is kept.
      if (mine === round && !aborted.signal.aborted) jumpToLive();
      return;
    }
    if (mine !== round) return;
    if (!hlsWorks()) {
      video.src = url;
      await play(video);
      return;
    }
    const expected = from === undefined || shift === undefined ? undefined : (from - shift.startMs) / 1000;
    const made = createHls(expected === undefined ? {} : { lowLatencyMode: false, startPosition: expected });
    hls = made;
    if (from === undefined || expected === undefined) {
      isBehindByChoice = false;
      keepTargetLatency(made);
      keepCatchingUp(made, video, (behindS) => !isBehindByChoice || behindS * 1000 < NEAR_MS);
    } else correctStart(made, video, from, expected);
    made.on(Hls.Events.ERROR, onError);
    made.on(Hls.Events.MANIFEST_PARSED, () => {
      if (chosen !== undefined) made.nextLevel = levelOf(made, chosen);
      void play(video);
    });
    made.attachMedia(video);
    made.loadSource(url);
  }

  function onError(_event: unknown, { fatal, type }: ErrorData): void {
    if (!fatal) return;
    const now = performance.now();
    if (type === Hls.ErrorTypes.MEDIA_ERROR && now - recoveredAt > MEDIA_RECOVERY_MS) {
      recoveredAt = now;
      hls?.recoverMediaError();
      return;
    }
    if (past !== undefined) past = pictureTime();
    void start();
  }

  const onNativeError = () => {
    if (hls === undefined && video.error !== null) void start();
  };

  /** The end of a window of the past: the next one begins here, or the live edge. */
  const onEnded = () => {
    const last = pieces().at(-1);
    if (past === undefined || last === undefined) return;
    seekTo((last.programDateTime ?? past) + last.duration * 1000);
  };

  const edge = (): number => {
    if (hls !== undefined) return hls.liveSyncPosition ?? video.currentTime;
    return video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) - 6 : video.currentTime;
  };

  function pictureTime(): number | undefined {
    // What was asked for counts until it is there.
    if (hls !== undefined) return hls.playingDate?.getTime() ?? past;
    const first = startDateOf(video);
    return first === undefined ? past : first + video.currentTime * 1000;
  }

  /** When what a new viewer would see now was recorded. */
  function edgeTime(): number | undefined {
    if (past === undefined && hls !== undefined && hls.liveSyncPosition !== null) {
      const time = timeAt(pieces(), hls.liveSyncPosition);
      if (time !== undefined) edgeLagMs = Date.now() - time;
    }
    return edgeLagMs === undefined ? undefined : Date.now() - edgeLagMs;
  }

  function behindMs(): number {
    if (past === undefined) return (edge() - video.currentTime) * 1000;
    return (edgeTime() ?? Date.now()) - (pictureTime() ?? past);
  }

  function jumpToLive(): void {
    isBehindByChoice = false;
    if (past === undefined) {
      video.currentTime = edge();
      void play(video);
      return;
    }
    past = undefined;
    void start();
  }

  function seekTo(timeMs: number): void {
    const newest = edgeTime();
    if (newest !== undefined && timeMs > newest - NEAR_MS) {
      jumpToLive();
      return;
    }
    const position = positionOf(pieces(), timeMs);
    if (position !== undefined) {
      isBehindByChoice = true;
      video.currentTime = position;
      void play(video);
    } else if (hls !== undefined || past !== undefined) {
      past = timeMs;
      void start();
    }
    tell();
  }

  const tell = () => onStatus({ moving, timeMs: pictureTime(), behindMs: Math.max(0, behindMs()) });

  const status = window.setInterval(() => {
    moving = !video.paused && video.currentTime !== lastTime;
    lastTime = video.currentTime;
    edgeTime();
    tell();
  }, STATUS_MS);

  const onPause = () => (isBehindByChoice = true);

  video.addEventListener("error", onNativeError);
  video.addEventListener("pause", onPause);
  video.addEventListener("ended", onEnded);
  void start();
  return {
    jumpToLive,
    pictureTime,
    seekTo,
    qualities: () => (hls?.levels ?? []).map(({ height, bitrate }) => ({ height, bitrate })),
    quality: () => ({
      height: hls?.levels[hls.currentLevel]?.height ?? (video.videoHeight || undefined),
      chosen,
    }),
    choose: (quality) => {
      chosen = quality;
      if (hls !== undefined) hls.nextLevel = quality === undefined ? -1 : levelOf(hls, quality);
    },
    destroy: () => {
      round += 1;
      aborted.abort();
      window.clearInterval(status);
      video.removeEventListener("error", onNativeError);
      video.removeEventListener("pause", onPause);
      video.removeEventListener("ended", onEnded);
      hls?.destroy();
      if (hls === undefined) video.removeAttribute("src");
    },
  };
}

/**
 * Starts at a time of the window also where it isn't where it was expected, in seconds: because something was not
 * recorded, or what is kept begins later. Only the playlist tells.
 */
function correctStart(hls: Hls, video: HTMLVideoElement, timeMs: number, expected: number): void {
  hls.once(Hls.Events.LEVEL_UPDATED, (_event, { details }) => {
    const position = positionOf(details.fragments, timeMs) ?? details.fragmentStart;
    if (Math.abs(position - expected) < TOLERATED_S) return;
    hls.startLoad(position);
    const correct = () => {
      if (Math.abs(video.currentTime - position) > TOLERATED_S) video.currentTime = position;
    };
    video.addEventListener("loadeddata", correct, { once: true });
    hls.once(Hls.Events.DESTROYING, () => video.removeEventListener("loadeddata", correct));
  });
}

/** The level of this rendition, or the player's choice where it is gone. */
function levelOf({ levels }: Hls, { height, bitrate }: Quality): number {
  const exact = levels.findIndex((level) => level.height === height && level.bitrate === bitrate);
  return exact === -1 ? levels.findIndex((level) => level.height === height) : exact;
}

/** When the first picture of natively played HLS was recorded. Only Safari tells. */
function startDateOf(video: HTMLVideoElement): number | undefined {
  if (!("getStartDate" in video) || typeof video.getStartDate !== "function") return undefined;
  const date: unknown = Reflect.apply(video.getStartDate, video, []);
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.getTime() : undefined;
}

/**
 * hls.js stays further behind after each stall, for slow networks, and for good. Here the distance is what the playlist
 * asks for again once playback has been smooth for a while, which is twice as long after each further stall. A stall
 * while a new encoding job began was the stream's own, and counts only until the job's first picture.
 */
function keepTargetLatency(hls: Hls): void {
  let target: number | null = null;
  let job: number | undefined;
  let smoothMs = SMOOTH_MS;
  let smooth: number | undefined;
  const restore = () => {
    if (target !== null) hls.targetLatency = target;
  };
  hls.on(Hls.Events.LEVEL_UPDATED, () => (target ??= hls.targetLatency));
  hls.on(Hls.Events.FRAG_CHANGED, (_event, { frag }) => {
    if (job !== undefined && frag.cc !== job) restore();
    job = frag.cc;
  });
  hls.on(Hls.Events.ERROR, (_event, { details }) => {
    if (details !== Hls.ErrorDetails.BUFFER_STALLED_ERROR) return;
    window.clearTimeout(smooth);
    smooth = window.setTimeout(restore, smoothMs);
    smoothMs *= 2;
  });
  hls.once(Hls.Events.DESTROYING, () => window.clearTimeout(smooth));
}

/** Resolves to true once the playlist exists, to false if no longer wanted. */
async function available(url: string, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (await answers(url, signal)) return true;
    if (signal.aborted) return false;
    await new Promise((resolve) => setTimeout(resolve, MANIFEST_RETRY_MS));
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal, cache: "no-store" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Unreachable, or no longer wanted (which the caller checks): try again.
    return false;
  }
}

/** Starts with sound if the browser allows it, otherwise without. */
async function play(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
    video.muted = true;
    await video.play().catch(() => undefined);
  }
}
