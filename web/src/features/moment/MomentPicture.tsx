import type { ComponentChildren, RefObject } from "preact";
import { Icon } from "../../ui/Icon.tsx";
import type { MomentPhase } from "../player/moments.ts";

/** The picture of what plays, with a way to play it again at its end, or why it doesn't play. */
export function MomentPicture(props: {
  video: RefObject<HTMLVideoElement | null>;
  frame: RefObject<HTMLDivElement | null>;
  phase: MomentPhase;
  label: string;
  poster?: string | undefined;
  muted: boolean;
  texts: { replay: string; cannotPlay: string };
  onMuted: (muted: boolean) => void;
  onToggle: () => void;
  onReplay: () => void;
  /** Over the picture. */
  children?: ComponentChildren;
}) {
  const { phase, texts } = props;
  return (
    <div ref={props.frame} class="moment-frame" data-phase={phase}>
      <video
        ref={props.video}
        class="moment-video"
        tabIndex={0}
        data-focus
        playsInline
        poster={props.poster}
        muted={props.muted}
        aria-label={props.label}
        onVolumeChange={(event) => props.onMuted(event.currentTarget.muted)}
        onClick={props.onToggle}
      />
      {phase === "ended" && (
        <button type="button" class="moment-replay" onClick={props.onReplay}>
          <Icon name="replay" /> {texts.replay}
        </button>
      )}
      {phase === "failed" && (
        <p class="moment-notice" role="alert">
          {texts.cannotPlay}
        </p>
      )}
      {props.children}
    </div>
  );
}
