import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** The sound of the live picture, as the viewer chose it in this tab. */
export interface Sound {
  muted: boolean;
  /** 0 to 1. */
  volume: number;
  toggle: () => void;
  set: (volume: number) => void;
  /** Louder or softer by this much. */
  change: (by: number) => void;
  /** The browser doesn't let the page start with sound. */
  silenced: () => void;
}

const MUTED_KEY = "spotlight.sound";
const VOLUME_KEY = "spotlight.volume";

/** Silent until the viewer wants sound: browsers let nothing start with sound. */
export function useSound(video: RefObject<HTMLVideoElement | null>): Sound {
  const [muted, setMuted] = useState(() => sessionStorage.getItem(MUTED_KEY) !== "on");
  const [volume, setVolume] = useState(() => Number(sessionStorage.getItem(VOLUME_KEY) ?? 1));
  useLayoutEffect(() => {
    if (video.current !== null) video.current.volume = volume;
  }, [volume]);

  const mute = (next: boolean) => {
    setMuted(next);
    sessionStorage.setItem(MUTED_KEY, next ? "off" : "on");
  };
  const set = (next: number) => {
    const level = Math.min(1, Math.max(0, next));
    setVolume(level);
    sessionStorage.setItem(VOLUME_KEY, String(level));
    mute(level === 0);
  };
  return {
    muted,
    volume,
    toggle: () => {
      if (muted && volume === 0) set(1);
      else mute(!muted);
    },
    set,
    change: (by) => set((muted ? 0 : volume) + by),
    silenced: () => setMuted(true),
  };
}
