import Hls from "hls.js";
import { createHls, hlsWorks } from "./hls.ts";
import { type Range, lengthOf, placeAt, positionAt } from "./ranges.ts";
import { startOffsetOf } from "./start-offset.ts";

export type MomentPhase = "loading" | "playing" | "paused" | "ended" | "failed";

/** What is played: a playlist of whole segments, and which parts of it are the moments. */
export interface MomentSource {
  url: string;
  /** The moments in order, or the length of the only one, whose start the playlist tells (EXT-X-START). */
  moments: readonly Range[] | { durationMs: number };
  /**
   * An editor's: also for a rejected moment. Where the browser plays HLS natively, it can't be sent.
   */
  token: string | null;
}

/** What the player reports. Positions are milliseconds of the moments, one after the other. */
export interface MomentListener {
  onPhase: (phase: MomentPhase) => void;
  /** `index`: which moment that is. */
  onPosition: (positionMs: number, index: number) => void;
}

/** Playback of moments. */
export interface MomentPlayback {
  toggle: () => void;
  replay: () => void;
  seek: (positionMs: number) => void;
  destroy: () => void;
}

/** A frame of 25 a second, in milliseconds, until the stream shows how long its frames are. */
const USUAL_FRAME_MS = 40;
/** Times in playlists and clips are rounded to milliseconds. */
const ROUNDING_MS = 1;

/**
 * Plays exactly the moments, each from its first frame to its last, and leaves out what the playlist has between them.
 * Each picture tells its time, so that none beyond a moment is shown, or one for an instant by a browser that is busy;
 * `timeupdate` is up to 250 ms late.
 */
export function playMoments(video: HTMLVideoElement, source: MomentSource, listener: MomentListener): MomentPlayback {
  const listening = new AbortController();
  let ranges: readonly Range[] = [];
  let index = 0;
  let frameMs = USUAL_FRAME_MS;
  let lastPictureMs = -Infinity;
  let phase: MomentPhase = "loading";
  let hls: Hls | undefined;

  const enter = (next: MomentPhase) => {
    if (next === phase) return;
    phase = next;
    listener.onPhase(next);
  };
  const fail = () => {
    video.pause();
    enter("failed");
  };
  const play = () => void video.play().catch(() => enter("paused"));

  /** Goes on when the picture at `mediaMs` is the last one of a moment. */
  const onPicture = (mediaMs: number, restMs: number) => {
    const range = ranges[index];
    if (range === undefined || video.paused || video.seeking) return;
    if (mediaMs + restMs < range.outMs - ROUNDING_MS) {
      listener.onPosition(positionAt(ranges, index, mediaMs), index);
      return;
    }
    const next = ranges[index + 1];
    if (next === undefined) {
      finish(range);
      return;
    }
    index += 1;
    if (Math.abs(next.inMs - range.outMs) > frameMs) video.currentTime = next.inMs / 1000;
    listener.onPosition(positionAt(ranges, index, next.inMs), index);
  };
  const finish = ({ outMs }: Range) => {
    enter("ended");
    video.pause();
    // A browser under load may have shown the picture after the last one.
    if (video.currentTime * 1000 >= outMs) video.currentTime = (outMs - frameMs / 2) / 1000;
    listener.onPosition(lengthOf(ranges), ranges.length - 1);
  };
  const watch = () => {
    video.requestVideoFrameCallback((_now, { mediaTime }) => {
      if (listening.signal.aborted) return;
      const mediaMs = mediaTime * 1000;
      const sinceMs = mediaMs - lastPictureMs;
      if (sinceMs > 5 && sinceMs < frameMs) frameMs = sinceMs;
      lastPictureMs = mediaMs;
      onPicture(mediaMs, frameMs);
      watch();
    });
  };

  const begin = (startMs: number) => {
    ranges =
      "durationMs" in source.moments ? [{ inMs: startMs, outMs: startMs + source.moments.durationMs }] : source.moments;
    // Before there is any picture, so that none from before the first moment is shown.
    video.currentTime = (ranges[0]?.inMs ?? 0) / 1000;
    watch();
    video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      video.muted = true;
      return video.play().catch(() => enter("paused"));
    });
  };
  const seek = (positionMs: number) => {
    if (ranges.length === 0) return;
    const place = placeAt(ranges, positionMs);
    index = place.index;
    video.currentTime = place.mediaMs / 1000;
    if (phase === "ended" && positionMs < lengthOf(ranges)) enter("paused");
    listener.onPosition(positionAt(ranges, index, place.mediaMs), index);
  };

  const on = (type: keyof HTMLMediaElementEventMap, handle: () => void) =>
    video.addEventListener(type, handle, { signal: listening.signal });
  on("playing", () => enter("playing"));
  on("pause", () => {
    if (phase === "playing") enter("paused");
  });
  // A hidden page shows no pictures, but goes on with the sound.
  on("timeupdate", () => onPicture(video.currentTime * 1000, 0));
  on("ended", () => {
    const last = ranges.at(-1);
    if (last !== undefined) finish(last);
  });
  on("error", () => {
    if (hls === undefined) fail();
  });

  const first = "durationMs" in source.moments ? undefined : source.moments[0]?.inMs;
  if (hlsWorks()) {
    let fromManifest: number | null = null;
    let begun = false;
    hls = createHls({
      ...(first !== undefined && { startPosition: first / 1000 }),
      ...(source.token !== null && { xhrSetup: authorized(source.token) }),
    });
    hls.on(Hls.Events.MANIFEST_LOADED, (_event, { startTimeOffset }) => {
      fromManifest = startTimeOffset;
    });
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
      if (!begun) begin((fromManifest ?? details.startTimeOffset ?? 0) * 1000);
      begun = true;
    });
    hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
      if (fatal) fail();
    });
    hls.attachMedia(video);
    hls.loadSource(source.url);
  } else {
    const offset = first === undefined ? startOffsetOf(source.url, listening.signal) : Promise.resolve(first / 1000);
    void offset.then((start) => {
      on("loadedmetadata", () => {
        begin(start * 1000);
      });
      video.src = source.url;
    }, fail);
  }

  return {
    toggle: () => {
      if (video.paused) play();
      else video.pause();
    },
    replay: () => {
      seek(0);
      play();
    },
    seek,
    destroy: () => {
      listening.abort();
      if (hls === undefined) video.removeAttribute("src");
      hls?.destroy();
    },
  };
}

/** Sends the token with requests to the API, and only there. */
function authorized(token: string): (xhr: XMLHttpRequest, url: string) => void {
  return (xhr, url) => {
    const { origin, pathname } = new URL(url, location.href);
    if (origin !== location.origin || !pathname.startsWith("/api/")) return;
    xhr.open("GET", url, true);
    xhr.setRequestHeader("authorization", `Bearer ${token}`);
  };
}
