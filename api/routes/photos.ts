import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { IncomingHttpHeaders } from "node:http";
import { Type } from "typebox";
import type { Box } from "../../domain/model.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { parseFaceToken } from "../face-token.ts";
import { requirePerson } from "../person-view.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams } from "../schemas/common.ts";
import { PhotoSchema } from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** Maximum size of a photo in bytes: Lambda accepts 6 MB, and API Gateway passes bodies in base64. */
export const photoBytesAtMost = 4 * 1024 * 1024;

/** With three photos, a person is found in most of their moments; with one, in about three quarters. */
const photosAdvised = 3;

const number = "(?:0|1|0?\\.[0-9]{1,6}|1\\.0{1,6})";
const BoxText = Type.String({
  pattern: `^${number},${number},${number},${number}$`,
  description: "Which face of a photo with several: left, top, width and height as fractions, as in `faces`.",
  examples: ["0.41,0.12,0.14,0.25"],
});

const FaceText = Type.String({
  maxLength: 200,
  description: "Takes a face of a recording instead of a body: a `token` of `GET /recordings/ID/faces`.",
  examples: ["main.20261122T180000.000012~4000~0.41,0.12,0.14,0.25"],
});

const Bytes = Type.Unsafe<Buffer>({ description: "The file itself." });

/** `POST /people/ID/photos`: reference photos. */
export const photoRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue, config, frameFaces, personSearches, photos },
) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["image/jpeg", "image/jpg", "image/png"],
    { parseAs: "buffer", bodyLimit: photoBytesAtMost },
    (_request, body, done) => done(null, body),
  );

  app.post(
    "/people/:id/photos",
    {
      ...caller.requires("editor"),
      bodyLimit: photoBytesAtMost,
      schema: {
        operationId: "addPhoto",
        summary: "Add a reference photo",
        description:
          `JPEG or PNG, at most ${photoBytesAtMost / 1024 / 1024} MB; or, without a body, a face of a recording. ` +
          "Only the face's vector is kept, no picture.",
        tags: ["people"],
        params: IdParams,
        querystring: Type.Object(
          { box: Type.Optional(BoxText), face: Type.Optional(FaceText) },
          { additionalProperties: false },
        ),
        consumes: ["image/jpeg", "image/png"],
        body: Bytes,
        response: {
          200: reference(PhotoSchema, "The photo had been added before."),
          201: reference(PhotoSchema, "The added face."),
          ...problemResponses(
            "unauthorized",
            "person-not-found",
            "recording-not-found",
            "not-found",
            "face-taken",
            "payload-too-large",
            "unsupported-media-type",
            "broken-image",
            "no-face",
            "several-faces",
            "face-too-small",
            "poor-photo",
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await requirePerson(catalogue.people, id);
      const { box, face: token } = request.query;
      const photo =
        token === undefined
          ? { ...photoIn(request), box: box === undefined ? undefined : boxOf(box) }
          : await framed(token);
      const { face, added, lookAlikes } = await photos.add(person, photo);
      if (config.searchOnRegistration && added && person.faces.length === 0) {
        // The photo counts either way: the search can be started by itself later.
        await personSearches
          .start({ ...person, faces: [face] }, {})
          .catch((error: unknown) => request.log.error({ err: error }, "search-not-started"));
      }
      const count = person.faces.length + (added ? 1 : 0);
      return reply.code(added ? 201 : 200).send({
        id: face.id,
        box: face.box,
        quality: face.quality,
        morePhotos: Math.max(0, photosAdvised - count),
        lookAlikes: lookAlikes.map(({ person: { id, name }, similarity }) => ({ id, name, similarity })),
      });
    },
  );

  /** The frame that a token names, with its face. */
  async function framed(token: string): Promise<{ bytes: Buffer; declaredType: string; box: Box }> {
    const named = parseFaceToken(token);
    if (named === undefined) {
      const message = "must be a `token` of `GET /recordings/ID/faces`";
      const errors = [{ in: "query" as const, name: "face", message }];
      throw new ApiProblem("invalid-request", `The parameter face ${message}.`, { errors });
    }
    const recording = await catalogue.recordings.get(named.recording);
    if (recording?.durationMs === undefined)
      throw new ApiProblem("recording-not-found", `Recording "${named.recording}" does not exist.`);
    const bytes = await frameFaces.picture({ ...recording, durationMs: recording.durationMs }, named.atMs);
    if (bytes === undefined)
      throw new ApiProblem("not-found", `The frames of recording "${named.recording}" have expired.`);
    return { bytes, declaredType: "image/jpeg", box: named.box };
  }
};

/** The photo that was sent. */
function photoIn({ body, headers }: { body: unknown; headers: IncomingHttpHeaders }): {
  bytes: Buffer;
  declaredType: string;
} {
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw new ApiProblem(
      "unsupported-media-type",
      "The body must be the photo itself, sent as image/jpeg or image/png.",
    );
  return { bytes: body, declaredType: mediaTypeOf(headers["content-type"]) };
}

function boxOf(text: string): Box {
  const [left = 0, top = 0, width = 0, height = 0] = text.split(",").map(Number);
  return { left, top, width, height };
}

function mediaTypeOf(contentType = ""): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}
