import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import { eventId, parseMarkId } from "../../domain/ids.ts";
import { markDefaults, markRange, type Mark } from "../../domain/marks.ts";
import { personName } from "../../domain/person-name.ts";
import { utc } from "../clip-query.ts";
import type { ChannelConfig } from "../config.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { markView } from "../mark-view.ts";
import { ApiProblem } from "../problems.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { MarkFilterSchema, MarkListSchema, MarkSchema, NewMarkSchema } from "../schemas/mark.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { undoable, undoIdHeader, withUndoId } from "../schemas/undo.ts";

/** How far a mark may lie in the future: the clocks of its editor and of the API differ. */
const clocksApartMs = 10_000;

/** The shortest clip, in milliseconds. */
const clipAtLeastMs = 1000;

/** `/channels/ID/marks` and `DELETE /marks/ID`: events that editors mark. */
export const markRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { channels, marks }, config, liveChannels, now },
) => {
  const find = (id: string): ChannelConfig => {
    const channel = config.channels.find((one) => one.id === id);
    if (channel === undefined) throw new ApiProblem("channel-not-found", `Channel "${id}" does not exist.`);
    return channel;
  };

  /** Whether the channel records now, and did so at the end of the mark's range. */
  async function isRecording(channel: ChannelConfig, mark: Mark): Promise<boolean> {
    const noted = await channels.get(channel.id);
    const state = (await (await liveChannels()).state(channel)) ?? noted.state;
    const began = noted.startedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(noted.startedAt);
    return (state === "running" || state === "stopping") && noted.hadInput && began < markRange(mark).endMs;
  }

  app.post(
    "/channels/:id/marks",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "createMark",
        summary: "Mark an event of the match, which makes a clip of it",
        description:
          "The clip is exactly the marked time, as far as it was recorded. It is there at once if the recordings of " +
          "the time are converted, and otherwise as soon as the first one is. The same label within five seconds is " +
          "the same mark, so that a double click, or two editors, make one.",
        tags: ["channels"],
        params: IdParams,
        querystring: NoQuery,
        body: NewMarkSchema,
        response: {
          200: reference(MarkSchema, "The mark, which was there already."),
          201: reference(MarkSchema, "The new mark."),
          ...problemResponses(
            "unauthorized",
            "channel-not-found",
            "outside-broadcast",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const channel = find(id);
      const mark = readMark(id, body, now());
      const isSoon = mark.atMs <= now() + clocksApartMs;
      if (!isSoon || !((await isRecording(channel, mark)) || (await marks.hasRecorded(id, markRange(mark)))))
        throw new ApiProblem(
          "outside-broadcast",
          `Channel "${id}" had no broadcast at ${new Date(mark.atMs).toISOString()}. ` +
            "Mark a time since a stream began, or send the time of what you saw as `at`.",
        );
      const made = await marks.add(mark);
      return reply.code(made.isNew ? 201 : 200).send(markView(made));
    },
  );

  app.get(
    "/channels/:id/marks",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "listMarks",
        summary: "List the marks of a channel, latest first, also those whose clip is still to come",
        description: "Only editors see marks whose clip was rejected.",
        tags: ["channels"],
        params: IdParams,
        querystring: MarkFilterSchema,
        response: {
          200: reference(MarkListSchema, "A page of marks."),
          ...problemResponses("channel-not-found", "cursor-mismatch"),
        },
      },
    },
    async (request) => {
      const { id: channel } = find(request.params.id);
      const { event, from, to, order, limit = defaultLimit, cursor } = request.query;
      const page = await marks.list({
        channel,
        event: event === undefined ? undefined : eventId(event),
        from: utc(from),
        to: utc(to),
        withRejected: (await caller.role(request)) === "editor",
        order,
        limit,
        cursor,
      });
      return { items: page.items.map(markView), nextCursor: page.nextCursor ?? null };
    },
  );

  app.delete(
    "/marks/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deleteMark",
        summary: "Delete a mark with its clip; the recording stays",
        description: `Deleting the clip does the same. ${undoable}`,
        tags: ["channels"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: withUndoId(Type.Null({ description: "The mark is deleted." })),
          ...problemResponses("unauthorized", "mark-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      const name = parseMarkId(id);
      const act = name === undefined ? undefined : await marks.delete(name, "mark");
      if (act === undefined) throw new ApiProblem("mark-not-found", `Mark "${id}" does not exist.`);
      return reply.code(204).header(undoIdHeader, act).send(null);
    },
  );
};

function readMark(channel: string, body: Static<typeof NewMarkSchema>, nowMs: number): Mark {
  const { beforeMs, afterMs } = { ...markDefaults, ...body };
  const label = personName(body.label);
  if (label === undefined)
    throw invalid(
      "/label",
      "must not contain control characters, lone surrogates or marks that change the direction of text",
    );
  if (beforeMs + afterMs < clipAtLeastMs)
    throw invalid("/beforeMs", `must be at least ${clipAtLeastMs} together with afterMs`);
  const at = utc(body.at);
  return {
    channel,
    subject: eventId(label),
    label,
    atMs: at === undefined ? nowMs : Date.parse(at),
    beforeMs,
    afterMs,
  };
}

function invalid(name: string, message: string): ApiProblem {
  return new ApiProblem("invalid-request", `body ${name}: ${message}.`, { errors: [{ in: "body", name, message }] });
}
