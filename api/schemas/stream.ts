import { Type } from "typebox";
import { changeTypes } from "../../domain/changes.ts";
import { ChannelId, BroadcastName, WallClock } from "./common.ts";

const Id = (description: string) => Type.Optional(Type.String({ description }));
const MessageId = Type.String({
  format: "uuid",
  description: "Tells the order. Send the last one as `after` when you connect again.",
  examples: ["019a9c1e-5b2e-7cc3-98c4-dc0c0c07398f"],
});

/** A change, as clients of the stream get it. */
const ChangeMessageSchema = Type.Object(
  {
    type: Type.Enum([...changeTypes], { type: "string", description: "What changed." }),
    id: MessageId,
    at: WallClock("When it was written."),
    clip: Id("The clip's id."),
    subject: Type.Optional(
      Type.Object(
        { kind: Type.Enum(["person", "event"], { type: "string" }), id: Type.String() },
        { additionalProperties: false, description: "Whom or what it is about." },
      ),
    ),
    channel: Type.Optional(ChannelId),
    broadcast: Type.Optional(BroadcastName),
    recording: Id("The recording's id."),
    export: Id("The export's id."),
    state: Id("Of the channel, recording or export, as its own call names it; `deleted` for a recording that is gone."),
  },
  { additionalProperties: false, description: "Something changed. Its own call tells the rest." },
);

/** Tells a client to start over. */
const ResetMessageSchema = Type.Object(
  { type: Type.Enum(["reset"], { type: "string" }), id: MessageId },
  { additionalProperties: false, description: "What you know is too old to go on from: fetch everything again." },
);

/** What comes over the stream, each message a JSON text. */
export const StreamMessageSchema = Type.Unsafe({
  $id: "StreamMessage",
  description: "A message of the stream.",
  anyOf: [ChangeMessageSchema, ResetMessageSchema],
});
