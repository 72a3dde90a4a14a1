import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { Person } from "../../domain/model.ts";
import { personName } from "../../domain/person-name.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { NewPersonSchema, PersonChangeSchema, PersonListSchema, PersonSchema } from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `/people`: the watch list. */
export const peopleRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { people }, photos },
) => {
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
      const everyone = await people.list();
      const clips = await people.countClips(everyone.map(({ id }) => id));
      return { items: everyone.map((person) => personView(person, clips.get(person.id) ?? 0)) };
    },
  );

  app.get(
    "/people/:id",
    {
      schema: {
        operationId: "getPerson",
        summary: "Get a person",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(PersonSchema, "The person."), ...problemResponses("person-not-found") },
      },
    },
    async ({ params: { id } }) => {
      const person = await people.get(id);
      if (person === undefined) throw noPerson(id);
      return view(person);
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
      const person = await people.create({ name, celebrity: celebrityOf(body.celebrity, name) });
      return reply.code(201).header("location", `/api/people/${person.id}`).send(personView(person, 0));
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
      if ((await people.get(id)) === undefined) throw noPerson(id);
      return view(await people.rename(id, readName(body.name, "/name")));
    },
  );

  app.delete(
    "/people/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deletePerson",
        summary: "Forget a person: deletes name, photos, faces and clips",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: Type.Null({ description: "The person is forgotten." }),
          ...problemResponses("unauthorized", "person-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      const person = await people.get(id);
      if (person === undefined) throw noPerson(id);
      // Faces first: if the call is interrupted, the person still exists and can be deleted again.
      const faces = person.faces.map((face) => face.id);
      await photos.forget(faces);
      const deleted = await people.delete(id);
      await photos.forget((deleted?.faces ?? []).map((face) => face.id).filter((face) => !faces.includes(face)));
      return reply.code(204).send(null);
    },
  );

  async function view(person: Person): Promise<Static<typeof PersonSchema>> {
    return personView(person, (await people.countClips([person.id])).get(person.id) ?? 0);
  }
};

function noPerson(id: string): ApiProblem {
  return new ApiProblem("person-not-found", `Person "${id}" is not on the watch list.`);
}

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

function personView(person: Person, clips: number): Static<typeof PersonSchema> {
  return {
    id: person.id,
    name: person.name,
    celebrity: person.celebrity ?? null,
    celebrityId: person.celebrityId ?? null,
    photos: person.faces.length,
    clips,
  };
}
