import { Type } from "typebox";
import { problemKinds, problemMediaType, problemType, type ProblemBody, type ProblemCode } from "../problems.ts";
import { BoxSchema } from "./common.ts";
import { reference } from "./reference.ts";

/** RFC 9457 problem details, the body of every error response. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: "uri", description: "The kind of problem: stable." }),
    title: Type.String({ description: "The kind of problem, to display." }),
    status: Type.Integer({ description: "The HTTP status." }),
    detail: Type.String({ description: "What is wrong with this request and what to do about it." }),
    code: Type.String({ description: "The last part of `type`." }),
    instance: Type.String({ description: "The requested path." }),
    requestId: Type.String({ description: "Identifies the call in the log." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.String({ enum: ["body", "path", "query", "header"] }),
          name: Type.String({ description: "The query parameter, or the JSON pointer inside the body." }),
          message: Type.String(),
        }),
        { description: "Every error in the request." },
      ),
    ),
    faces: Type.Optional(
      Type.Array(reference(BoxSchema), {
        description: "Where there are faces in the photo; send one as `box` to choose it.",
      }),
    ),
    person: Type.Optional(
      Type.Object(
        { id: Type.String(), name: Type.String() },
        { description: "Who has the name that is taken, or for whom the face of the photo is registered." },
      ),
    ),
  },
  { $id: "Problem", description: "Problem details (RFC 9457)." },
);

/** An error response in the OpenAPI document. */
export interface ProblemResponse {
  description: string;
  content: Record<
    typeof problemMediaType,
    { schema: ReturnType<typeof problemReference>; examples: Record<string, { value: ProblemBody }> }
  >;
}

const problemReference = () => reference(ProblemSchema);

/** The error responses of a route: those listed, by status, and those of every route. */
export function problemResponses(...codes: ProblemCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {};
  for (const code of [...codes, "invalid-request", "internal-error", "busy"] as const) {
    const { status, title } = problemKinds[code];
    const response: ProblemResponse = responses[status] ?? {
      description: title,
      content: { [problemMediaType]: { schema: problemReference(), examples: {} } },
    };
    responses[status] = response;
    response.content[problemMediaType].examples[code] = {
      value: {
        type: problemType(code),
        title,
        status,
        detail: `${title}.`,
        code,
        instance: "/api/…",
        requestId: "JKJaXmPLvHcESHA=",
      },
    };
    if (!response.description.includes(title))
      response.description += `; ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  }
  return responses;
}
