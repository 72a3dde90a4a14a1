import type { Channel } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";

/** Chooses between channels; not shown for a single one. */
export function ChannelSwitch({
  channels,
  current,
  place,
}: {
  channels: readonly Channel[];
  current: string | undefined;
  place: Place;
}) {
  if (channels.length < 2) return null;
  return (
    <nav class="channel-switch" aria-label={messages.header.channels}>
      {channels.map((channel) => {
        const there: Place = { ...place, channel: channel.id, broadcast: null, clip: null };
        return (
          <a
            key={channel.id}
            href={addressOf(there)}
            aria-current={channel.id === current ? "page" : undefined}
            onClick={(event) => follow(event, there)}
          >
            {channel.live && <i class="on-air" aria-label={messages.live} role="img" />}
            {channel.name}
          </a>
        );
      })}
    </nav>
  );
}
