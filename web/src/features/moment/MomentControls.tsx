import { later } from "../../messages/index.ts";
import { durationText, played } from "../../shared/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { Moment } from "./use-moment.ts";

/** Play, a slider over exactly what is played, and the way to the moments before and after. */
export function MomentControls(props: {
  moment: Moment;
  labels: { previous: string; next: string };
  muted: boolean;
  onMute: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  onFullscreen: () => void;
}) {
  const { moment } = props;
  const { phase, durationMs } = moment;
  const playing = phase === "playing";
  return (
    <div class="moment-controls" role="group" aria-label={later.player}>
      <IconButton
        icon="previous"
        label={props.labels.previous}
        disabled={props.onPrevious === undefined}
        onClick={() => props.onPrevious?.()}
      />
      <IconButton
        icon={phase === "ended" ? "replay" : playing ? "pause" : "play"}
        label={phase === "ended" ? later.moment.replay : playing ? later.pause : later.play}
        disabled={phase === "failed"}
        class="primary"
        onClick={moment.toggle}
      />
      <IconButton
        icon="next"
        label={props.labels.next}
        disabled={props.onNext === undefined}
        onClick={() => props.onNext?.()}
      />
      <input
        class="moment-slider"
        type="range"
        min={0}
        max={durationMs}
        step={40}
        value={moment.positionMs}
        aria-label={later.moment.position}
        aria-valuetext={later.moment.positionOf(durationText(moment.positionMs), durationText(durationMs))}
        style={{ "--played": `${(moment.positionMs / Math.max(1, durationMs)) * 100}%` }}
        onInput={(event) => moment.seek(event.currentTarget.valueAsNumber)}
      />
      <span class="moment-time">{played(moment.positionMs, durationMs)}</span>
      <IconButton
        icon={props.muted ? "muted" : "sound"}
        label={props.muted ? later.soundOn : later.soundOff}
        onClick={props.onMute}
      />
      <IconButton icon="full" label={later.fullScreen} onClick={props.onFullscreen} />
    </div>
  );
}
