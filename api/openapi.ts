import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import type { TSchema } from "typebox";
import packageJson from "../package.json" with { type: "json" };
import { AdminTokenSchema } from "./schemas/admin-token.ts";
import { BroadcastListSchema, BroadcastSchema } from "./schemas/broadcast.ts";
import { ChannelListSchema, ChannelSchema } from "./schemas/channel.ts";
import { AppearanceSchema, ClipListSchema, ClipSchema, SubjectSchema } from "./schemas/clip.ts";
import { BoxSchema } from "./schemas/common.ts";
import { ExportSchema } from "./schemas/export.ts";
import { EventListSchema, EventSchema } from "./schemas/event.ts";
import { FrameSchema } from "./schemas/frame.ts";
import { everyResponse, GatewayMessageSchema } from "./schemas/every-response.ts";
import { HealthSchema } from "./schemas/health.ts";
import { ForgottenSchema, LookAlikeListSchema, PersonListSchema, PersonSchema, PhotoSchema } from "./schemas/person.ts";
import { MarkListSchema, MarkSchema } from "./schemas/mark.ts";
import { ProblemSchema } from "./schemas/problem.ts";
import { RecordingListSchema, RecordingSchema } from "./schemas/recording.ts";
import { ReelSchema } from "./schemas/reel.ts";
import { SearchSchema } from "./schemas/search.ts";
import { NewWebhookSchema, WebhookListSchema, WebhookSchema, WebhookTestSchema } from "./schemas/webhook.ts";
import { StreamMessageSchema } from "./schemas/stream.ts";
import { UndoneSchema } from "./schemas/undo.ts";

/** The path of the API, on its own host (the stage of the same name) and on the distribution. */
export const basePath = "/api";

/** The schemas that the document lists by name. */
export const namedSchemas: readonly TSchema[] = [
  AdminTokenSchema,
  AppearanceSchema,
  BoxSchema,
  BroadcastSchema,
  BroadcastListSchema,
  GatewayMessageSchema,
  ChannelSchema,
  ChannelListSchema,
  ClipSchema,
  SubjectSchema,
  ClipListSchema,
  EventSchema,
  EventListSchema,
  ExportSchema,
  FrameSchema,
  ForgottenSchema,
  LookAlikeListSchema,
  HealthSchema,
  MarkSchema,
  MarkListSchema,
  PersonSchema,
  PersonListSchema,
  PhotoSchema,
  ProblemSchema,
  RecordingSchema,
  RecordingListSchema,
  ReelSchema,
  SearchSchema,
  StreamMessageSchema,
  UndoneSchema,
  NewWebhookSchema,
  WebhookSchema,
  WebhookListSchema,
  WebhookTestSchema,
];

/** How the OpenAPI document is built from the routes' schemas. */
export const openapiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "Spotlight",
      version: packageJson.version,
      description:
        "Live channels, the people to look for, and the clips in which they appear, or which editors mark. " +
        "Reading is open to all; writing needs the admin token. " +
        "Times are UTC; numbers of milliseconds end with `Ms`; media URLs are paths on the same host. Errors " +
        "are RFC 9457 problem details, except those that API Gateway and CloudFront answer themselves. Reads have an " +
        "ETag and answer HEAD and If-None-Match.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: basePath }],
    tags: [
      { name: "channels", description: "Live channels" },
      { name: "people", description: "The watch list" },
      { name: "clips", description: "Moments in which someone appears" },
      { name: "broadcasts", description: "Runs of channels" },
      { name: "recordings", description: "Archived pieces of broadcasts" },
      { name: "undo", description: "Taking back what editors did" },
      { name: "access", description: "Who may write" },
      { name: "webhooks", description: "Addresses that hear of changes" },
      { name: "service", description: "The API itself" },
    ],
    components: {
      securitySchemes: {
        adminToken: {
          type: "http",
          scheme: "bearer",
          description: "The stack output adminToken, until it is rotated.",
        },
      },
    },
  },
  transform: ({ schema, url, route }) => ({
    schema: {
      ...schema,
      security: route.config?.security ?? [],
      response: everyResponse(String(route.method), { ...(schema.response ?? {}) }),
    },
    url,
  }),
  refResolver: {
    buildLocalReference: (schema, _baseUri, _fragment, index) =>
      typeof schema.$id === "string" ? schema.$id : `schema-${index}`,
  },
};
