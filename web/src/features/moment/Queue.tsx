import { useEffect, useRef } from "preact/hooks";
import { later } from "../../messages/index.ts";
import { durationText } from "../../shared/format.ts";

/** A moment of the queue. */
export interface Queued {
  id: string;
  name: string;
  /** Of the match. */
  time: string;
  durationMs: number;
  poster: string;
}

/** The moments beside the picture, where there is room: what plays, what came before and what comes next. */
export function Queue(props: { moments: readonly Queued[]; current: string; onChoose: (id: string) => void }) {
  const { moments, current } = props;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const [item, box] = [list.current?.querySelector<HTMLElement>("[aria-current]"), list.current];
    if (item == null || box === null) return;
    // Only the list: `scrollIntoView` would move the page, too.
    const { offsetTop, offsetHeight } = item;
    if (offsetTop < box.scrollTop) box.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = offsetTop + offsetHeight - box.clientHeight;
  }, [current, moments.length]);

  return (
    <ul ref={list} class="queue" aria-label={later.moment.queue}>
      {moments.map(({ id, name, time, durationMs, poster }) => (
        <li key={id}>
          <button type="button" aria-current={id === current ? "true" : undefined} onClick={() => props.onChoose(id)}>
            <img class="queue-poster" src={poster} alt="" loading="lazy" />
            <span class="queue-text">
              <b>{name}</b>
              <span>
                {time} · {durationText(durationMs)}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
