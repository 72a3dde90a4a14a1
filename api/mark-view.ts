import type { Static } from "typebox";
import type { Marked } from "../catalogue/index.ts";
import { markId } from "../domain/ids.ts";
import { markRange } from "../domain/marks.ts";
import { clipView } from "./clip-view.ts";
import type { MarkSchema } from "./schemas/mark.ts";

/** A mark as the API returns it. */
export function markView({ mark, clips }: Marked): Static<typeof MarkSchema> {
  const { startMs, endMs } = markRange(mark);
  return {
    id: markId(mark),
    channel: mark.channel,
    subject: { kind: "event", id: mark.subject, name: mark.label },
    at: new Date(mark.atMs).toISOString(),
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    clips: clips.map(clipView),
  };
}
