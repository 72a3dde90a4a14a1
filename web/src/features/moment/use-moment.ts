import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { clipPlaylist } from "../../api/client.ts";
import type { Clip } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { type Playback, usePlayback } from "../player/use-playback.ts";

/** The clip player's state and what can be done with it. */
export interface Moment extends Omit<Playback, "index"> {
  /** The clip's length when it started to play. */
  durationMs: number;
}

/** Plays a clip in a video element, from its start, whenever the clip changes. */
export function useMoment(video: RefObject<HTMLVideoElement | null>, clip: Clip | undefined): Moment {
  const { session } = useServices();
  const [round, setRound] = useState(0);
  // A refreshed clip keeps playing, even if it has just grown (the next recording showed the person, too).
  const key = clip === undefined ? undefined : `${clip.id} ${round}`;
  const started = useRef({ key, durationMs: clip?.durationMs ?? 0 });
  if (started.current.key !== key) started.current = { key, durationMs: clip?.durationMs ?? 0 };
  const { durationMs } = started.current;
  const playback = usePlayback(video, key, () => ({
    url: clipPlaylist(clip?.id ?? ""),
    moments: { durationMs },
    token: session.token(),
  }));

  const replay = () => {
    // A clip that has grown since is played at its new length.
    if (clip !== undefined && clip.durationMs !== durationMs) setRound(round + 1);
    else playback.replay();
  };
  return { ...playback, durationMs, replay, toggle: playback.phase === "ended" ? replay : playback.toggle };
}
