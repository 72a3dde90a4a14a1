import type { ComponentChildren, RefObject } from "preact";
import { useRef } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { dayKey, dayName } from "../../shared/format.ts";
import type { Place } from "../../shared/location.ts";
import type { MatchTime } from "../../shared/match-time.ts";
import { useNearView } from "../../ui/use-near-view.ts";
import { ClipCard } from "./ClipCard.tsx";
import type { Clips } from "./use-clips.ts";
import "./clips.css";

const SKELETONS = [0, 1, 2, 3];

/** All moments of the chosen people, in the order of the place. */
export function ClipGrid(props: {
  clips: Clips;
  shown: readonly Clip[] | undefined;
  title: string;
  place: Place;
  matchTime: MatchTime;
  grid: RefObject<HTMLElement | null>;
  named: boolean;
  empty: ComponentChildren;
  /** Beside the title. */
  actions?: ComponentChildren;
}) {
  const { clips, shown, place, named } = props;
  const fresh = useFresh(shown, JSON.stringify([place.people, place.order]));

  return (
    <section ref={props.grid} class="clips" aria-labelledby="clips-title">
      <div class="clips-waiting">
        {clips.waiting > 0 && (
          <button type="button" class="button small" onClick={clips.showWaiting}>
            {messages.clips.newOnes(clips.waiting)}
          </button>
        )}
      </div>
      <header class="clips-head">
        <h2 id="clips-title">{props.title}</h2>
        {props.actions}
      </header>
      {shown === undefined && clips.problem !== undefined && (
        <p class="problem" role="status">
          {sentenceOf(clips.problem)}
        </p>
      )}
      {shown === undefined && clips.problem === undefined && (
        <ul class="clip-grid" aria-hidden="true">
          {SKELETONS.map((key) => (
            <li key={key} class="clip skeleton">
              <span class="clip-poster" />
            </li>
          ))}
        </ul>
      )}
      {shown !== undefined && shown.length === 0 && <div class="empty">{props.empty}</div>}
      {shown !== undefined &&
        byDay(shown).map(({ day, clips: ofDay }, _index, days) => (
          <div key={day}>
            {days.length > 1 && ofDay[0] !== undefined && <h3 class="clips-day">{dayName(ofDay[0].start)}</h3>}
            <ul class="clip-grid">
              {ofDay.map((clip) => (
                <ClipCard
                  key={clip.id}
                  clip={clip}
                  place={place}
                  named={named}
                  fresh={fresh.has(clip.id)}
                  matchTime={props.matchTime}
                />
              ))}
            </ul>
          </div>
        ))}
      {clips.more && <More loading={clips.loadingMore} auto={clips.problem === undefined} onMore={clips.loadMore} />}
    </section>
  );
}

/** Loads more automatically when it comes into view (not after a failure), or by its button. */
function More({ loading, auto, onMore }: { loading: boolean; auto: boolean; onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  // If a page doesn't fill the screen, the button stays in view: once that has come, the next one is loaded.
  useNearView(button, auto && !loading, 400, onMore);
  return (
    <button ref={button} type="button" class="button quiet clips-more" disabled={loading} onClick={onMore}>
      {loading ? messages.clips.loading : messages.clips.more}
    </button>
  );
}

function byDay(clips: readonly Clip[]): { day: string; clips: Clip[] }[] {
  const days: { day: string; clips: Clip[] }[] = [];
  for (const clip of clips) {
    const day = dayKey(clip.start);
    const last = days.at(-1);
    if (last?.day === day) last.clips.push(clip);
    else days.push({ day, clips: [clip] });
  }
  return days;
}

/** Which clips came in while the viewer was watching: they arrive with a small motion. */
function useFresh(shown: readonly Clip[] | undefined, filter: string): ReadonlySet<string> {
  const memory = useRef<{ filter: string; newest: string; fresh: Set<string> } | undefined>(undefined);
  if (shown === undefined) return new Set();
  // Whichever end of the list it is at.
  const newest = [shown[0], shown.at(-1)].reduce(
    (last, clip) => (clip !== undefined && clip.start > last ? clip.start : last),
    "",
  );
  if (memory.current?.filter !== filter) memory.current = { filter, newest, fresh: new Set() };
  const { current } = memory;
  for (const { id, start } of shown) if (start > current.newest) current.fresh.add(id);
  if (newest > current.newest) current.newest = newest;
  return current.fresh;
}
