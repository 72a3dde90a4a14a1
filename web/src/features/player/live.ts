import Hls, { type ErrorData } from "hls.js";
import { createHls, hlsWorks } from "./hls.ts";

/** The state of live playback. */
export interface LiveStatus {
  /** Whether the picture is playing. */
  moving: boolean;
  /** How far the picture is behind that of a new viewer, in milliseconds. */
  behindMs: number;
}

/** Running live playback. */
export interface LivePlayback {
  jumpToLive: () => void;
  /** When what the picture shows happened, in milliseconds since the epoch; undefined before there is a picture. */
  pictureTime: () => number | undefined;
  destroy: () => void;
}

const MANIFEST_RETRY_MS = 1000;
const STATUS_MS = 500;
const MEDIA_RECOVERY_MS = 5000;
/** How much faster a viewer who has fallen behind catches up; sound keeps its pitch. */
const CATCH_UP_RATE = 1.1;

/**
 * Plays a live playlist and retries until it is destroyed. hls.js gives up on a playlist that doesn't exist yet (404),
 * so it is started only once the playlist exists; after a fatal error it restarts the same way.
 */
export function playLive(video: HTMLVideoElement, url: string, onStatus: (status: LiveStatus) => void): LivePlayback {
  const aborted = new AbortController();
  let hls: Hls | undefined;
  let recoveredAt = -Infinity;
  let lastTime = -1;

  async function start(): Promise<void> {
    if (!(await available(url, aborted.signal))) return;
    if (!hlsWorks()) {
      video.src = url;
      await play(video);
      return;
    }
    hls = createHls({ maxLiveSyncPlaybackRate: CATCH_UP_RATE });
    keepTargetLatency(hls);
    hls.on(Hls.Events.ERROR, onError);
    hls.on(Hls.Events.MANIFEST_PARSED, () => void play(video));
    hls.attachMedia(video);
    hls.loadSource(url);
  }

  function onError(_event: unknown, { fatal, type }: ErrorData): void {
    if (!fatal) return;
    const now = performance.now();
    if (type === Hls.ErrorTypes.MEDIA_ERROR && now - recoveredAt > MEDIA_RECOVERY_MS) {
      recoveredAt = now;
      hls?.recoverMediaError();
      return;
    }
    hls?.destroy();
    hls = undefined;
    void start();
  }

  const onNativeError = () => {
    if (hls === undefined && video.error !== null) void start();
  };

  const edge = (): number => {
    if (hls !== undefined) return hls.liveSyncPosition ?? video.currentTime;
    return video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) - 6 : video.currentTime;
  };

  const status = window.setInterval(() => {
    const moving = !video.paused && video.currentTime !== lastTime;
    lastTime = video.currentTime;
    onStatus({ moving, behindMs: Math.max(0, (edge() - video.currentTime) * 1000) });
  }, STATUS_MS);

  video.addEventListener("error", onNativeError);
  void start();
  return {
    jumpToLive: () => {
      video.currentTime = edge();
      void play(video);
    },
    pictureTime: () => (hls === undefined ? nativeTime(video) : hls.playingDate?.getTime()),
    destroy: () => {
      aborted.abort();
      window.clearInterval(status);
      video.removeEventListener("error", onNativeError);
      hls?.destroy();
      if (hls === undefined) video.removeAttribute("src");
    },
  };
}

/** Browsers that play HLS themselves tell the date of the media's begin. */
interface DatedVideo extends HTMLVideoElement {
  getStartDate: () => Date;
}

function isDated(video: HTMLVideoElement): video is DatedVideo {
  return "getStartDate" in video;
}

function nativeTime(video: HTMLVideoElement): number | undefined {
  const start = isDated(video) ? video.getStartDate().getTime() : NaN;
  return Number.isNaN(start) ? undefined : start + video.currentTime * 1000;
}

/**
 * hls.js stays further behind after each stall, for slow networks. A stall while a new encoding job began was the
 * stream's own: with the job's first picture the distance is again what the playlist asks for.
 */
function keepTargetLatency(hls: Hls): void {
  let target: number | null = null;
  let job: number | undefined;
  hls.on(Hls.Events.LEVEL_UPDATED, () => (target ??= hls.targetLatency));
  hls.on(Hls.Events.FRAG_CHANGED, (_event, { frag }) => {
    if (target !== null && job !== undefined && frag.cc !== job) hls.targetLatency = target;
    job = frag.cc;
  });
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
