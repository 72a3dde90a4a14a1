import type { Static } from "typebox";
import type { ClipSchema } from "../../../api/schemas/clip.ts";
import type { ChannelSchema } from "../../../api/schemas/channel.ts";
import type { BoxSchema } from "../../../api/schemas/common.ts";
import type { PersonSchema, PhotoSchema } from "../../../api/schemas/person.ts";
import type { RecordingSchema } from "../../../api/schemas/recording.ts";

// The API's schemas are the single source; only their types are imported, no code.

/** A live channel. Only editors get `ingest`. */
export type Channel = Static<typeof ChannelSchema>;

/** Someone on the watch list. */
export type Person = Static<typeof PersonSchema>;

/** A face's place in the frame, as fractions of its width and height. */
export type Box = Static<typeof BoxSchema>;

/** One moment of one subject in a broadcast. */
export type Clip = Static<typeof ClipSchema>;

/** An editor's decision about a clip. */
export type Review = Clip["review"];

/** One archived piece of a broadcast on its way to clips. */
export type Recording = Static<typeof RecordingSchema>;

/** A reference photo that was accepted. */
export type Photo = Static<typeof PhotoSchema>;

/** One page of a listing; `nextCursor` leads to the next. Channels and people come as one page, without it. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}
