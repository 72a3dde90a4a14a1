import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CatalogueError } from "../../catalogue/errors.ts";
import { personSlug } from "../../domain/ids.ts";
import { personName } from "../../domain/person-name.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { noPerson, personView, personViews, requirePerson } from "../person-view.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import {
  ForgottenSchema,
  NewPersonSchema,
  PersonChangeSchema,
  PersonListSchema,
  PersonSchema,
} from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `/people`: the watch list. */
export const peopleRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { people }, photos },
) => {
  /** The problem of a name that is taken, with whose it is; other errors as they are. */
  async function naming(error: unknown, name: string): Promise<unknown> {
    if (!(error instanceof CatalogueError) || error.code !== "name-taken") return error;
    const slug = personSlug(name);
    const holder = (await people.list()).find(
      (person) => personSlug(person.name) === slug || person.formerIds?.includes(slug) === true,
    );
    const members = holder && { person: { id: holder.id, name: holder.name } };
    return new ApiProblem("name-taken", `${error.message}.`, { ...members, cause: error });
  }

  app.get(
    "/people",
    {
      schema: {
        operationId: "listPeople",
        summary: "List the people on the watch list",
        tags: ["people"],
        querystring: NoQuery,
        response: { 200: reference(PersonListSchema, "Everyone, by name."), ...problemResponses() },
      },
    },
    async () => {
      return { items: await personViews(people, await people.list()) };
    },
  );

  app.get(
    "/people/:id",
    {
      schema: {
        operationId: "getPerson",
        summary: "Get a person",
        description: "Of an id that was merged into another, the person that it is now.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(PersonSchema, "The person."), ...problemResponses("person-not-found") },
      },
    },
    async ({ params: { id } }) => {
      const person = await people.get(id);
      if (person === undefined) throw noPerson(id);
      return personView(people, person);
    },
  );

  app.post(
    "/people",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "createPerson",
        summary: "Add a person to the watch list",
        tags: ["people"],
        querystring: NoQuery,
        body: NewPersonSchema,
        response: {
          201: reference(PersonSchema, "The person. `location` is where it is from now on."),
          ...problemResponses("unauthorized", "name-taken", "payload-too-large", "unsupported-media-type"),
        },
      },
    },
    async ({ body }, reply) => {
      const name = readName(body.name, "/name");
      const person = await people
        .create({ name, celebrity: celebrityOf(body.celebrity, name) })
        .catch(async (error: unknown) => {
          throw await naming(error, name);
        });
      return reply
        .code(201)
        .header("location", `/api/people/${person.id}`)
        .send(await personView(people, person));
    },
  );

  app.patch(
    "/people/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "renamePerson",
        summary: "Rename a person; the id stays",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        body: PersonChangeSchema,
        response: {
          200: reference(PersonSchema, "The person."),
          ...problemResponses(
            "unauthorized",
            "person-not-found",
            "name-taken",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ params: { id }, body }) => {
      await requirePerson(people, id);
      return personView(people, await people.rename(id, readName(body.name, "/name")));
    },
  );

  app.delete(
    "/people/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deletePerson",
        summary: "Forget a person: deletes name, photos, faces and clips",
        description:
          "Forgets those who were merged into the person, too. It can't be taken back: the faces are gone. Clips " +
          "that an editor gave to someone else stay.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(ForgottenSchema, "What was deleted."),
          ...problemResponses("unauthorized", "person-not-found"),
        },
      },
    },
    async ({ params: { id } }) => {
      const known = await requirePerson(people, id);
      // Faces first: if the call is interrupted, the person still exists and can be deleted again.
      await photos.forget(known.faces.map((face) => face.id));
      const { person = known, clips = 0, broadcasts = 0 } = (await people.delete(id)) ?? {};
      const later = person.faces.filter((face) => known.faces.every((one) => one.id !== face.id));
      await photos.forget(later.map((face) => face.id));
      return { id, name: person.name, faces: known.faces.length + later.length, clips, broadcasts };
    },
  );
};

/** The name in its stored form. Throws `invalid-request`. `pointer` is its place in the body. */
function readName(text: string, pointer: string): string {
  const name = personName(text);
  if (name !== undefined) return name;
  const message = "must not contain control characters, lone surrogates or marks that change the direction of text";
  throw new ApiProblem("invalid-request", `The name ${message}.`, {
    errors: [{ in: "body", name: pointer, message }],
  });
}

function celebrityOf(celebrity: boolean | string | undefined, name: string): string | undefined {
  if (typeof celebrity === "string") return readName(celebrity, "/celebrity");
  return celebrity === true ? name : undefined;
}
