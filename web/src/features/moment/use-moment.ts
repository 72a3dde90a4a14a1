import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clipPlaylist } from "../../api/client.ts";
import type { Clip } from "../../api/types.ts";
import { loadEngine } from "../player/lazy.ts";
import type { MomentPhase, MomentPlayback } from "../player/moment.ts";

/** The clip player's state and what can be done with it. */
export interface Moment {
  phase: MomentPhase;
  positionMs: number;
  toggle: () => void;
  replay: () => void;
  seek: (positionMs: number) => void;
}

/** Plays a clip in a video element, from its start, whenever the clip changes. */
export function useMoment(video: RefObject<HTMLVideoElement | null>, clip: Clip | undefined): Moment {
  const [phase, setPhase] = useState<MomentPhase>("loading");
  const [positionMs, setPosition] = useState(0);
  const playback = useRef<MomentPlayback | undefined>(undefined);

  useEffect(() => {
    if (clip === undefined) return;
    let wanted = true;
    setPhase("loading");
    setPosition(0);
    loadEngine().then(
      (engine) => {
        if (!wanted || video.current === null) return;
        const moment = { url: clipPlaylist(clip.id), durationMs: clip.durationMs };
        playback.current = engine.playMoment(video.current, moment, { onPhase: setPhase, onPosition: setPosition });
      },
      () => setPhase("failed"),
    );
    return () => {
      wanted = false;
      playback.current?.destroy();
      playback.current = undefined;
    };
    // A clip that is refreshed goes on as it is, also when it just grew: only another one starts over.
  }, [clip?.id]);

  return {
    phase,
    positionMs,
    toggle: () => playback.current?.toggle(),
    replay: () => playback.current?.replay(),
    seek: (position) => playback.current?.seek(position),
  };
}
