import { useEffect, useState } from "preact/hooks";
import type { Channel, Clip } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";

/** The API reads each of them: no more than a list usually needs. */
const PAGE = 10;

/**
 * When the channel's broadcasts began to show something, from the newest back to those of these clips, in milliseconds
 * since the epoch. Asked for only if some clip is of an earlier one.
 */
export function useFirstPictures(channel: Channel | undefined, clips: readonly Clip[]): readonly number[] {
  const { api } = useServices();
  const [firsts, setFirsts] = useState<readonly number[]>([]);
  const of = channel?.id ?? "";
  const earlier = clips.filter((clip) => clip.channel === of && clip.broadcast !== channel?.broadcast);
  const earliest = earlier.reduce<string | undefined>(
    (first, { broadcast }) => (first === undefined || broadcast < first ? broadcast : first),
    undefined,
  );

  useEffect(() => {
    if (earliest === undefined) return;
    const controller = new AbortController();
    const load = async () => {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await api.broadcasts({ channel: of, limit: PAGE, cursor }, controller.signal);
        for (const { start } of page.items) if (start !== null) found.push(Date.parse(start));
        const reached = page.items.some(({ broadcast }) => broadcast <= earliest);
        cursor = reached ? undefined : (page.nextCursor ?? undefined);
      } while (cursor !== undefined);
      setFirsts(found);
    };
    // Without an answer, times are told by the clock.
    load().catch(() => undefined);
    return () => controller.abort();
  }, [of, earliest]);

  return firsts;
}
