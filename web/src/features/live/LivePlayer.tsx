import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel, Recording } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { recordedAt } from "../../shared/recorded-at.ts";
import { stopwatch } from "../../shared/format.ts";
import { type FacedPicture, WhoIsThis } from "../follow/WhoIsThis.tsx";
import { useCaller } from "../../shared/services.ts";
import { MarkControl } from "../operate/lazy.ts";
import { KeysDialog } from "../player/lazy.ts";
import type { Playhead } from "../player/playhead.ts";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { togglePictureInPicture } from "../../ui/picture-in-picture.ts";
import { type Shortcuts, handleShortcuts } from "../../ui/shortcuts.ts";
import { LiveControls } from "./LiveControls.tsx";
import { liveKeys } from "./live-keys.ts";
import { ScoreBug } from "./ScoreBug.tsx";
import { useLivePlayback } from "./use-live-playback.ts";
import { useSound } from "./use-sound.ts";
import "./live-picture.css";

/** A viewer who is further behind than this is told so, in milliseconds. */
const BEHIND_MS = 5000;

/**
 * The live picture. It stays mounted while the input is lost, so that the last picture remains and playback resumes
 * automatically.
 *
 * @param lost whether no input arrives; `quiet` silences it while a clip plays.
 */
export function LivePlayer(props: {
  channel: Channel;
  firstPicture: number | undefined;
  lost: boolean;
  quiet: boolean;
  /** Of the broadcast that is on air. */
  recordings: readonly Recording[];
  /** Someone is followed, or a person has a new face. */
  onFollowed: () => void;
  playhead: Playhead;
  /** The time to begin with, if not live, in milliseconds since the epoch. */
  at: number | undefined;
}) {
  const { channel, lost, quiet, firstPicture } = props;
  const { mayEdit } = useCaller();
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [pictured, setPictured] = useState(false);
  const [paused, setPaused] = useState(false);
  /** When the picture that stands still was recorded: exactly, as the status is up to half a second old. */
  const [pausedMs, setPausedMs] = useState<number>();
  const [keysShown, setKeysShown] = useState(false);
  const sound = useSound(video);
  const { startoverSeconds } = channel.playback;
  const earliest = () =>
    Math.max(firstPicture ?? Date.parse(channel.startedAt ?? ""), Date.now() - startoverSeconds * 1000);
  const live = useLivePlayback(video, channel, props.playhead, earliest, props.at);
  const { status, failed } = live;

  useEffect(() => {
    if (!lost && pictured && !status.moving && !paused) live.goLive();
    // Only when the input returns: a viewer who is behind stays there.
  }, [lost]);

  const shortcuts: Shortcuts = {
    " ": live.toggle,
    k: live.toggle,
    j: () => live.seekBy(-10),
    l: () => live.seekBy(10),
    ArrowLeft: () => live.seekBy(-5),
    ArrowRight: () => live.seekBy(5),
    ArrowUp: () => sound.change(0.1),
    ArrowDown: () => sound.change(-0.1),
    m: sound.toggle,
    f: () => toggleFullscreen(frame.current, video.current),
    p: () => togglePictureInPicture(video.current),
    End: live.goLive,
    "?": () => setKeysShown(true),
    ...Object.fromEntries(Array.from({ length: 10 }, (_, tenth) => [tenth, () => live.seekToPart(tenth / 10)])),
  };
  // What is lost is the live edge: who watches the past goes on.
  const isPast = status.behindMs > BEHIND_MS && status.moving;
  /** The captured picture nearest to what is shown, as soon as that is recorded; until then the newest there is. */
  const pictureAt = (timeMs: number | undefined): FacedPicture => {
    const key = `live ${timeMs}`;
    const found = timeMs === undefined ? undefined : recordedAt(props.recordings, timeMs);
    if (found === undefined) return { of: "channels", id: channel.id, key };
    return { of: "recordings", id: found.recording.id, atMs: found.atMs, key };
  };
  const isBehind = pictured && (status.behindMs > BEHIND_MS || paused);

  return (
    <div
      ref={frame}
      class={`live-frame ${paused ? "is-paused" : ""}`}
      onKeyDown={(event) => handleShortcuts(event, frame.current, shortcuts)}
    >
      <video
        ref={video}
        tabIndex={0}
        class="live-video"
        aria-label={later.picture.videoOf(channel.name)}
        playsInline
        muted={sound.muted || quiet}
        onPause={() => {
          setPaused(true);
          setPausedMs(live.playback.current?.pictureTime());
        }}
        onPlay={() => setPaused(false)}
        onVolumeChange={(event) => {
          if (event.currentTarget.muted && !quiet) sound.silenced();
        }}
        onLoadedData={() => setPictured(true)}
        onClick={live.toggle}
      />
      <ScoreBug
        name={channel.name}
        signal={!lost || isPast}
        behind={pictured && (!status.moving || isBehind)}
        timeMs={status.timeMs}
        firstPicture={firstPicture}
      />
      {!pictured && !failed && <p class="live-notice">{later.picture.loading}</p>}
      {failed && (
        <p class="live-notice" role="alert">
          {later.playerMissing}
        </p>
      )}
      {lost && !isPast && pictured && <p class="live-notice">{later.picture.lost}</p>}
      <LiveControls
        live={live}
        sound={sound}
        paused={paused}
        behind={
          !isBehind
            ? null
            : status.behindMs > BEHIND_MS
              ? later.picture.behind(stopwatch(status.behindMs))
              : later.picture.paused
        }
        frame={frame}
        video={video}
        channel={channel}
        onKeys={() => setKeysShown(true)}
      />
      {paused && pictured && <WhoIsThis picture={pictureAt(pausedMs)} onChanged={props.onFollowed} />}
      {mayEdit && (
        <MarkControl channel={channel.id} frame={frame} pictureTime={() => live.playback.current?.pictureTime()} />
      )}
      {keysShown && <KeysDialog lines={liveKeys(mayEdit)} onClose={() => setKeysShown(false)} />}
    </div>
  );
}
