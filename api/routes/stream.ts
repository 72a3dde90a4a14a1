import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ApiProblem } from "../problems.ts";
import { NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { StreamMessageSchema } from "../schemas/stream.ts";

/** `GET /stream`: where the stream of changes is. It is a WebSocket, which an HTTP API cannot serve. */
export const streamRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    "/stream",
    {
      schema: {
        operationId: "getStream",
        summary: "Follow what changes",
        description:
          "A WebSocket at `wss://HOST/stream`, beside the API and not below it. Once it is open, send " +
          '`{"after": ID}` with the `id` of the last message that you know, or `{}`. You get the messages since ' +
          "then, or `reset` if that is over an hour ago, and then each change as it happens. Send it again every " +
          "five minutes: a connection without messages is closed after ten, and any after two hours. A message may " +
          "come twice. This call itself is always answered 426.",
        tags: ["service"],
        querystring: NoQuery,
        response: {
          101: {
            description: "The messages that come over the WebSocket, each a JSON text.",
            content: { "application/json": { schema: reference(StreamMessageSchema) } },
          },
          ...problemResponses("upgrade-required"),
        },
      },
    },
    async () => {
      throw new ApiProblem(
        "upgrade-required",
        "The stream is a WebSocket: connect to /stream on this page's host, as in wss://HOST/stream.",
        // RFC 9110, section 15.5.22.
        { headers: { upgrade: "websocket" } },
      );
    },
  );
};
