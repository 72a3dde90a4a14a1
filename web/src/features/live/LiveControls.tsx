import type { RefObject } from "preact";
import type { Channel } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { percentText } from "../../shared/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { hasPictureInPicture, togglePictureInPicture } from "../../ui/picture-in-picture.ts";
import { LiveSettings } from "./LiveSettings.tsx";
import type { Live } from "./use-live-playback.ts";
import type { Sound } from "./use-sound.ts";

/** The controls over the live picture. */
export function LiveControls(props: {
  live: Live;
  sound: Sound;
  paused: boolean;
  /** What to say when the viewer isn't at the live edge; null at the edge. */
  behind: string | null;
  frame: RefObject<HTMLElement | null>;
  video: RefObject<HTMLVideoElement | null>;
  channel: Channel;
  onKeys: () => void;
}) {
  const { live, sound, behind } = props;
  const { volume, muted } = sound;
  return (
    <div class={`live-controls ${behind === null ? "" : "is-behind"}`} role="group" aria-label={later.player}>
      <IconButton
        icon={props.paused ? "play" : "pause"}
        label={props.paused ? later.play : later.pause}
        onClick={live.toggle}
      />
      <IconButton icon="back" label={later.picture.back(10)} onClick={() => live.seekBy(-10)} />
      <IconButton icon="back" label={later.picture.ahead(10)} class="ahead" onClick={() => live.seekBy(10)} />
      <IconButton
        icon={muted ? "muted" : "sound"}
        label={muted ? later.soundOn : later.soundOff}
        onClick={sound.toggle}
      />
      <input
        class="volume"
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={muted ? 0 : volume}
        aria-label={later.picture.volume}
        aria-valuetext={percentText(muted ? 0 : volume * 100)}
        onInput={(event) => sound.set(event.currentTarget.valueAsNumber)}
      />
      <span class="spacer" />
      <button
        type="button"
        class="go-live"
        aria-label={behind === null ? undefined : `${behind}. ${later.picture.goLive}`}
        aria-disabled={behind === null}
        onClick={() => {
          if (behind !== null) live.goLive();
        }}
      >
        {behind !== null && <span class="behind">{behind}</span>}
        <i class="live-dot" aria-hidden="true" />
        {behind === null ? later.picture.atLive : later.picture.goLive}
      </button>
      <LiveSettings live={live} channel={props.channel} />
      <button
        type="button"
        class="icon-button keys-button"
        aria-label={later.keys.show}
        title={later.keys.show}
        onClick={props.onKeys}
      >
        ?
      </button>
      {hasPictureInPicture() && (
        <IconButton
          icon="pip"
          label={later.pictureInPicture}
          class="pip"
          onClick={() => togglePictureInPicture(props.video.current)}
        />
      )}
      <IconButton
        icon="full"
        label={later.fullScreen}
        onClick={() => toggleFullscreen(props.frame.current, props.video.current)}
      />
    </div>
  );
}
