import { ADA, SON, channel, clip, liveChannel, person, recording } from "./fixtures.ts";
import type { World } from "./site.ts";

const LONG_NAME = "Maria-Magdalena von und zu Hohenlohe-Langenburg";

/** What the page may have to show, from nothing to a lot of it. */
export const worlds = {
  empty: { channels: [channel()] },
  waiting: {
    channels: [channel({ state: "running" })],
    people: [person("long", LONG_NAME, { photos: 0 })],
    demo: true,
  },
  failed: { channels: [channel({ state: "failed" })], people: [SON], clips: [clip(SON, 20)] },
  live: {
    channels: [liveChannel(), channel({ id: "second", name: "The other training ground" })],
    people: [SON, ADA, person("long", LONG_NAME)],
    clips: Array.from({ length: 8 }, (_, index) => clip(index % 2 === 0 ? SON : ADA, 80 - index * 9)),
    recordings: [recording(0), recording(1, { state: "failed" }), recording(2, { state: "analysing" })],
  },
} satisfies Record<string, Partial<World>>;
