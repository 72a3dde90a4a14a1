import { useEffect, useRef, useState } from "preact/hooks";
import type { Clip } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { fullTime } from "../../shared/format.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { UndoNotice } from "../../shared/UndoNotice.tsx";
import { useTitle } from "../../shared/use-title.ts";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { type Shortcuts, handleShortcuts } from "../../ui/shortcuts.ts";
import { faceOf } from "../../shared/face.ts";
import { Similarity } from "../../shared/Similarity.tsx";
import { Face } from "../../shared/Face.tsx";
import { WhoIsThis } from "../follow/WhoIsThis.tsx";
import { KeysDialog } from "../player/lazy.ts";
import type { Playhead } from "../player/playhead.ts";
import type { MatchTime } from "../../shared/match-time.ts";
import { MissingMoment } from "./MissingMoment.tsx";
import { MomentActions } from "./MomentActions.tsx";
import { MomentControls } from "./MomentControls.tsx";
import { MomentPicture } from "./MomentPicture.tsx";
import { momentKeys, playerShortcuts } from "./moment-keys.ts";
import { neighboursOf } from "./neighbours.ts";
import { REVIEW_KEYS } from "./review-keys.ts";
import { SomeoneElse } from "./SomeoneElse.tsx";
import { useClip } from "./use-clip.ts";
import { useMoment } from "./use-moment.ts";
import { useReview } from "./use-review.ts";
import { Queue } from "./Queue.tsx";
import { StagePanel } from "./StagePanel.tsx";
import "./moment.css";

/**
 * Plays one clip in the stage, and from there the ones before and after it.
 *
 * @param list newest first, as in the grid.
 */
export function MomentStage(props: {
  id: string;
  list: readonly Clip[];
  matchTime: MatchTime;
  playhead: Playhead;
  onOpen: (id: string) => void;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { id, list, matchTime, playhead } = props;
  const { undo } = useServices();
  const { mayEdit } = useCaller();
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [muted, setMuted] = useState(false);
  const [picking, setPicking] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const { clip, problem, show, reload } = useClip(id, list);
  const moment = useMoment(video, clip);
  const { newer, older } = neighboursOf(clip, list);
  const open = (target: string | undefined) => {
    if (target !== undefined) props.onOpen(target);
  };
  const title = clip === undefined ? later.moment.title : messages.moment.at(clip.subject.name, fullTime(clip.start));
  useTitle(`${title} · Spotlight`);

  const lost = problem !== undefined;
  useEffect(() => {
    // Loaded after all: the button that tried again is gone.
    if (!lost && document.activeElement === document.body) video.current?.focus();
  }, [lost]);

  const startMs = clip === undefined ? undefined : Date.parse(clip.start);
  useEffect(() => {
    playhead.tellMoment(startMs === undefined ? undefined : startMs + moment.positionMs);
  }, [startMs, moment.positionMs]);
  useEffect(() => () => playhead.tellMoment(undefined), []);

  const reviewing = useReview(clip, {
    onClip: show,
    onUndone: reload,
    onChanged: props.onChanged,
    onDeleted: () => {
      const target = older ?? newer;
      if (target === undefined) props.onClose();
      else {
        props.onOpen(target);
        video.current?.focus();
      }
    },
  });

  const labels = { previous: later.moment.newer, next: later.moment.older };
  const shortcuts: Shortcuts = {
    ...playerShortcuts(moment, video.current, () => setMuted(!muted)),
    "?": () => setKeysShown(true),
    f: () => toggleFullscreen(frame.current, video.current),
    ArrowRight: () => open(older),
    ArrowLeft: () => open(newer),
    ...(mayEdit && {
      [REVIEW_KEYS.confirm]: () => void reviewing.review("confirmed"),
      [REVIEW_KEYS.reject]: () => void reviewing.review("rejected"),
      [REVIEW_KEYS.someoneElse]: () => setPicking(clip?.subject.kind === "person"),
      [REVIEW_KEYS.undo]: () => void undo.take(),
    }),
  };

  return (
    <StagePanel
      title={title}
      shown={id}
      onClose={props.onClose}
      focusAfter={() => cardOf(id) ?? document.getElementById("clips-title")}
    >
      {lost && <MissingMoment problem={problem} onRetry={reload} onClose={props.onClose} />}
      <div class="moment" hidden={lost} onKeyDown={(event) => handleShortcuts(event, frame.current, shortcuts)}>
        <MomentPicture
          video={video}
          frame={frame}
          phase={moment.phase}
          label={clip === undefined ? later.moment.title : later.moment.of(clip.subject.name)}
          poster={clip?.poster}
          muted={muted}
          texts={later.moment}
          onMuted={setMuted}
          onToggle={moment.toggle}
          onReplay={moment.replay}
        >
          {clip?.review === "rejected" && <p class="moment-rejected">{later.moment.onlyForEditors}</p>}
          <UndoNotice shortcut={REVIEW_KEYS.undo} next={() => video.current} />
          {clip !== undefined && (
            <MomentControls
              moment={moment}
              muted={muted}
              labels={labels}
              onMute={() => setMuted(!muted)}
              onPrevious={newer === undefined ? undefined : () => open(newer)}
              onNext={older === undefined ? undefined : () => open(older)}
              onFullscreen={() => toggleFullscreen(frame.current, video.current)}
            />
          )}
          {clip !== undefined && (moment.phase === "paused" || moment.phase === "ended") && (
            <WhoIsThis
              picture={{ of: "clips", id: clip.id, atMs: Math.round(moment.positionMs) }}
              onChanged={props.onChanged}
            />
          )}
        </MomentPicture>
        {clip !== undefined && (
          <div class="moment-side">
            <div class="moment-facts">
              <Face name={clip.subject.name} picture={faceOf(clip)} />
              <div>
                <b>{clip.subject.name}</b>
                <time dateTime={clip.start} title={fullTime(clip.start)}>
                  {matchTime(clip.start)}
                </time>
              </div>
              {mayEdit && <Similarity value={clip.similarity} />}
            </div>
            <MomentActions clip={clip} reviewing={reviewing} onSomeoneElse={() => setPicking(true)} />
            {keysShown && <KeysDialog lines={momentKeys(labels, mayEdit)} onClose={() => setKeysShown(false)} />}
            <Queue
              moments={list.map((one) => ({ ...one, name: one.subject.name, time: matchTime(one.start) }))}
              current={id}
              onChoose={props.onOpen}
            />
            {picking && (
              <SomeoneElse
                clip={clip}
                onClose={() => setPicking(false)}
                onPick={(person) => {
                  setPicking(false);
                  void reviewing.give(person);
                }}
              />
            )}
          </div>
        )}
      </div>
    </StagePanel>
  );
}

function cardOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-clip="${CSS.escape(id)}"]`);
}
