import { Type } from "typebox";

/** A UTC wall-clock time with milliseconds. */
export const WallClock = (description: string) =>
  Type.String({ format: "date-time", description, examples: ["2026-11-22T18:01:30.500Z"] });

export const ChannelId = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,31}$",
  description: "A channel's id.",
  examples: ["main"],
});

export const BroadcastName = Type.String({
  pattern: "^\\d{8}T\\d{6}$",
  description: "A broadcast: its UTC start.",
  examples: ["20261122T180000"],
});

export const PersonId = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,63}$",
  description: "A person's id.",
  examples: ["son-heung-min"],
});

export const EventId = Type.String({
  pattern: "^_?[a-z0-9][a-z0-9-]{0,63}$",
  description: "An event's id, as in `/events`; the underscore may be left out.",
  examples: ["goal"],
});

/** The order of a list. */
export const Order = Type.Enum(["asc", "desc"], {
  type: "string",
  default: "desc",
  description: "Oldest or newest first.",
});

/** Default number of items on a page. */
export const defaultLimit = 24;

/** A page's size. */
export const Limit = Type.Integer({
  minimum: 1,
  maximum: 100,
  default: defaultLimit,
  description: "Maximum number of items to return.",
});

/** Where a list continues. */
export const Cursor = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: "The `nextCursor` of the previous response. Valid only with the same filters.",
});

/** The member of a list's response that leads to the next page. */
export const nextCursor = Type.Unsafe<string | null>({
  anyOf: [{ type: "string" }, { type: "null" }],
  description: "Cursor of the next page; null on the last page.",
});

/** The id in the path. An unknown id of any form is a 404. */
export const IdParams = Type.Object({ id: Type.String({ description: "The id." }) });

/** Accepts no query parameters. */
export const NoQuery = Type.Object({}, { additionalProperties: false });

/** A rectangle as fractions of the picture's width and height. */
export const BoxSchema = Type.Object(
  {
    left: Type.Number({ description: "Of the width, from the left." }),
    top: Type.Number({ description: "Of the height, from the top." }),
    width: Type.Number({ description: "Of the width." }),
    height: Type.Number({ description: "Of the height." }),
  },
  {
    $id: "Box",
    additionalProperties: false,
    description: "A rectangle as fractions (0–1) of the picture's width and height.",
    examples: [{ left: 0.41, top: 0.12, width: 0.14, height: 0.25 }],
  },
);
