import { useCaller, useServices } from "../../shared/services.ts";
import { SAFETY_NET_MS } from "../../shared/poller.ts";
import { usePolled } from "../../shared/use-polled.ts";
import type { Channel } from "../../api/types.ts";
import { pollDelayMs } from "./stage.ts";

/** The stream doesn't tell why an encoder was refused, which its owner waits for here. */
const ALERTS_MS = 10_000;
/** Nor that a channel that is live is not recorded. */
const ALERTS_WHILE_LIVE_MS = 30_000;

function editorsDelay(channels: readonly Channel[] = []): number {
  const running = channels.filter(({ state }) => state === "running");
  if (running.some(({ live }) => !live)) return ALERTS_MS;
  return running.length > 0 ? ALERTS_WHILE_LIVE_MS : SAFETY_NET_MS;
}

/** The channels, kept fresh. Signing in or out reloads them, since only editors get the stream keys. */
export function useChannels(): {
  channels: readonly Channel[] | undefined;
  error: unknown;
  refresh: () => void;
} {
  const { api } = useServices();
  const { role } = useCaller();
  const { value, error, refresh } = usePolled(
    role,
    (signal) => api.channels(signal),
    (page) => pollDelayMs(page?.items),
    {
      concerns: ({ type }) => type === "channel.changed",
      delayMs: (page) => (role === "editor" ? editorsDelay(page?.items) : SAFETY_NET_MS),
    },
  );
  return { channels: value?.items, error, refresh };
}
