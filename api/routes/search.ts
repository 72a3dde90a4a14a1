import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { Person } from "../../domain/model.ts";
import { searchedOf, type PersonSearch, type SearchRange } from "../../domain/person-search.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { requirePerson } from "../person-view.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { NewSearchSchema, SearchSchema } from "../schemas/search.ts";

/** `/people/ID/search`: finds a person in what is archived already. */
export const searchRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { people, searches }, config, personSearches },
) => {
  app.post(
    "/people/:id/search",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "searchPerson",
        summary: "Find a person in what is archived already",
        description:
          "Searches the recordings again, a few at a time. What was decided about clips stays, and so do others' " +
          "clips. The same search again returns the running one. `dryRun` says what it would cost.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        body: NewSearchSchema,
        response: {
          200: reference(SearchSchema, "What would be searched (`dryRun`)."),
          202: reference(SearchSchema, "The search, started."),
          ...problemResponses(
            "unauthorized",
            "person-not-found",
            "channel-not-found",
            "no-photo",
            "search-running",
            "too-much-to-search",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const person = await requirePerson(people, id);
      const { dryRun = false, channel, broadcast, from, to } = body ?? {};
      if (channel !== undefined && !config.channels.some((one) => one.id === channel))
        throw new ApiProblem("channel-not-found", `Channel "${channel}" does not exist.`);
      const range: SearchRange = { channel, broadcast, from: utc(from, "/from"), to: utc(to, "/to") };
      if (!dryRun) return reply.code(202).send(viewOf(await personSearches.start(person, range)));
      const { recordings, durationMs } = await personSearches.plan(person, range);
      const rest = { found: 0, expired: 0, failed: 0, startedAt: null, changedAt: null };
      const progress = { done: 0, of: recordings.length };
      return reply.code(200).send({
        person: person.id,
        state: "planned",
        ...given(range),
        minutes: minutes(durationMs),
        progress,
        ...rest,
      });
    },
  );

  app.get(
    "/people/:id/search",
    {
      schema: {
        operationId: "getSearch",
        summary: "Get the last search for a person, and how far it got",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(SearchSchema, "The search."),
          ...problemResponses("person-not-found", "search-not-found"),
        },
      },
    },
    async ({ params: { id } }) => {
      const person = await requirePerson(people, id);
      const search = await searches.get(person.id);
      if (search === undefined) throw noSearch(person);
      return viewOf(search);
    },
  );

  app.delete(
    "/people/:id/search",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "cancelSearch",
        summary: "Cancel a search; what it found stays",
        description: "Has no effect on one that has ended. Rekognition bills the few recordings that it is at work on.",
        tags: ["people"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: Type.Null({ description: "The search does not run any more." }),
          ...problemResponses("unauthorized", "person-not-found", "search-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      const person = await requirePerson(people, id);
      if (!(await searches.cancel(person.id)) && (await searches.get(person.id)) === undefined) throw noSearch(person);
      return reply.code(204).send(null);
    },
  );
};

function noSearch({ name }: Person): ApiProblem {
  return new ApiProblem("search-not-found", `Nobody has searched the archive for ${name} yet.`);
}

function viewOf(search: PersonSearch): Static<typeof SearchSchema> {
  const { person, state, range, startedAt, changedAt, durationMs, recordings, outcomes } = search;
  const { found, expired, failed } = outcomes;
  const progress = { done: searchedOf(search), of: recordings };
  const times = { startedAt, changedAt, minutes: minutes(durationMs) };
  return { person, state, ...given(range), ...times, progress, found, expired, failed };
}

/** The parts of the range that were given. */
function given({ channel, broadcast, from, to }: SearchRange): Partial<Record<keyof SearchRange, string>> {
  return {
    ...(channel !== undefined && { channel }),
    ...(broadcast !== undefined && { broadcast }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function minutes(durationMs: number): number {
  return Math.ceil(durationMs / 6000) / 10;
}

/** Different notations of a time are the same time. Throws `invalid-request`. `pointer` is its place in the body. */
function utc(time: string | undefined, pointer: string): string | undefined {
  if (time === undefined) return undefined;
  const ms = Date.parse(time);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  const message = "must be a time such as 2026-11-22T18:00:00Z";
  throw new ApiProblem("invalid-request", `body ${pointer}: ${message}.`, {
    errors: [{ in: "body", name: pointer, message }],
  });
}
