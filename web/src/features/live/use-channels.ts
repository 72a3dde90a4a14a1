import { useCaller, useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import type { Channel } from "../../api/types.ts";
import { pollDelayMs } from "./stage.ts";

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
  );
  return { channels: value?.items, error, refresh };
}
