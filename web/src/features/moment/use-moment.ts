import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clipPlaylist } from "../../api/client.ts";
import type { Clip } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { loadEngine } from "../player/lazy.ts";
import type { MomentPhase, MomentPlayback } from "../player/moment.ts";

/** The clip player's state and what can be done with it. */
export interface Moment {
  phase: MomentPhase;
  positionMs: number;
  /** The clip's length when it started to play. */
  durationMs: number;
  toggle: () => void;
  replay: () => void;
  seek: (positionMs: number) => void;
}

/** Plays a clip in a video element, from its start, whenever the clip changes. */
export function useMoment(video: RefObject<HTMLVideoElement | null>, clip: Clip | undefined): Moment {
  const { session } = useServices();
  const [phase, setPhase] = useState<MomentPhase>("loading");
  const [positionMs, setPosition] = useState(0);
  const [durationMs, setDuration] = useState(clip?.durationMs ?? 0);
  const [round, setRound] = useState(0);
  const playback = useRef<MomentPlayback | undefined>(undefined);

  useEffect(() => {
    if (clip === undefined) return;
    let wanted = true;
    setPhase("loading");
    setPosition(0);
    setDuration(clip.durationMs);
    loadEngine().then(
      (engine) => {
        if (!wanted || video.current === null) return;
        const moment = { url: clipPlaylist(clip.id), durationMs: clip.durationMs, token: session.token() };
        playback.current = engine.playMoment(video.current, moment, { onPhase: setPhase, onPosition: setPosition });
      },
      () => setPhase("failed"),
    );
    return () => {
      wanted = false;
      playback.current?.destroy();
      playback.current = undefined;
    };
    // A refreshed clip keeps playing, even if it has just grown (the next recording showed the person, too).
  }, [clip?.id, round]);

  const grown = clip !== undefined && clip.durationMs !== durationMs;
  const replay = () => {
    // A clip that has grown since is played at its new length.
    if (grown) setRound(round + 1);
    else playback.current?.replay();
  };

  return {
    phase,
    positionMs,
    durationMs,
    toggle: () => {
      if (phase === "ended") replay();
      else playback.current?.toggle();
    },
    replay,
    seek: (position) => playback.current?.seek(position),
  };
}
