import { Type } from "typebox";
import { BoxSchema, PersonId, WallClock } from "./common.ts";
import { nullable, reference } from "./reference.ts";

/** Where in a recording. */
export const FrameTimeSchema = Type.Object(
  {
    atMs: Type.Integer({
      minimum: 0,
      maximum: 86_400_000,
      description:
        "From the recording's start. The captured frame nearest to it is taken: there is one every 2 seconds.",
    }),
  },
  { additionalProperties: false },
);

/** Where in a clip. */
export const ClipTimeSchema = Type.Object(
  {
    atMs: Type.Integer({
      minimum: 0,
      maximum: 86_400_000,
      description: "From the clip's start. The captured frame nearest to it is taken, of the clip itself if possible.",
    }),
  },
  { additionalProperties: false },
);

/** A captured frame and its faces. */
export const FrameSchema = Type.Object(
  {
    recording: Type.String({ examples: ["main.20261122T180000.000012"] }),
    atMs: Type.Integer({ minimum: 0, description: "When the frame is, from the recording's start." }),
    at: nullable(WallClock("UTC."), "The same as wall-clock time; null if the recording's is not known."),
    picture: Type.String({ description: "The frame itself, a JPEG: the boxes are fractions of it." }),
    faces: Type.Array(
      Type.Object(
        {
          box: reference(BoxSchema),
          person: nullable(
            Type.Object({ id: PersonId, name: Type.String() }, { additionalProperties: false }),
            "Who of the watch list it is, if recognised. Known for seven days after the recording was searched.",
          ),
          token: Type.String({
            description: "Takes this face as a reference photo: `POST /people/ID/photos?face=TOKEN`.",
            examples: ["main.20261122T180000.000012~4000~0.41,0.12,0.14,0.25"],
          }),
        },
        { additionalProperties: false },
      ),
      { description: "Largest first." },
    ),
  },
  { $id: "Frame", additionalProperties: false, description: "A captured frame of a recording, and the faces in it." },
);
