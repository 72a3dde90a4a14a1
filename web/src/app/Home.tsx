import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../api/problem.ts";
import type { Person } from "../api/types.ts";
import { messages } from "../messages/index.ts";
import { BroadcastButton } from "../features/broadcasts/BroadcastButton.tsx";
import { BroadcastsDialog, ChosenBroadcast } from "../features/broadcasts/lazy.ts";
import { useFirstPictures } from "../features/broadcasts/use-first-pictures.ts";
import { useBroadcast } from "../features/broadcasts/use-broadcast.ts";
import { ClipGrid } from "../features/clips/ClipGrid.tsx";
import { EmptyClips } from "../features/clips/EmptyClips.tsx";
import { LostPlace } from "../features/clips/lazy.ts";
import { OrderLink } from "../features/clips/OrderLink.tsx";
import { PlayAllLink } from "../features/clips/PlayAllLink.tsx";
import { RejectedLink } from "../features/clips/RejectedLink.tsx";
import { holdsStill } from "../features/clips/holds-still.ts";
import { useClips } from "../features/clips/use-clips.ts";
import { ChannelSwitch } from "../features/live/ChannelSwitch.tsx";
import { LiveStage } from "../features/live/LiveStage.tsx";
import { firstPictureOf } from "../features/live/first-picture.ts";
import { useChannels } from "../features/live/use-channels.ts";
import { MomentStage, ReelStage } from "../features/moment/lazy.ts";
import { DownloadAll, PersonDialog, RecordingsDialog, WatchListDialog } from "../features/operate/lazy.ts";
import { PeopleList } from "../features/people/PeopleList.tsx";
import { useFaces } from "../features/people/use-faces.ts";
import { usePeople } from "../features/people/use-people.ts";
import { useUnknownPeople } from "../features/people/use-unknown-people.ts";
import { createPlayhead } from "../features/player/playhead.ts";
import { laneCount } from "../features/tape/lanes.ts";
import { progressOf } from "../features/tape/layout.ts";
import { Tape } from "../features/tape/lazy.ts";
import { Header } from "./Header.tsx";
import { Notices } from "./Notices.tsx";
import { matchTimeOf } from "../shared/match-time.ts";
import { addressOf, go, leaveFor, usePlace } from "../shared/location.ts";
import { useCaller, useServices } from "../shared/services.ts";
import { ShareLink } from "../shared/ShareLink.tsx";
import { UndoNotice } from "../shared/UndoNotice.tsx";
import { dayAndTime, listText } from "../shared/format.ts";
import { useTitle } from "../shared/use-title.ts";
import { useOnline } from "../shared/use-online.ts";

const ACTIVE_MS = 4_000;
const IDLE_MS = 30_000;

type Overlay =
  | { kind: "watch-list" }
  | { kind: "broadcasts" }
  | { kind: "person"; person?: Person | undefined; photos?: readonly File[] | undefined };

/** Live on top, the watch list beside it, the moments below. */
export function Home() {
  const { role, mayEdit } = useCaller();
  const { changes } = useServices();
  const place = usePlace();
  const grid = useRef<HTMLElement>(null);
  const playhead = useMemo(createPlayhead, []);
  const [overlay, setOverlay] = useState<Overlay>();
  const { channels, error, refresh: refreshChannels } = useChannels();
  const channel = channels?.find(({ id }) => id === place.channel) ?? channels?.[0];
  const broadcast = useBroadcast(place, channel);
  const { name: chosenBroadcast, recordings, refresh: refreshRecordings } = broadcast;
  const progress = progressOf(recordings ?? []);
  const active = channel?.state === "running" || progress.working > 0;
  const { people, refresh: refreshPeople } = usePeople(broadcast.id);
  const several = (channels?.length ?? 0) > 1;
  const rejected = mayEdit && place.review === "rejected";
  const filter = {
    people: place.people,
    channel: several ? channel?.id : undefined,
    broadcast: chosenBroadcast,
    review: rejected ? place.review : undefined,
    order: place.order,
    // Who signs in gets another list, with what was rejected.
    role,
  };
  const reelFilter = { person: place.people, channel: filter.channel, broadcast: chosenBroadcast };
  const hold = () => holdsStill(grid.current);
  const clips = useClips(filter, channels !== undefined || error !== undefined, hold, active ? ACTIVE_MS : IDLE_MS);
  // Editors get rejected clips, too, but see them only where they ask for them.
  const visible = useMemo(
    () => clips.shown?.filter(({ review }) => (review === "rejected") === rejected),
    [clips.shown, rejected],
  );
  const newestFirst = (place.order === "asc" ? visible?.toReversed() : visible) ?? [];
  const faces = useFaces(people, visible);
  const chosen = people?.filter(({ id }) => place.people.includes(id)) ?? [];
  const names = listText(chosen.map(({ name }) => name));
  const day = chosenBroadcast === undefined ? "" : dayAndTime(broadcast.since);
  const title = gridTitle(names, rejected);
  const fullTitle = joined(title, day);
  const unknown = useUnknownPeople(people, place);
  const lostChannel =
    place.channel === null || channel === undefined || channel.id === place.channel ? undefined : place.channel;
  const live = channel?.state === "running" && channel.live;
  const playing = place.clip !== null ? "moment" : place.play !== undefined ? "reel" : undefined;
  const firstPicture = firstPictureOf(broadcast.newest ?? [], channel);
  const firstPictures = useFirstPictures(channel, clips.latest);
  const matchTime = matchTimeOf(
    [firstPicture, broadcast.isPast ? broadcast.since : undefined, ...firstPictures].filter(
      (time) => time !== undefined,
    ),
  );
  useTitle(
    playing === undefined ? joined(joined(names, day) || (live ? `● ${channel.name}` : ""), "Spotlight") : undefined,
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

  // A recording that was just indexed may have new clips, and these change the counts of people. The stream tells both.
  useEffect(() => {
    if (progress.done > 0 && !changes.isOpen()) clips.refresh();
  }, [progress.done]);
  const newest = (place.order === "asc" ? clips.shown?.at(-1) : clips.shown?.[0])?.id;
  useEffect(() => {
    if (newest !== undefined && !changes.isOpen()) refreshPeople();
  }, [newest]);

  const lanes = chosen.length > 0 ? chosen : (people ?? []);

  const close = () => leaveFor({ ...place, clip: null, play: undefined, at: undefined, operate: undefined });

  return (
    <>
      <Header end={<BroadcastButton day={day} onOpen={() => setOverlay({ kind: "broadcasts" })} />}>
        <ChannelSwitch channels={channels ?? []} current={channel?.id} place={place} />
      </Header>
      <main>
        <h1 class="visually-hidden">Spotlight</h1>
        {chosenBroadcast !== undefined && (
          <div class="chosen-place">
            {channel !== undefined && (
              <ChosenBroadcast since={broadcast.since} isPast={broadcast.isPast} live={channel.live} place={place} />
            )}
          </div>
        )}
        <div class={`stage ${playing === undefined ? "" : "is-playing"}`}>
          <LiveStage
            key={channel?.id ?? ""}
            channel={channel}
            firstPicture={firstPicture}
            unreachable={error !== undefined}
            quiet={playing !== undefined}
            playhead={playhead}
            recordings={broadcast.newest ?? []}
            at={place.at === undefined ? undefined : Date.parse(place.at)}
            onChanged={refreshChannels}
            onFollowed={showEdited}
          />
          {playing === "moment" && (
            <MomentStage
              id={place.clip ?? ""}
              list={newestFirst}
              matchTime={matchTime}
              playhead={playhead}
              onOpen={(id) => go({ ...place, clip: id }, "replace")}
              onClose={close}
              onChanged={showEdited}
            />
          )}
          {playing === "reel" && people !== undefined && channels !== undefined && (
            <ReelStage
              title={fullTitle}
              filter={reelFilter}
              place={place}
              matchTime={matchTime}
              playhead={playhead}
              onClose={close}
            />
          )}
          <PeopleList
            people={people}
            faces={faces}
            place={place}
            onAdd={(person, photos) => setOverlay({ kind: "person", person, photos })}
            onManage={() => setOverlay({ kind: "watch-list" })}
          />
          <div class="tape-place" style={{ "--lanes": laneCount(lanes) }}>
            {recordings !== undefined && channel !== undefined && (
              <Tape
                channel={channel.id}
                broadcast={chosenBroadcast ?? channel.broadcast}
                recordings={recordings}
                clips={clips.latest.filter(
                  (clip) => clip.broadcast === (chosenBroadcast ?? channel.broadcast) && clip.channel === channel.id,
                )}
                complete={clips.complete && !rejected}
                people={lanes}
                live={channel.live && !broadcast.isPast}
                isPast={broadcast.isPast}
                place={place}
                playhead={playhead}
                startoverSeconds={channel.playback.startoverSeconds}
                onSeek={(timeMs) => {
                  if (playing !== undefined) close();
                  playhead.player?.seekTo(timeMs);
                }}
                onChanged={refreshRecordings}
              />
            )}
          </div>
        </div>
        {(unknown.length > 0 || lostChannel !== undefined || broadcast.isLost) && (
          <LostPlace place={place} people={unknown} channel={lostChannel} isBroadcastLost={broadcast.isLost} />
        )}
        <ClipGrid
          clips={clips}
          shown={visible}
          title={title}
          actions={
            <>
              {day !== "" && <p>{day}</p>}
              {!rejected && (visible?.length ?? 0) > 1 && <PlayAllLink place={place} />}
              {mayEdit && !rejected && (visible?.length ?? 0) > 1 && <DownloadAll filter={reelFilter} />}
              {!rejected && fullTitle !== messages.clips.title && (visible?.length ?? 0) > 0 && (
                <ShareLink
                  key={fullTitle}
                  address={addressOf({ ...place, clip: null, play: undefined })}
                  title={fullTitle}
                />
              )}
              {(visible?.length ?? 0) > 1 && <OrderLink place={place} />}
              {mayEdit && <RejectedLink place={place} />}
            </>
          }
          place={place}
          matchTime={matchTime}
          grid={grid}
          named={chosen.length !== 1}
          empty={
            unknown.length === 0 &&
            (broadcast.isPast ? (
              messages.broadcasts.noMoments
            ) : (
              <EmptyClips
                people={chosen.length > 0 ? chosen : people}
                channel={channel}
                rejected={rejected}
                searching={progress.working > 0}
                onAdd={(person) => setOverlay({ kind: "person", person })}
              />
            ))
          }
        />
      </main>
      <Notices problem={channels === undefined ? undefined : problemOf(online, error, clips.problem)} />
      {place.clip === null && overlay === undefined && (
        <UndoNotice next={() => document.querySelector<HTMLElement>("#clips-title")} />
      )}
      {place.operate !== undefined && mayEdit && channel !== undefined && (
        <RecordingsDialog channel={channel} firstPicture={firstPicture} onChanged={refreshRecordings} onClose={close} />
      )}
      {overlay?.kind === "broadcasts" && channel !== undefined && (
        <BroadcastsDialog channel={channel} place={place} onClose={() => setOverlay(undefined)} />
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
          photos={overlay.photos}
          onChanged={showEdited}
          onClose={() => setOverlay(undefined)}
        />
      )}
    </>
  );
}

function joined(...parts: readonly string[]): string {
  return parts.filter(Boolean).join(" · ");
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
