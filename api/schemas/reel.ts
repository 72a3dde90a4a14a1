import { Type } from "typebox";
import { SubjectSchema } from "./clip.ts";
import { WallClock } from "./common.ts";
import { reference } from "./reference.ts";

const At = (description: string) => Type.Integer({ minimum: 0, description });

/** A reel: which moments its playlist has, and where. */
export const ReelSchema = Type.Object(
  {
    playlist: Type.String({ description: "Path of the HLS playlist: `reel.m3u8` with the same filter." }),
    durationMs: At("Of the playlist, which has whole segments."),
    momentsMs: At("Of all moments together."),
    moments: Type.Array(
      Type.Object(
        {
          clip: Type.String({ description: "The clip's id." }),
          subject: reference(SubjectSchema),
          start: WallClock("The moment's in point, UTC."),
          durationMs: At("Of the moment."),
          poster: Type.String({ description: "Path of its picture." }),
          inMs: At("Where the moment begins in the playlist."),
          outMs: At("Where it ends in the playlist. Seek from here to the next `inMs` to play only the moments."),
        },
        { additionalProperties: false },
      ),
      { description: "In the order of the playlist: oldest first." },
    ),
  },
  { $id: "Reel", additionalProperties: false, description: "Several moments, one after the other." },
);
