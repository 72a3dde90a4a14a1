import { useEffect, useRef, useState } from "preact/hooks";
import type { ReelFilter } from "../../api/client.ts";
import { sentenceOf } from "../../api/problem.ts";
import { later, messages } from "../../messages/index.ts";
import { count, fullTime } from "../../shared/format.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useServices } from "../../shared/services.ts";
import type { MatchTime } from "../../shared/match-time.ts";
import { ShareLink } from "../../shared/ShareLink.tsx";
import { useTitle } from "../../shared/use-title.ts";
import { toggleFullscreen } from "../../ui/fullscreen.ts";
import { type Shortcuts, handleShortcuts } from "../../ui/shortcuts.ts";
import { KeysDialog } from "../player/lazy.ts";
import { usePlayback } from "../player/use-playback.ts";
import type { Playhead } from "../player/playhead.ts";
import { positionAt } from "../player/ranges.ts";
import { MomentControls } from "./MomentControls.tsx";
import { MomentPicture } from "./MomentPicture.tsx";
import { momentKeys, playerShortcuts } from "./moment-keys.ts";
import { Queue } from "./Queue.tsx";
import { StagePanel } from "./StagePanel.tsx";
import { useReel } from "./use-reel.ts";
import "./moment.css";

/** Going back within the first seconds of a moment leads to the one before it, later to its own start. */
const RESTART_MS = 2_000;

/**
 * Plays all moments of a filter in the stage, oldest first, one after the other.
 */
export function ReelStage(props: {
  title: string;
  filter: ReelFilter;
  place: Place;
  matchTime: MatchTime;
  playhead: Playhead;
  onClose: () => void;
}) {
  const { title, place, matchTime, playhead } = props;
  const { session } = useServices();
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [muted, setMuted] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const { reel, problem, reload } = useReel(props.filter);
  const moments = reel?.moments ?? [];
  const playback = usePlayback(video, reel && reel.moments.map(({ clip }) => clip).join(" "), () => ({
    url: reel?.playlist ?? "",
    moments,
    token: session.token(),
  }));
  const { phase, positionMs, index, seek } = playback;
  const moment = moments[index];
  const toggle = phase === "ended" ? playback.replay : playback.toggle;
  useTitle(`${title} · Spotlight`);
  const failed = problem !== undefined;
  useEffect(() => {
    if (!failed && document.activeElement === document.body) video.current?.focus();
  }, [failed]);

  const shownMs =
    moment === undefined ? undefined : Date.parse(moment.start) + positionMs - positionAt(moments, index, moment.inMs);
  useEffect(() => playhead.tellMoment(shownMs), [shownMs]);
  useEffect(() => () => playhead.tellMoment(undefined), []);

  // A link leads to its moment.
  const { at } = place;
  const first =
    at === undefined ? 0 : moments.findIndex((one) => Date.parse(one.start) + one.durationMs > Date.parse(at));
  const begun = useRef(false);
  useEffect(() => {
    if (phase !== "playing" || begun.current) return;
    begun.current = true;
    if (first > 0) seek(startOf(first));
  }, [phase]);

  const startOf = (number: number): number => positionAt(moments, number, moments[number]?.inMs ?? 0);
  const previous = () => seek(startOf(positionMs - startOf(index) > RESTART_MS ? index : Math.max(0, index - 1)));
  const next = index + 1 < moments.length ? () => seek(startOf(index + 1)) : undefined;
  const labels = { previous: later.reel.previous, next: later.reel.next };
  const shortcuts: Shortcuts = {
    ...playerShortcuts({ ...playback, toggle }, video.current, () => setMuted(!muted)),
    "?": () => setKeysShown(true),
    f: () => toggleFullscreen(frame.current, video.current),
    ArrowLeft: previous,
    ArrowRight: () => next?.(),
  };
  const there: Place = { ...place, play: undefined, clip: moment?.clip ?? null };

  return (
    <StagePanel
      title={later.reel.title(title)}
      shown="reel"
      onClose={props.onClose}
      focusAfter={() => document.getElementById("play-all")}
    >
      {failed && (
        <div class="moment-missing">
          <div role="alert">
            <h3>{later.reel.failed}</h3>
            <p>{sentenceOf(problem)}</p>
          </div>
          <div class="row">
            <button type="button" class="button" onClick={reload}>
              {messages.tryAgain}
            </button>
            <button type="button" class="button primary" onClick={props.onClose}>
              {later.reel.showMoments}
            </button>
          </div>
        </div>
      )}
      <div class="moment" hidden={failed} onKeyDown={(event) => handleShortcuts(event, frame.current, shortcuts)}>
        <MomentPicture
          video={video}
          frame={frame}
          phase={phase}
          label={title}
          muted={muted}
          texts={later.reel}
          onMuted={setMuted}
          onToggle={toggle}
          onReplay={playback.replay}
        >
          {reel !== undefined && (
            <MomentControls
              moment={{ ...playback, toggle, durationMs: reel.momentsMs }}
              muted={muted}
              labels={labels}
              onMute={() => setMuted(!muted)}
              onPrevious={previous}
              onNext={next}
              onFullscreen={() => toggleFullscreen(frame.current, video.current)}
            />
          )}
        </MomentPicture>
        {reel !== undefined && (
          <div class="moment-side">
            {moment !== undefined && (
              <div class="moment-facts">
                <b class="reel-number">{later.reel.number(count(index + 1), count(moments.length))}</b>
                <div>
                  <b>{moment.subject.name}</b>
                  <time dateTime={moment.start} title={fullTime(moment.start)}>
                    {matchTime(moment.start)}
                  </time>
                </div>
              </div>
            )}
            {keysShown && <KeysDialog lines={momentKeys(labels, false)} onClose={() => setKeysShown(false)} />}
            <div class="moment-actions">
              <a class="button small" href={addressOf(there)} onClick={(event) => follow(event, there, "replace")}>
                {later.reel.openMoment}
              </a>
              <ShareLink address={addressOf({ ...place, at: index === 0 ? undefined : moment?.start })} title={title} />
            </div>
            <Queue
              moments={moments.map((one) => ({
                id: one.clip,
                name: one.subject.name,
                time: matchTime(one.start),
                durationMs: one.durationMs,
                poster: one.poster,
              }))}
              current={moment?.clip ?? ""}
              onChoose={(id) => seek(startOf(moments.findIndex(({ clip }) => clip === id)))}
            />
          </div>
        )}
      </div>
    </StagePanel>
  );
}
