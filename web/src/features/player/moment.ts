import Hls from "hls.js";
import { createHls, hlsWorks } from "./hls.ts";
import { startOffsetOf } from "./start-offset.ts";

export type MomentPhase = "loading" | "playing" | "paused" | "ended" | "failed";

/** What the player reports about the moment. Positions are milliseconds from the moment's start. */
export interface MomentListener {
  onPhase: (phase: MomentPhase) => void;
  onPosition: (positionMs: number) => void;
}

/** Playback of one moment. */
export interface MomentPlayback {
  toggle: () => void;
  replay: () => void;
  seek: (positionMs: number) => void;
  destroy: () => void;
}

/**
 * Plays exactly one moment. The playlist holds whole segments that cover it; its EXT-X-START says where the moment
 * starts, and playback stops `durationMs` later, at the exact frame and not at the next `timeupdate` (up to 250 ms
 * late). With `token`, an editor's, also a rejected moment; where the browser plays HLS natively, not even then.
 */
export function playMoment(
  video: HTMLVideoElement,
  moment: { url: string; durationMs: number; token: string | null },
  listener: MomentListener,
): MomentPlayback {
  const listening = new AbortController();
  const duration = moment.durationMs / 1000;
  let start: number | undefined;
  let frame = 0;
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
  const report = () => {
    if (start === undefined) return;
    listener.onPosition(Math.min(Math.max(0, video.currentTime - start), duration) * 1000);
  };
  const finish = () => {
    video.pause();
    enter("ended");
    listener.onPosition(moment.durationMs);
  };

  const watch = () => {
    if (start !== undefined && video.currentTime >= start + duration) {
      finish();
      return;
    }
    report();
    if (!video.paused) frame = requestAnimationFrame(watch);
  };

  const begin = (offset: number) => {
    start = offset;
    video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      video.muted = true;
      return video.play().catch(() => enter("paused"));
    });
  };
  const seek = (positionMs: number) => {
    if (start === undefined) return;
    video.currentTime = start + Math.min(positionMs / 1000, duration);
    if (phase === "ended" && positionMs < moment.durationMs) enter("paused");
    report();
  };
  const replay = () => {
    seek(0);
    void video.play().catch(() => enter("paused"));
  };

  const on = (type: keyof HTMLMediaElementEventMap, handle: () => void) =>
    video.addEventListener(type, handle, { signal: listening.signal });
  on("playing", () => {
    enter("playing");
    cancelAnimationFrame(frame);
    watch();
  });
  on("pause", () => {
    if (phase === "playing") enter("paused");
  });
  on("ended", finish);
  on("error", () => {
    if (hls === undefined) fail();
  });

  if (hlsWorks()) {
    let fromManifest: number | null = null;
    hls = createHls(moment.token === null ? {} : { xhrSetup: authorized(moment.token) });
    hls.on(Hls.Events.MANIFEST_LOADED, (_event, { startTimeOffset }) => {
      fromManifest = startTimeOffset;
    });
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
      if (start === undefined) begin(fromManifest ?? details.startTimeOffset ?? 0);
    });
    hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
      if (fatal) fail();
    });
    hls.attachMedia(video);
    hls.loadSource(moment.url);
  } else {
    void startOffsetOf(moment.url, listening.signal).then((offset) => {
      on("loadedmetadata", () => {
        video.currentTime = offset;
        begin(offset);
      });
      video.src = moment.url;
    }, fail);
  }

  return {
    toggle: () => {
      if (video.paused) void video.play().catch(() => enter("paused"));
      else video.pause();
    },
    replay,
    seek,
    destroy: () => {
      listening.abort();
      cancelAnimationFrame(frame);
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
