import { useRef, useState } from "preact/hooks";
import type { Clip } from "../../api/types.ts";
import { fullTime } from "../../shared/format.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { faceOf } from "../../shared/face.ts";
import { Similarity } from "../../shared/Similarity.tsx";
import { Face } from "../../shared/Face.tsx";
import { MomentActions } from "./MomentActions.tsx";
import { MomentControls } from "./MomentControls.tsx";
import { useClip } from "./use-clip.ts";
import { useMoment } from "./use-moment.ts";
import "./moment.css";

/** Plays one clip, and from there the ones before and after it. `list` is newest first, as in the grid. */
export function MomentDialog(props: {
  id: string;
  list: readonly Clip[];
  onOpen: (id: string) => void;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { id, list } = props;
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [muted, setMuted] = useState(false);
  const { clip, problem } = useClip(id, list);
  const moment = useMoment(video, clip);
  const index = list.findIndex((listed) => listed.id === (clip?.id ?? id));
  const next = index === -1 ? undefined : list[index + 1]?.id;
  const previous = index === -1 ? undefined : list[index - 1]?.id;
  const open = (target: string | undefined) => {
    if (target !== undefined) props.onOpen(target);
  };

  const keys: Readonly<Record<string, () => void>> = {
    " ": moment.toggle,
    k: moment.toggle,
    r: moment.replay,
    m: () => setMuted(!muted),
    f: () => toggleFullscreen(frame.current, video.current),
    ArrowRight: () => open(next),
    ArrowLeft: () => open(previous),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const inForm = event.target instanceof HTMLElement && event.target.closest("button, a, input, summary") !== null;
    // Space activates a focused button, and arrows move a focused slider: leave these alone.
    if (
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      (inForm && (event.key === " " || event.target instanceof HTMLInputElement))
    )
      return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <Dialog
      title={clip === undefined ? "Moment" : `${clip.subject.name}, ${fullTime(clip.start)}`}
      onClose={props.onClose}
      class="moment-dialog"
      hideTitle
    >
      <div class="moment" onKeyDown={onKeyDown}>
        <div ref={frame} class="moment-frame" data-phase={moment.phase}>
          <video
            ref={video}
            class="moment-video"
            tabIndex={0}
            data-focus
            playsInline
            poster={clip?.poster}
            muted={muted}
            aria-label={clip === undefined ? "Moment" : `Moment of ${clip.subject.name}`}
            onVolumeChange={(event) => setMuted(event.currentTarget.muted)}
            onClick={moment.toggle}
          />
          {moment.phase === "ended" && (
            <button type="button" class="moment-replay" onClick={moment.replay}>
              <Icon name="replay" /> Replay
            </button>
          )}
          {moment.phase === "failed" && (
            <p class="moment-notice" role="alert">
              This moment can't be played right now. Close it and try again.
            </p>
          )}
          {problem !== undefined && (
            <p class="moment-notice" role="alert">
              {problem}
            </p>
          )}
        </div>
        {clip !== undefined && (
          <>
            <MomentControls
              moment={moment}
              muted={muted}
              onMute={() => setMuted(!muted)}
              onPrevious={previous === undefined ? undefined : () => open(previous)}
              onNext={next === undefined ? undefined : () => open(next)}
              onFullscreen={() => toggleFullscreen(frame.current, video.current)}
            />
            <div class="moment-facts">
              <Face name={clip.subject.name} picture={faceOf(clip)} />
              <div>
                <b>{clip.subject.name}</b>
                <time dateTime={clip.start}>{fullTime(clip.start)}</time>
              </div>
              <Similarity value={clip.similarity} />
            </div>
            <MomentActions
              clip={clip}
              onChanged={props.onChanged}
              onDeleted={() => (next === undefined ? props.onClose() : props.onOpen(next))}
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
