import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { loadEngine } from "../player/lazy.ts";
import type { LivePlayback, LiveStatus } from "../player/live.ts";
import type { Playhead } from "../player/playhead.ts";

/** What plays live, and what can be done with it. */
export interface Live {
  status: LiveStatus;
  /** The player could not be loaded. */
  failed: boolean;
  playback: RefObject<LivePlayback | undefined>;
  toggle: () => void;
  seekBy: (seconds: number) => void;
  /** To a fraction of what can be played. */
  seekToPart: (part: number) => void;
  goLive: () => void;
}

const STILL: LiveStatus = { moving: false, timeMs: undefined, behindMs: 0 };

/**
 * Plays a channel in a video element and tells the playhead.
 *
 * @param from the first time that can be played, in ms since the epoch; `at`: the one to begin with, if not live.
 */
export function useLivePlayback(
  video: RefObject<HTMLVideoElement | null>,
  { playback: source }: Channel,
  playhead: Playhead,
  from: () => number,
  at: number | undefined,
): Live {
  const playback = useRef<LivePlayback | undefined>(undefined);
  const [status, setStatus] = useState(STILL);
  const [failed, setFailed] = useState(false);
  const { lowLatencyHls, hls } = source;

  useEffect(() => {
    let wanted = true;
    loadEngine().then(
      (engine) => {
        if (!wanted || video.current === null) return;
        const tell = (next: LiveStatus) => {
          setStatus(next);
          playhead.tellLive(next);
        };
        const started = engine.playLive(video.current, { live: lowLatencyHls, past: hls }, tell, at);
        playback.current = started;
        playhead.player = started;
      },
      () => setFailed(true),
    );
    return () => {
      wanted = false;
      playback.current?.destroy();
      playback.current = undefined;
      playhead.player = undefined;
      playhead.tellLive(undefined);
    };
  }, [lowLatencyHls, hls]);

  const goLive = () => playback.current?.jumpToLive();
  /** Within what the browser has; for a stream that doesn't tell its times. */
  const seekWithin = (seconds: number) => {
    const { current } = video;
    if (current === null || current.seekable.length === 0) return;
    if (seconds >= current.seekable.end(0)) goLive();
    else current.currentTime = Math.max(current.seekable.start(0), seconds);
  };
  /** When the picture was recorded: exactly, as the status is up to half a second old. */
  const now = () => playback.current?.pictureTime();

  return {
    status,
    failed,
    playback,
    toggle: () => {
      const { current } = video;
      if (current === null) return;
      if (!current.paused) {
        current.pause();
        return;
      }
      const time = now();
      const isGone = current.seekable.length > 0 && current.currentTime < current.seekable.start(0);
      // After a long pause, the playlist has gone on.
      if (isGone && time !== undefined) playback.current?.seekTo(time);
      else void current.play().catch(() => undefined);
    },
    seekBy: (seconds) => {
      const time = now();
      if (time === undefined) seekWithin((video.current?.currentTime ?? 0) + seconds);
      else playback.current?.seekTo(Math.max(time + seconds * 1000, from()));
    },
    seekToPart: (part) => {
      // Of one moment, as both change at once when the player goes elsewhere.
      const { timeMs, behindMs } = status;
      const { current } = video;
      if (timeMs !== undefined) playback.current?.seekTo(from() + (timeMs + behindMs - from()) * part);
      else if (current !== null && current.seekable.length > 0) {
        const [start, end] = [current.seekable.start(0), current.seekable.end(0)];
        seekWithin(start + (end - start) * part);
      }
    },
    goLive,
  };
}
