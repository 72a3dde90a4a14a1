import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Broadcast, Channel } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { broadcastStart } from "../../shared/broadcast.ts";
import { dayKey, shortTime, stopwatch } from "../../shared/format.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { focusOn } from "../../ui/focus-on.ts";
import { Icon } from "../../ui/Icon.tsx";
import { type Broadcasts, useBroadcasts } from "./use-broadcasts.ts";
import { dayTitle, timesOf } from "./when.ts";
import "./broadcasts.css";

/** The broadcasts of a channel by day, each a link. The first leads to the moments of all. */
export function BroadcastsDialog(props: { channel: Channel; place: Place; onClose: () => void }) {
  const { channel, place, onClose } = props;
  const broadcasts = useBroadcasts(channel.id);
  const { items, problem } = broadcasts;
  const words = later.broadcasts;
  const before = useRef(0);
  useLayoutEffect(() => {
    // With the last ones, the button goes that had the focus: the first that came has it then.
    if (document.activeElement === document.body)
      focusOn(document.querySelectorAll<HTMLElement>(".broadcast")[before.current + 1]);
    before.current = items?.length ?? 0;
  }, [items]);

  const link = (name: string | null, picture: ComponentChildren, children: ComponentChildren) => {
    // A link may be opened where another channel is the first one.
    const there: Place = { ...place, channel: name === null ? place.channel : channel.id, broadcast: name, clip: null };
    const current = place.broadcast === name;
    return (
      <a
        class="broadcast"
        href={addressOf(there)}
        aria-current={current ? "true" : undefined}
        data-focus={current ? "" : undefined}
        onClick={(event) => {
          follow(event, there);
          if (event.defaultPrevented) onClose();
        }}
      >
        <span class="broadcast-picture">{picture}</span>
        <span class="broadcast-text">{children}</span>
        {current && <Icon name="check" />}
      </a>
    );
  };

  return (
    <Dialog title={words.title} onClose={onClose} class="broadcasts-dialog">
      {link(null, <Icon name="calendar" />, <Lines title={messages.broadcasts.all} note={words.allNote} />)}
      {byDay(items ?? []).map(({ key, startMs, broadcasts: ofDay }) => (
        <section key={key}>
          <h3>{dayTitle(startMs)}</h3>
          <ul class="broadcasts-list">
            {ofDay.map((one) => (
              <li key={one.id}>
                {link(
                  one.broadcast,
                  one.poster !== null && <img src={one.poster} alt="" loading="lazy" decoding="async" />,
                  <Facts of={one} live={channel.live && channel.broadcast === one.broadcast} />,
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {items?.length === 0 && <p class="broadcasts-none">{words.none}</p>}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {sentenceOf(problem)}
        </p>
      )}
      {items === undefined && problem === undefined && <p role="status">{messages.clips.loading}</p>}
      {(broadcasts.more || problem !== undefined) && <More {...broadcasts} />}
    </Dialog>
  );
}

function Facts({ of, live }: { of: Broadcast; live: boolean }) {
  const words = later.broadcasts;
  const startMs = startOf(of);
  const times = of.end === null || live ? words.from(shortTime(startMs)) : timesOf(startMs, Date.parse(of.end));
  return (
    <>
      <Lines title={times} note={of.start === null ? words.processing : words.recorded(stopwatch(of.recordedMs))} />
      {live && <em class="broadcast-live"> {messages.live}</em>}
    </>
  );
}

function Lines({ title, note }: { title: string; note: string }) {
  return (
    <span>
      <b>{title}</b> <small>{note}</small>
    </span>
  );
}

/** Loads more, or tries again. */
function More({ problem, loading, load }: Broadcasts) {
  return (
    <button
      type="button"
      class="button quiet broadcasts-more"
      aria-disabled={loading}
      onClick={() => {
        if (!loading) load();
      }}
    >
      {loading ? messages.clips.loading : problem === undefined ? messages.clips.more : messages.tryAgain}
    </button>
  );
}

function startOf({ start, broadcast }: Broadcast): number {
  return start === null ? broadcastStart(broadcast) : Date.parse(start);
}

function byDay(broadcasts: readonly Broadcast[]): { key: string; startMs: number; broadcasts: Broadcast[] }[] {
  const days: { key: string; startMs: number; broadcasts: Broadcast[] }[] = [];
  for (const one of broadcasts) {
    const startMs = startOf(one);
    const key = dayKey(startMs);
    const last = days.at(-1);
    if (last?.key === key) last.broadcasts.push(one);
    else days.push({ key, startMs, broadcasts: [one] });
  }
  return days;
}
