import type { Recording } from "../../api/types.ts";

/** Which recordings are listed. */
export const FILTER_NAMES = ["all", "working", "failed", "indexed"] as const;

export type RecordingFilterName = (typeof FILTER_NAMES)[number];

/** The states of each filter's recordings; none means any. */
export const RECORDING_FILTERS: Readonly<Record<RecordingFilterName, readonly Recording["state"][] | undefined>> = {
  all: undefined,
  working: ["archived", "converting", "analysing"],
  failed: ["failed"],
  indexed: ["indexed"],
};

/** The number of a recording within its broadcast, which its id ends with. */
export function numberOf({ id }: Pick<Recording, "id">): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
