import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { PhotoSchema } from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** A photo's size at most, in bytes: Lambda takes 6 MB, and API Gateway hands bodies over in base64. */
export const photoBytesAtMost = 4 * 1024 * 1024;

const Bytes = Type.Unsafe<Buffer>({ description: "The file itself." });

/** `POST /people/ID/photos`: reference photos. */
export const photoRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (app, { caller, catalogue, photos }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["image/jpeg", "image/png"],
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
        summary: "Add a reference photo that shows the person alone",
        description:
          `JPEG or PNG, at most ${photoBytesAtMost / 1024 / 1024} MB. Only the face's vector is kept, no ` + "picture.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        consumes: ["image/jpeg", "image/png"],
        body: Bytes,
        response: {
          200: reference(PhotoSchema, "The same photo was there already."),
          201: reference(PhotoSchema, "The face that was added."),
          ...problemResponses(
            "unauthorized",
            "person-not-found",
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
      const person = await catalogue.people.get(id);
      if (person === undefined)
        throw new ApiProblem("person-not-found", `There is no person "${id}" on the watch list.`);
      if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
        throw new ApiProblem(
          "unsupported-media-type",
          "The body must be the photo itself, sent as image/jpeg or image/png.",
        );
      }
      const { face, added } = await photos.add(person, request.body, mediaTypeOf(request.headers["content-type"]));
      return reply.code(added ? 201 : 200).send({ id: face.id, box: face.box, quality: face.quality });
    },
  );
};

function mediaTypeOf(contentType = ""): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}
