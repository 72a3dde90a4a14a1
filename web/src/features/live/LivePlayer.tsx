import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { stopwatch } from "../../shared/format.ts";
import { loadEngine } from "../player/lazy.ts";
import type { LivePlayback, LiveStatus } from "../player/live.ts";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { togglePictureInPicture } from "../../ui/picture-in-picture.ts";
import { type Shortcuts, handleShortcuts } from "../../ui/shortcuts.ts";
import { KeysDialog } from "../player/lazy.ts";
import { useCaller } from "../../shared/services.ts";
import { MarkControl } from "../operate/lazy.ts";
import { LiveControls } from "./LiveControls.tsx";
import { liveKeys } from "./live-keys.ts";
import { ScoreBug } from "./ScoreBug.tsx";

/** If a viewer is further behind than this, a button jumps to live, in milliseconds. */
const BEHIND_MS = 5000;

const MUTED_KEY = "spotlight.sound";

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
}) {
  const { channel, lost, quiet } = props;
  const { mayEdit } = useCaller();
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const playback = useRef<LivePlayback | undefined>(undefined);
  const [status, setStatus] = useState<LiveStatus>({ moving: false, behindMs: 0 });
  const [pictured, setPictured] = useState(false);
  const [failed, setFailed] = useState(false);
  const [paused, setPaused] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const [muted, setMuted] = useState(() => sessionStorage.getItem(MUTED_KEY) !== "on");
  const url = channel.playback.lowLatencyHls;

  useEffect(() => {
    let wanted = true;
    setPictured(false);
    loadEngine().then(
      (engine) => {
        if (!wanted || video.current === null) return;
        playback.current = engine.playLive(video.current, url, setStatus);
      },
      () => setFailed(true),
    );
    return () => {
      wanted = false;
      playback.current?.destroy();
      playback.current = undefined;
    };
  }, [url]);

  useEffect(() => {
    if (!lost && pictured && !status.moving && !paused) playback.current?.jumpToLive();
    // Only when the input returns: a viewer who is behind stays there.
  }, [lost]);

  const mute = (next: boolean) => {
    setMuted(next);
    sessionStorage.setItem(MUTED_KEY, next ? "off" : "on");
  };
  const toggle = () => {
    if (video.current?.paused === true) void video.current.play().catch(() => undefined);
    else video.current?.pause();
  };
  /** Within what the browser can play of the broadcast. */
  const seekTo = (seconds: number) => {
    const { current } = video;
    if (current === null || current.seekable.length === 0) return;
    const [start, end] = [current.seekable.start(0), current.seekable.end(0)];
    if (seconds >= end) playback.current?.jumpToLive();
    else current.currentTime = Math.max(start, seconds);
  };
  const seekBy = (seconds: number) => seekTo((video.current?.currentTime ?? 0) + seconds);
  const seekToTenth = (tenth: number) => {
    const seekable = video.current?.seekable;
    if (seekable === undefined || seekable.length === 0) return;
    seekTo(seekable.start(0) + ((seekable.end(0) - seekable.start(0)) * tenth) / 10);
  };
  const shortcuts: Shortcuts = {
    " ": toggle,
    k: toggle,
    j: () => seekBy(-10),
    l: () => seekBy(10),
    ArrowLeft: () => seekBy(-5),
    ArrowRight: () => seekBy(5),
    m: () => mute(!muted),
    f: () => toggleFullscreen(frame.current, video.current),
    p: () => togglePictureInPicture(video.current),
    End: () => playback.current?.jumpToLive(),
    "?": () => setKeysShown(true),
    ...Object.fromEntries(Array.from({ length: 10 }, (_, tenth) => [tenth, () => seekToTenth(tenth)])),
  };
  const behind = pictured && (status.behindMs > BEHIND_MS || paused);

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
        aria-label={messages.picture.videoOf(channel.name)}
        playsInline
        muted={muted || quiet}
        onPause={() => setPaused(true)}
        onPlay={() => setPaused(false)}
        onVolumeChange={(event) => {
          if (event.currentTarget.muted && !quiet) setMuted(true);
        }}
        onLoadedData={() => setPictured(true)}
        onClick={toggle}
      />
      <ScoreBug
        name={channel.name}
        signal={!lost}
        behind={pictured && !status.moving}
        behindMs={status.behindMs}
        firstPicture={props.firstPicture}
      />
      {!pictured && !failed && <p class="live-notice">{messages.picture.loading}</p>}
      {failed && (
        <p class="live-notice" role="alert">
          {messages.playerMissing}
        </p>
      )}
      {lost && pictured && <p class="live-notice">{messages.picture.lost}</p>}
      <LiveControls
        paused={paused}
        muted={muted}
        behind={
          behind
            ? status.behindMs > BEHIND_MS
              ? messages.picture.behind(stopwatch(status.behindMs))
              : messages.picture.paused
            : null
        }
        frame={frame}
        video={video}
        onToggle={toggle}
        onMute={mute}
        onBack={() => seekBy(-10)}
        onLive={() => playback.current?.jumpToLive()}
        onKeys={() => setKeysShown(true)}
      />
      {mayEdit && (
        <MarkControl channel={channel.id} frame={frame} pictureTime={() => playback.current?.pictureTime()} />
      )}
      {keysShown && <KeysDialog lines={liveKeys(mayEdit)} onClose={() => setKeysShown(false)} />}
    </div>
  );
}
