import type { RefObject } from "preact";
import { messages } from "../../messages/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { toggleFullscreen } from "../../ui/fullscreen.ts";

const BACK_SECONDS = 10;

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
  onLive: () => void;
}) {
  const back = () => {
    const video = props.video.current;
    if (video !== null && video.seekable.length > 0)
      video.currentTime = Math.max(video.seekable.start(0), video.currentTime - BACK_SECONDS);
  };

  return (
    <div class="live-controls" role="group" aria-label={messages.player}>
      <IconButton
        icon={props.paused ? "play" : "pause"}
        label={props.paused ? messages.play : messages.pause}
        onClick={props.onToggle}
      />
      <IconButton icon="back" label={messages.picture.back(BACK_SECONDS)} onClick={back} />
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
      <IconButton
        icon="full"
        label={messages.fullScreen}
        onClick={() => toggleFullscreen(props.frame.current, props.video.current)}
      />
    </div>
  );
}
