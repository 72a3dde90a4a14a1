import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { loadEngine } from "./lazy.ts";
import type { MomentPhase, MomentPlayback, MomentSource } from "./moments.ts";

/** What plays in a video element, and what can be done with it. */
export interface Playback {
  phase: MomentPhase;
  /** Of all moments together. */
  positionMs: number;
  /** Which moment plays. */
  index: number;
  toggle: () => void;
  replay: () => void;
  seek: (positionMs: number) => void;
}

/** Plays moments in a video element, from the first one's start, whenever the key changes; nothing without one. */
export function usePlayback(
  video: RefObject<HTMLVideoElement | null>,
  key: string | undefined,
  source: () => MomentSource,
): Playback {
  const [phase, setPhase] = useState<MomentPhase>("loading");
  const [{ positionMs, index }, setPosition] = useState({ positionMs: 0, index: 0 });
  const playback = useRef<MomentPlayback | undefined>(undefined);

  useEffect(() => {
    if (key === undefined) return;
    let wanted = true;
    setPhase("loading");
    setPosition({ positionMs: 0, index: 0 });
    loadEngine().then(
      (engine) => {
        if (!wanted || video.current === null) return;
        playback.current = engine.playMoments(video.current, source(), {
          onPhase: setPhase,
          onPosition: (position, moment) => setPosition({ positionMs: position, index: moment }),
        });
      },
      () => setPhase("failed"),
    );
    return () => {
      wanted = false;
      playback.current?.destroy();
      playback.current = undefined;
    };
  }, [key]);

  return {
    phase,
    positionMs,
    index,
    toggle: () => playback.current?.toggle(),
    replay: () => playback.current?.replay(),
    seek: (position) => playback.current?.seek(position),
  };
}
