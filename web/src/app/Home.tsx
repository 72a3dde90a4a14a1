import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../api/problem.ts";
import type { Person } from "../api/types.ts";
import { messages } from "../messages/index.ts";
import { ClipGrid } from "../features/clips/ClipGrid.tsx";
import { EmptyClips } from "../features/clips/EmptyClips.tsx";
import { LostPlace } from "../features/clips/LostPlace.tsx";
import { PlayAllLink } from "../features/clips/PlayAllLink.tsx";
import { RejectedLink } from "../features/clips/RejectedLink.tsx";
import { holdsStill } from "../features/clips/holds-still.ts";
import { useClips } from "../features/clips/use-clips.ts";
import { ChannelSwitch } from "../features/live/ChannelSwitch.tsx";
import { LiveStage } from "../features/live/LiveStage.tsx";
import { firstPictureOf } from "../features/live/first-picture.ts";
import { useChannels } from "../features/live/use-channels.ts";
import { MomentDialog, ReelDialog } from "../features/moment/lazy.ts";
import { DownloadAll, PersonDialog, RecordingsDialog, WatchListDialog } from "../features/operate/lazy.ts";
import { PeopleList } from "../features/people/PeopleList.tsx";
import { useFaces } from "../features/people/use-faces.ts";
import { usePeople } from "../features/people/use-people.ts";
import { useUnknownPeople } from "../features/people/use-unknown-people.ts";
import { progressOf } from "../features/tape/layout.ts";
import { Tape } from "../features/tape/Tape.tsx";
import { useRecordings } from "../features/tape/use-recordings.ts";
import { Header } from "./Header.tsx";
import { Notices } from "./Notices.tsx";
import { addressOf, go, usePlace } from "../shared/location.ts";
import { useCaller } from "../shared/services.ts";
import { ShareLink } from "../shared/ShareLink.tsx";
import { UndoNotice } from "../shared/UndoNotice.tsx";
import { useTitle } from "../shared/use-title.ts";
import { useOnline } from "../shared/use-online.ts";

const ACTIVE_MS = 4_000;
const IDLE_MS = 30_000;

type Overlay = { kind: "watch-list" } | { kind: "person"; person?: Person };

/** Live on top, the watch list beside it, the moments below. */
export function Home() {
  const { role, mayEdit } = useCaller();
  const place = usePlace();
  const grid = useRef<HTMLElement>(null);
  const [overlay, setOverlay] = useState<Overlay>();
  const { channels, error, refresh: refreshChannels } = useChannels();
  const channel = channels?.find(({ id }) => id === place.channel) ?? channels?.[0];
  const { recordings, refresh: refreshRecordings } = useRecordings(channel);
  const progress = progressOf(recordings ?? []);
  const active = channel?.state === "running" || progress.working > 0;
  const { people, refresh: refreshPeople } = usePeople();
  const several = (channels?.length ?? 0) > 1;
  const rejected = mayEdit && place.review === "rejected";
  const filter = {
    people: place.people,
    channel: several ? channel?.id : undefined,
    review: rejected ? place.review : undefined,
    // Who signs in gets another list, with what was rejected.
    role,
  };
  const reelFilter = { person: place.people, channel: filter.channel };
  const clips = useClips(filter, () => holdsStill(grid.current), active ? ACTIVE_MS : IDLE_MS);
  // Editors get rejected clips, too, but see them only where they ask for them.
  const visible = useMemo(
    () => clips.shown?.filter(({ review }) => (review === "rejected") === rejected),
    [clips.shown, rejected],
  );
  const faces = useFaces(people, visible);
  const chosen = people?.filter(({ id }) => place.people.includes(id)) ?? [];
  const names = chosen.map(({ name }) => name).join(", ");
  const title = gridTitle(names, rejected);
  const unknown = useUnknownPeople(people, place);
  const live = channel?.state === "running" && channel.live;
  useTitle(
    place.clip === null && place.play === undefined ? pageTitle(names || (live ? `● ${channel.name}` : "")) : undefined,
  );
  const showEdited = () => {
    refreshPeople();
    clips.reveal();
  };
  const online = useOnline(() => {
    refreshChannels();
    refreshRecordings();
    refreshPeople();
    clips.refresh();
  });

  // Only editors are told in detail why a recording failed.
  useEffect(() => {
    if (mayEdit) refreshRecordings();
  }, [mayEdit]);

  // A recording that was just indexed may have new clips, and these change the counts of people.
  useEffect(() => {
    if (progress.done > 0) clips.refresh();
  }, [progress.done]);
  const newest = clips.shown?.[0]?.id;
  useEffect(() => {
    if (newest !== undefined) refreshPeople();
  }, [newest]);

  const close = () => {
    if (isWithin(history.state)) history.back();
    else go({ ...place, clip: null, play: undefined, operate: undefined }, "replace");
  };

  return (
    <>
      <Header>
        <ChannelSwitch channels={channels ?? []} current={channel?.id} place={place} />
      </Header>
      <main>
        <h1 class="visually-hidden">Spotlight</h1>
        <div class="stage">
          <LiveStage
            key={channel?.id ?? ""}
            channel={channel}
            firstPicture={firstPictureOf(recordings ?? [], channel)}
            unreachable={error !== undefined}
            quiet={place.clip !== null || place.play !== undefined}
            onChanged={refreshChannels}
          />
          <PeopleList
            people={people}
            faces={faces}
            place={place}
            onAdd={() => setOverlay({ kind: "person" })}
            onManage={() => setOverlay({ kind: "watch-list" })}
          />
          <div class="tape-place">
            {recordings !== undefined && channel !== undefined && (
              <Tape
                recordings={recordings}
                clips={(visible ?? []).filter(
                  (clip) => clip.broadcast === channel.broadcast && clip.channel === channel.id,
                )}
                people={chosen.length > 0 ? chosen : (people ?? [])}
                live={channel.live}
                place={place}
                onChanged={refreshRecordings}
              />
            )}
          </div>
        </div>
        <LostPlace
          place={place}
          people={unknown}
          channel={
            place.channel === null || channel === undefined || channel.id === place.channel ? undefined : place.channel
          }
        />
        <ClipGrid
          clips={clips}
          shown={visible}
          title={title}
          actions={
            <>
              {!rejected && (visible?.length ?? 0) > 1 && <PlayAllLink place={place} />}
              {mayEdit && !rejected && (visible?.length ?? 0) > 1 && <DownloadAll filter={reelFilter} />}
              {!rejected && chosen.length > 0 && (visible?.length ?? 0) > 0 && (
                <ShareLink key={names} address={addressOf({ ...place, clip: null, play: undefined })} title={title} />
              )}
              {mayEdit && <RejectedLink place={place} />}
            </>
          }
          place={place}
          grid={grid}
          named={chosen.length !== 1}
          empty={
            unknown.length === 0 && (
              <EmptyClips
                people={chosen.length > 0 ? chosen : people}
                channel={channel}
                rejected={rejected}
                searching={progress.working > 0}
                onAdd={(person) => setOverlay({ kind: "person", person })}
              />
            )
          }
        />
      </main>
      <Notices problem={channels === undefined ? undefined : problemOf(online, error, clips.problem)} />
      {place.clip !== null && (
        <MomentDialog
          id={place.clip}
          list={visible ?? []}
          onOpen={(id) => go({ ...place, clip: id }, "replace")}
          onClose={close}
          onChanged={showEdited}
        />
      )}
      {place.clip === null && place.play !== undefined && people !== undefined && channels !== undefined && (
        <ReelDialog title={title} filter={reelFilter} place={place} onClose={close} />
      )}
      {place.clip === null && overlay === undefined && (
        <UndoNotice next={() => document.querySelector<HTMLElement>("#clips-title")} />
      )}
      {place.operate !== undefined && mayEdit && channel !== undefined && (
        <RecordingsDialog
          channel={channel}
          firstPicture={firstPictureOf(recordings ?? [], channel)}
          onChanged={refreshRecordings}
          onClose={close}
        />
      )}
      {overlay?.kind === "watch-list" && mayEdit && (
        <WatchListDialog
          people={people ?? []}
          faces={faces}
          onPhotos={(person) => setOverlay({ kind: "person", person })}
          onChanged={showEdited}
          onClose={() => setOverlay(undefined)}
        />
      )}
      {overlay?.kind === "person" && mayEdit && (
        <PersonDialog
          key={overlay.person?.id ?? ""}
          person={overlay.person}
          onChanged={showEdited}
          onClose={() => setOverlay(undefined)}
        />
      )}
    </>
  );
}

function pageTitle(about: string): string {
  return about === "" ? "Spotlight" : `${about} · Spotlight`;
}

function gridTitle(names: string, rejected: boolean): string {
  const { title, titleOf, rejectedTitle, rejectedTitleOf } = messages.clips;
  if (names === "") return rejected ? rejectedTitle : title;
  return rejected ? rejectedTitleOf(names) : titleOf(names);
}

/** What keeps the page from being up to date, most fundamental first. */
function problemOf(online: boolean, error: unknown, problem: unknown): string | undefined {
  if (!online) return messages.offline;
  const latest = error ?? problem;
  return latest === undefined ? undefined : sentenceOf(latest);
}

/** Whether the current history entry was made within the page, so that going back stays on it. */
function isWithin(state: unknown): boolean {
  return typeof state === "object" && state !== null && "within" in state;
}
