import type { Clip, LookAlikeList, Person } from "../../../client/types.gen.ts";

// Types of the API's typed client. Its code stays out: it would be 4 of the 30 KB that a first visit may load.
export type {
  Box,
  Broadcast,
  Channel,
  Clip,
  Event,
  Export,
  Forgotten,
  Frame,
  Mark,
  Person,
  Photo,
  Recording,
  Reel,
  StreamMessage,
} from "../../../client/types.gen.ts";

/** An editor's decision about a clip. */
export type Review = Clip["review"];

/** One page of a listing; `nextCursor` leads to the next. Channels and people come as one page, without it. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

/** A person as the API's problems name them. */
export type Named = Pick<Person, "id" | "name">;

/** Someone whose face is hard to tell from a person's. */
export type LookAlike = LookAlikeList["items"][number];
