import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import { Compile } from "typebox/compile";
import { problemKinds, type ProblemCode } from "../../../api/problems.ts";
import { BoxSchema } from "../../../api/schemas/common.ts";
import { ProblemSchema } from "../../../api/schemas/problem.ts";

const problem = Compile({ "Box#": BoxSchema }, ProblemSchema);

/** Asserts that the answer is this problem, whole and in its media type; gives its body. */
export function assertProblem(
  response: LightMyRequestResponse,
  code: ProblemCode,
  instance: string,
): { detail: string; errors?: unknown; faces?: unknown; person?: unknown } {
  const body: unknown = response.json();
  assert.ok(problem.Check(body), response.body);
  assert.deepEqual(
    {
      status: response.statusCode,
      mediaType: response.headers["content-type"],
      cache: response.headers["cache-control"],
      sniff: response.headers["x-content-type-options"],
    },
    { status: problemKinds[code].status, mediaType: "application/problem+json", cache: "no-store", sniff: "nosniff" },
  );
  const { type, title, status, instance: at } = body;
  assert.deepEqual(
    { code: body.code, type, title, status, instance: at },
    {
      code,
      type: `urn:spotlight:problem:${code}`,
      title: problemKinds[code].title,
      status: problemKinds[code].status,
      instance,
    },
  );
  const { detail, errors, faces, person } = body;
  return {
    detail,
    ...(errors !== undefined && { errors }),
    ...(faces !== undefined && { faces }),
    ...(person !== undefined && { person }),
  };
}
