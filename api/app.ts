import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsync, FastifyServerOptions } from "fastify";
import { createCaller } from "./caller.ts";
import type { ApiDependencies, RouteDependencies } from "./dependencies.ts";
import { createLiveChannels } from "./live-channels.ts";
import { basePath, namedSchemas, openapiOptions } from "./openapi.ts";
import { createPersonSearches } from "./person-searches.ts";
import { createPhotos } from "./photos/index.ts";
import { answerError } from "./problems.ts";
import { channelRoutes } from "./routes/channels.ts";
import { clipRoutes } from "./routes/clips.ts";
import { demoRoutes } from "./routes/demo.ts";
import { healthRoutes } from "./routes/health.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { peopleRoutes } from "./routes/people.ts";
import { photoRoutes } from "./routes/photos.ts";
import { playlistRoutes } from "./routes/playlists.ts";
import { recordingRoutes } from "./routes/recordings.ts";
import { searchRoutes } from "./routes/search.ts";
import { answerUnrouted } from "./unrouted.ts";
import { validatorCompiler } from "./validation.ts";
import { createVodPlaylists } from "./vod-playlists.ts";

/** Fastify options that must be set before plugins load. */
export const serverOptions = {
  genReqId,
  // JSON bodies are a name or a verdict; photos have their own limit.
  bodyLimit: 16 * 1024,
  frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  // Ids are at most 150 characters long; longer ones get the same 404 as other unknown ones.
  routerOptions: { maxParamLength: 1024 },
} satisfies FastifyServerOptions;

/**
 * The distribution caches public responses for two seconds, so a polling crowd costs no more than one viewer. Browsers
 * revalidate every time.
 */
const sharedCache = "public, max-age=0, s-maxage=2";

/** The REST API of Spotlight, below `/api`. Register it on a Fastify instance created with {@link serverOptions}. */
export const api: FastifyPluginAsync<ApiDependencies> = async (app, dependencies) => {
  const { catalogue, config, mediaLive, rekognition, s3, queue, searchQueue, demo, now = Date.now } = dependencies;

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setValidatorCompiler(validatorCompiler);
  // The types of the routes' schemas already check the responses.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", async ({ method, headers }, reply) => {
    const shared = method === "GET" && headers.authorization === undefined;
    void reply.headers({ "cache-control": shared ? sharedCache : "no-store", "x-content-type-options": "nosniff" });
  });
  answerUnrouted(app);

  await app.register(swagger, openapiOptions);
  for (const schema of namedSchemas) app.addSchema(schema);

  const routes: RouteDependencies = {
    config,
    catalogue,
    queue,
    demo,
    caller: createCaller(config.adminTokenSha256),
    liveChannels: createLiveChannels({ mediaLive, now }),
    personSearches: createPersonSearches({ searches: catalogue.searches, queue: searchQueue }),
    photos: createPhotos({ rekognition, people: catalogue.people, collection: config.collection }),
    vodPlaylists: createVodPlaylists({ s3, bucket: config.vodBucket }),
  };
  for (const plugin of [
    healthRoutes,
    channelRoutes,
    peopleRoutes,
    photoRoutes,
    clipRoutes,
    playlistRoutes,
    recordingRoutes,
    searchRoutes,
    demoRoutes,
  ]) {
    await app.register(plugin, { ...routes, prefix: basePath });
  }
  await app.register(openapiRoutes, { prefix: basePath });
};

/**
 * API Gateway's request id, which the adapter passes as a header, so that both logs agree; on other servers, their own.
 */
function genReqId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w=+/-]{1,100}$/.test(given) ? given : randomUUID();
}
