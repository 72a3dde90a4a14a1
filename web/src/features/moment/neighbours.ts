import type { Clip } from "../../api/types.ts";

/** The ids of the clips before and after one in a list that is newest first. The clip itself may not be listed. */
export function neighboursOf(
  clip: Clip | undefined,
  list: readonly Clip[],
): { newer: string | undefined; older: string | undefined } {
  if (clip === undefined) return { newer: undefined, older: undefined };
  const index = list.findIndex(({ id }) => id === clip.id);
  if (index !== -1) return { newer: list[index - 1]?.id, older: list[index + 1]?.id };
  return {
    newer: list.findLast(({ start }) => start >= clip.start)?.id,
    older: list.find(({ start }) => start < clip.start)?.id,
  };
}
