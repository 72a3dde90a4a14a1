import fc from "fast-check";
import type { RecordingName } from "../../domain/ids.ts";

const two = (max: number, min = 0): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, "0"));

/** Any channel, broadcast and recording number. */
export const recordingNames: fc.Arbitrary<RecordingName> = fc.record(
  {
    channel: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
    broadcast: fc
      .tuple(two(12, 1), two(28, 1), two(23), two(59), two(59))
      .map(([month, day, h, m, s]) => `2026${month}${day}T${h}${m}${s}`),
    number: fc.integer({ min: 0, max: 999_999 }),
  },
  { noNullPrototype: true },
);
