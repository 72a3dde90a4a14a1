import { Type } from "typebox";
import { reference } from "./reference.ts";

/** An event of the match, by which clips can be filtered. */
export const EventSchema = Type.Object(
  {
    id: Type.String({ description: "Of the clips' subject, and for the filter `event`.", examples: ["_goal"] }),
    name: Type.String({ description: "As it was first written.", examples: ["Goal"] }),
    clips: Type.Integer({ minimum: 1, description: "Number of clips, without rejected ones." }),
  },
  {
    $id: "Event",
    additionalProperties: false,
    description: "An event of the match that there are clips of.",
    examples: [{ id: "_goal", name: "Goal", clips: 3 }],
  },
);

/** All events that there are clips of. */
export const EventListSchema = Type.Object(
  { items: Type.Array(reference(EventSchema)) },
  { $id: "EventList", additionalProperties: false },
);
