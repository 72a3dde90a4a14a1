import { useState } from "preact/hooks";
import { messages } from "../../messages/index.ts";
import { clockTime, stopwatch } from "../../shared/format.ts";
import { type Playhead, usePlayhead } from "../player/playhead.ts";
import { frameAt } from "./frames.ts";
import type { Tape } from "./layout.ts";

/** How far keys move, in milliseconds. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -5_000,
  ArrowDown: -5_000,
  ArrowRight: 5_000,
  ArrowUp: 5_000,
  PageDown: -60_000,
  PageUp: 60_000,
  Home: -Infinity,
  End: Infinity,
};

/**
 * The place of what is watched on the line. With a live player it is also the way to any other time.
 *
 * @param isPast whether the line is of another broadcast than the live player's.
 * @param earliestMs the first time that can be watched, in ms since the epoch.
 */
export function Scrubber(props: {
  tape: Tape;
  playhead: Playhead;
  isPast: boolean;
  earliestMs: number;
  onSeek: (timeMs: number) => void;
}) {
  const { from, to, scale } = props.tape;
  const { live: player, momentMs } = usePlayhead(props.playhead);
  const live = props.isPast ? undefined : player;
  /** Where the pointer is, or where the thumb is held. */
  const [hovered, setHovered] = useState<number>();
  const [held, setHeld] = useState<number>();
  const edge = to;
  // A moment may be of another broadcast.
  const watched = momentMs !== undefined && momentMs >= from && momentMs <= to ? momentMs : live?.timeMs;

  if (live === undefined) {
    return watched === undefined ? null : <i class="tape-playhead" style={{ left: `${scale.at(watched) * 100}%` }} />;
  }
  const time = Math.min(edge, held ?? watched ?? edge);
  const shown = held === undefined ? hovered : scale.at(held);
  const seek = (timeMs: number) => props.onSeek(Math.min(Math.max(timeMs, props.earliestMs), edge));
  const text = (timeMs: number) => messages.tape.time(stopwatch(timeMs - from), clockTime(timeMs));

  const picture =
    shown === undefined
      ? undefined
      : frameAt(
          props.tape.recordings.map(({ of }) => of),
          scale.timeAt(shown),
        );

  return (
    <>
      <input
        class="tape-scrubber"
        type="range"
        min={0}
        max={1}
        step="any"
        value={scale.at(time)}
        aria-label={messages.tape.position}
        aria-valuetext={text(time)}
        onInput={(event) => setHeld(scale.timeAt(event.currentTarget.valueAsNumber))}
        onChange={(event) => {
          setHeld(undefined);
          seek(scale.timeAt(event.currentTarget.valueAsNumber));
        }}
        onKeyDown={(event) => {
          const step = STEPS[event.key];
          if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          seek(time + step);
        }}
        onPointerMove={({ clientX, currentTarget }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          setHovered(Math.min(1, Math.max(0, (clientX - left) / width)));
        }}
        onPointerLeave={() => setHovered(undefined)}
      />
      {shown !== undefined && (
        <span class="tape-time" aria-hidden="true" style={{ left: `${shown * 100}%` }}>
          {picture !== undefined && <img src={picture} alt="" />}
          {text(scale.timeAt(shown))}
        </span>
      )}
    </>
  );
}
