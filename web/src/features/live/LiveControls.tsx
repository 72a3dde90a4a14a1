import type { RefObject } from "preact";
import { messages } from "../../messages/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { hasPictureInPicture, togglePictureInPicture } from "../../ui/picture-in-picture.ts";

/** The controls over the live picture. */
export function LiveControls(props: {
  paused: boolean;
  muted: boolean;
  /** What to say when the viewer isn't at the live edge; null at the edge. */
  behind: string | null;
  frame: RefObject<HTMLElement | null>;
  video: RefObject<HTMLVideoElement | null>;
  onToggle: () => void;
  onMute: (muted: boolean) => void;
  onBack: () => void;
  onLive: () => void;
  onKeys: () => void;
}) {
  return (
    <div class="live-controls" role="group" aria-label={messages.player}>
      <IconButton
        icon={props.paused ? "play" : "pause"}
        label={props.paused ? messages.play : messages.pause}
        onClick={props.onToggle}
      />
      <IconButton icon="back" label={messages.picture.back(10)} onClick={props.onBack} />
      <IconButton
        icon={props.muted ? "muted" : "sound"}
        label={props.muted ? messages.soundOn : messages.soundOff}
        onClick={() => props.onMute(!props.muted)}
      />
      <span class="spacer" />
      {props.behind !== null && (
        <button type="button" class="button small go-live" onClick={props.onLive}>
          <span class="behind">{props.behind}</span>
          {messages.picture.goLive}
        </button>
      )}
      <button
        type="button"
        class="icon-button keys-button"
        aria-label={messages.keys.show}
        title={messages.keys.show}
        onClick={props.onKeys}
      >
        ?
      </button>
      {hasPictureInPicture() && (
        <IconButton
          icon="pip"
          label={messages.pictureInPicture}
          onClick={() => togglePictureInPicture(props.video.current)}
        />
      )}
      <IconButton
        icon="full"
        label={messages.fullScreen}
        onClick={() => toggleFullscreen(props.frame.current, props.video.current)}
      />
    </div>
  );
}
