import type { Channel, Recording } from "../../api/types.ts";
import { broadcastStart } from "../../shared/broadcast.ts";
import type { Place } from "../../shared/location.ts";
import { firstPictureOf } from "../live/first-picture.ts";
import { useRecordings } from "../tape/use-recordings.ts";

/** Which broadcast is shown. */
export interface ShownBroadcast {
  /** The one that was chosen; undefined if all are shown, or the link leads to none. */
  name: string | undefined;
  /** Its id; null until the channel is known. */
  id: string | null | undefined;
  /** When it began to show something, in milliseconds since the epoch. */
  since: number;
  /** Whether it is another one than the channel's newest, whose picture and state are in the stage. */
  isPast: boolean;
  /** Whether the link leads to a broadcast that isn't there. */
  isLost: boolean;
  /** The recordings of the channel's newest broadcast. */
  newest: readonly Recording[] | undefined;
  /** Those of the chosen broadcast, or else of the newest. */
  recordings: readonly Recording[] | undefined;
  refresh: () => void;
}

/** Follows the recordings of the broadcast in the address, and of the channel's newest. */
export function useBroadcast({ broadcast: asked }: Place, channel: Channel | undefined): ShownBroadcast {
  const began = broadcastStart(asked ?? "");
  const isOther = asked !== null && asked !== channel?.broadcast;
  const newest = useRecordings(channel);
  const other = useRecordings(isOther && began > 0 ? channel && { ...channel, broadcast: asked } : undefined);
  const isLost = isOther && !(began > 0 && other.recordings?.length !== 0);
  const isPast = isOther && !isLost && channel !== undefined;
  const name = isLost ? undefined : (asked ?? undefined);
  const { recordings } = isPast ? other : newest;
  return {
    name,
    id: name && (channel === undefined ? null : `${channel.id}.${name}`),
    since: firstPictureOf(recordings ?? [], channel, began) ?? began,
    isPast,
    isLost,
    newest: newest.recordings,
    recordings,
    refresh: () => {
      newest.refresh();
      other.refresh();
    },
  };
}
