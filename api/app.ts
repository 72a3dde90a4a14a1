import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsync, FastifyServerOptions } from "fastify";
import { createAdminToken } from "./admin-token.ts";
import { createCaller } from "./caller.ts";
import type { ApiDependencies, RouteDependencies } from "./dependencies.ts";
import { createExports } from "./exports.ts";
import { createFrameFaces } from "./frame-faces.ts";
import { ignoreTypeOfNothing } from "./empty-body.ts";
import { answerUnchanged } from "./etag.ts";
import { basePath, namedSchemas, openapiOptions } from "./openapi.ts";
import { createPersonSearches } from "./person-searches.ts";
import { createPhotos } from "./photos/index.ts";
import { createRecordingMedia } from "./recording-media.ts";
import { answerError } from "./problems.ts";
import { adminTokenRoutes } from "./routes/admin-token.ts";
import { broadcastRoutes } from "./routes/broadcasts.ts";
import { channelRoutes } from "./routes/channels.ts";
import { clipRoutes } from "./routes/clips.ts";
import { demoRoutes } from "./routes/demo.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/exports.ts";
import { frameRoutes } from "./routes/frames.ts";
import { healthRoutes } from "./routes/health.ts";
import { markRoutes } from "./routes/marks.ts";
import { mergeRoutes } from "./routes/merge.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { pageRoutes } from "./routes/page.ts";
import { peopleRoutes } from "./routes/people.ts";
import { photoRoutes } from "./routes/photos.ts";
import { playlistRoutes } from "./routes/playlists.ts";
import { recordingRoutes } from "./routes/recordings.ts";
import { reelRoutes } from "./routes/reel.ts";
import { referenceRoutes } from "./routes/reference.ts";
import { searchRoutes } from "./routes/search.ts";
import { streamRoutes } from "./routes/stream.ts";
import { undoRoutes } from "./routes/undo.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { answerUnrouted } from "./unrouted.ts";
import { validatorCompiler } from "./validation.ts";
import { createVodPlaylists } from "./vod-playlists.ts";
import { createWebPage } from "./web-page.ts";

/** Fastify options that must be set before plugins load. */
export const serverOptions = {
  genReqId,
  // JSON bodies are a name or a verdict; photos have their own limit.
  bodyLimit: 16 * 1024,
  frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  // Ids are at most 150 characters long. Longer ones are 404s before they become keys of the catalogue, which DynamoDB
  // limits to 1024 bytes.
  routerOptions: { maxParamLength: 256 },
} satisfies FastifyServerOptions;

/**
 * The distribution caches public responses for two seconds, so a polling crowd costs no more than one viewer. Browsers
 * revalidate every time.
 */
const sharedCache = "public, max-age=0, s-maxage=2";

/** The REST API of Spotlight, below `/api`. Register it on a Fastify instance created with {@link serverOptions}. */
export const api: FastifyPluginAsync<ApiDependencies> = async (app, dependencies) => {
  const { catalogue, config, exportJobs, liveChannels, rekognition, s3, demo, now = Date.now } = dependencies;
  const { queue, searchQueue, webhookQueue } = dependencies;

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setValidatorCompiler(validatorCompiler);
  // The types of the routes' schemas already check the responses.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", async ({ method, headers }, reply) => {
    const shared = (method === "GET" || method === "HEAD") && headers.authorization === undefined;
    void reply.headers({ "cache-control": shared ? sharedCache : "no-store", "x-content-type-options": "nosniff" });
  });
  app.addHook("onRequest", ignoreTypeOfNothing);
  app.addHook("onSend", answerUnchanged);
  answerUnrouted(app);

  await app.register(swagger, openapiOptions);
  for (const schema of namedSchemas) app.addSchema(schema);

  const vodPlaylists = createVodPlaylists({ s3, bucket: config.vodBucket });
  const adminToken = createAdminToken({ seedSha256: config.adminTokenSha256, tokens: catalogue.adminTokens, now });
  const routes: RouteDependencies = {
    config,
    catalogue,
    queue,
    demo,
    adminToken,
    caller: createCaller(adminToken),
    webhookQueue,
    liveChannels,
    personSearches: createPersonSearches({ searches: catalogue.searches, queue: searchQueue }),
    photos: createPhotos({ rekognition, people: catalogue.people, collection: config.collection }),
    recordingMedia: createRecordingMedia({ s3, vodBucket: config.vodBucket }),
    frameFaces: createFrameFaces({ rekognition, s3, vodBucket: config.vodBucket, people: catalogue.people }),
    exports: createExports({ jobs: exportJobs, catalogue, vodPlaylists, config }),
    vodPlaylists,
    webPage: createWebPage({ s3, bucket: config.webBucket }),
    now,
  };
  for (const plugin of [
    healthRoutes,
    channelRoutes,
    peopleRoutes,
    mergeRoutes,
    photoRoutes,
    clipRoutes,
    playlistRoutes,
    reelRoutes,
    broadcastRoutes,
    recordingRoutes,
    exportRoutes,
    frameRoutes,
    undoRoutes,
    searchRoutes,
    demoRoutes,
    markRoutes,
    eventRoutes,
    adminTokenRoutes,
    webhookRoutes,
    streamRoutes,
    pageRoutes,
  ]) {
    await app.register(plugin, { ...routes, prefix: basePath });
  }
  await app.register(openapiRoutes, { prefix: basePath });
  await app.register(referenceRoutes, { prefix: basePath });
};

/**
 * API Gateway's request id, which the adapter passes as a header, so that both logs agree; on other servers, their own.
 */
function genReqId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w=+/-]{1,100}$/.test(given) ? given : randomUUID();
}
