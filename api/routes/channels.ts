import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import type { Channel } from "../../domain/model.ts";
import type { ChannelConfig } from "../config.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { ChannelListSchema, ChannelSchema } from "../schemas/channel.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `GET /channels`, `GET /channels/ID`, `POST /channels/ID/start` and `/stop`. */
export const channelRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue, config, liveChannels },
) => {
  const find = (id: string): ChannelConfig => {
    const channel = config.channels.find((one) => one.id === id);
    if (channel !== undefined) return channel;
    throw new ApiProblem(
      "channel-not-found",
      `Channel "${id}" does not exist. Channels: ${config.channels.map((one) => one.id).join(", ")}.`,
    );
  };

  const isEditor = async (request: FastifyRequest): Promise<boolean> => (await caller.role(request)) === "editor";

  /** The state comes from MediaLive, news of the input from the catalogue. */
  async function describe(
    channel: ChannelConfig,
    noted: Channel,
    withIngest: boolean,
  ): Promise<Static<typeof ChannelSchema>> {
    const live = await liveChannels();
    const [state = noted.state, ingest, alerts = []] = await Promise.all([
      live.state(channel),
      withIngest ? live.ingest(channel) : undefined,
      withIngest ? live.alerts(channel) : undefined,
    ]);
    return {
      id: channel.id,
      name: channel.name,
      state,
      // The event that the input was lost arrives after the channel has stopped.
      live: state === "running" && noted.live,
      broadcast: noted.broadcast ?? null,
      startedAt: noted.startedAt ?? null,
      playback: channel.playback,
      ...(ingest !== undefined && { ingest: { ...ingest, alerts } }),
    };
  }

  app.get(
    "/channels",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "listChannels",
        summary: "List live channels",
        tags: ["channels"],
        querystring: NoQuery,
        response: {
          200: reference(ChannelListSchema, "All channels, in the order of the configuration."),
          ...problemResponses(),
        },
      },
    },
    async (request) => {
      const noted = new Map((await catalogue.channels.list()).map((channel) => [channel.id, channel]));
      const unheardOf = (id: string): Channel => ({
        id,
        state: "idle",
        live: false,
        hadInput: false,
        broadcast: undefined,
        startedAt: undefined,
        idleSince: undefined,
      });
      const withIngest = await isEditor(request);
      return {
        items: await Promise.all(
          config.channels.map((channel) =>
            describe(channel, noted.get(channel.id) ?? unheardOf(channel.id), withIngest),
          ),
        ),
      };
    },
  );

  app.get(
    "/channels/:id",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getChannel",
        summary: "Get a live channel",
        tags: ["channels"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(ChannelSchema, "The channel."), ...problemResponses("channel-not-found") },
      },
    },
    async (request) => {
      const channel = find(request.params.id);
      return describe(channel, await catalogue.channels.get(channel.id), await isEditor(request));
    },
  );

  const changes = [
    { verb: "start", summary: "Start a channel; has no effect if it is running" },
    { verb: "stop", summary: "Stop a channel; has no effect if it is stopped" },
  ] as const;
  for (const { verb, summary } of changes) {
    app.post(
      `/channels/:id/${verb}`,
      {
        ...caller.requires("editor"),
        schema: {
          operationId: `${verb}Channel`,
          summary,
          tags: ["channels"],
          params: IdParams,
          querystring: NoQuery,
          response: {
            202: reference(ChannelSchema, "The channel, on its way."),
            ...problemResponses("unauthorized", "channel-not-found", "channel-busy"),
          },
        },
      },
      async (request, reply) => {
        const channel = find(request.params.id);
        const live = await liveChannels();
        await live[verb](channel);
        return reply.code(202).send(await describe(channel, await catalogue.channels.get(channel.id), true));
      },
    );
  }
};
