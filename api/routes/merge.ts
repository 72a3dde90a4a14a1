import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { RouteDependencies } from "../dependencies.ts";
import { noPerson, personView, requirePerson } from "../person-view.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { LookAlikeListSchema, MergeSchema, PersonSchema } from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { undoable, undoIdHeader, withUndoId } from "../schemas/undo.ts";

/** `GET /people/ID/look-alikes` and `POST /people/ID/merge`: two entries of the same human become one. */
export const mergeRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { people }, photos },
) => {
  app.get(
    "/people/:id/look-alikes",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "listLookAlikes",
        summary: "List who on the watch list may be the same person",
        description:
          "Compares each of the person's faces with all others, so that it costs one search of Rekognition a photo.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(LookAlikeListSchema, "Who looks alike."),
          ...problemResponses("unauthorized", "person-not-found"),
        },
      },
    },
    async ({ params: { id } }) => {
      const found = await photos.lookAlikes(await requirePerson(people, id));
      return { items: found.map(({ person, similarity }) => ({ ...person, similarity })) };
    },
  );

  app.post(
    "/people/:id/merge",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "mergePerson",
        summary: "Merge a person into another entry of the same human",
        description:
          "The other one has the photos, clips and decisions of both. The merged id still leads to them in reads and " +
          `filters; changes need the other id. Again, it answers the same. ${undoable} Recordings that were analysed ` +
          "in between keep what they found.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        body: MergeSchema,
        response: {
          200: withUndoId(reference(PersonSchema, "The person that both are now.")),
          ...problemResponses(
            "unauthorized",
            "person-not-found",
            "unknown-subject",
            "same-person",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ params: { id }, body: { into } }, reply) => {
      const target = await people.get(into);
      if (target === undefined) throw noPerson(into, "unknown-subject");
      const isMergedAlready = id !== target.id && (target.formerIds ?? []).includes(id);
      if (!isMergedAlready) await requirePerson(people, id);
      const { person, act } = await people.merge(id, into);
      return reply.header(undoIdHeader, act).send(await personView(people, person));
    },
  );
};
