import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { CatalogueError } from "../catalogue/errors.ts";
import type { Box } from "../domain/model.ts";

/**
 * Everything that can be wrong with a call, with the status and title of its response. The key is the problem's stable
 * `code`; `urn:spotlight:problem:<code>` is its `type`.
 */
export const problemKinds = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "cursor-mismatch": { status: 400, title: "The cursor does not belong to this list" },
  unauthorized: { status: 401, title: "The admin token is required" },
  "direct-access": { status: 403, title: "Not at the API's own address" },
  "route-not-found": { status: 404, title: "Path not found" },
  "not-found": { status: 404, title: "No longer exists" },
  "channel-not-found": { status: 404, title: "Channel not found" },
  "broadcast-not-found": { status: 404, title: "Broadcast not found" },
  "person-not-found": { status: 404, title: "Person not found" },
  "clip-not-found": { status: 404, title: "Clip not found" },
  "clip-rejected": { status: 404, title: "The clip shows someone else" },
  "mark-not-found": { status: 404, title: "Mark not found" },
  "undo-not-found": { status: 404, title: "Nothing to take back" },
  "recording-not-found": { status: 404, title: "Recording not found" },
  "search-not-found": { status: 404, title: "No search for this person" },
  "nothing-to-play": { status: 404, title: "Nothing to play" },
  "rendition-not-found": { status: 404, title: "Rendition not found" },
  "webhook-not-found": { status: 404, title: "Webhook not found" },
  "export-not-found": { status: 404, title: "Export not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "name-taken": { status: 409, title: "Someone else has this name" },
  "face-taken": { status: 409, title: "The face is registered for someone else" },
  "undo-outdated": { status: 409, title: "Changed again since" },
  "token-replaced": { status: 409, title: "The token was rotated" },
  "channel-busy": { status: 409, title: "The channel is changing its state" },
  "webhook-disabled": { status: 409, title: "The webhook is disabled" },
  "not-converted": { status: 409, title: "The recording is not converted" },
  "no-photo": { status: 409, title: "The person has no photo" },
  "search-running": { status: 409, title: "Another search for this person is running" },
  "recording-busy": { status: 409, title: "The recording is being processed" },
  "not-failed": { status: 409, title: "Only failed and idle recordings can be retried" },
  "undo-expired": { status: 410, title: "Too late to take back" },
  "payload-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  "outside-broadcast": { status: 422, title: "No broadcast at this time" },
  "reel-too-long": { status: 422, title: "Too many clips for one reel" },
  "unknown-subject": { status: 422, title: "The subject is not on the watch list" },
  "subject-is-event": { status: 422, title: "The clip is about an event" },
  "same-person": { status: 422, title: "Both are the same person" },
  "broken-image": { status: 422, title: "The image cannot be read" },
  "no-face": { status: 422, title: "No face in the photo" },
  "several-faces": { status: 422, title: "Several faces in the photo" },
  "face-too-small": { status: 422, title: "The face in the photo is too small" },
  "poor-photo": { status: 422, title: "The photo is not good enough for recognition" },
  "unsuitable-url": { status: 422, title: "The URL can't be a webhook's" },
  "too-many-webhooks": { status: 422, title: "Too many webhooks" },
  "too-many-moments": { status: 422, title: "Too many moments for one file" },
  "too-much-to-search": { status: 422, title: "Too many recordings to search at once" },
  "upgrade-required": { status: 426, title: "A WebSocket is needed" },
  "internal-error": { status: 500, title: "Internal error" },
  busy: { status: 503, title: "Too many requests at once" },
  unhealthy: { status: 503, title: "A service that the API depends on is not responding" },
} as const satisfies Record<string, { status: number; title: string }>;

/** A problem's stable name. */
export type ProblemCode = keyof typeof problemKinds;

/** One thing that is wrong with a request, and where. */
export interface InvalidPart {
  in: "body" | "path" | "query" | "header";
  /** The query parameter, or the JSON pointer inside the body; empty for the whole. */
  name: string;
  message: string;
}

/** An RFC 9457 problem details object, as this API returns it. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  /** The requested path. */
  instance: string;
  /** Identifies the call in the log. */
  requestId: string;
  errors?: InvalidPart[];
  /** Where there are faces in the photo, if one must be chosen. */
  faces?: Box[];
  /** The person who has the name, or for whom the face is registered. */
  person?: { id: string; name: string };
}

/** The media type of every error response (RFC 9457). */
export const problemMediaType = "application/problem+json";

/** An error that becomes the response: its code determines the status, its message says what to do. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly headers: Record<string, string>;
  /** Members of the response in addition to those of every problem. */
  readonly members: Pick<ProblemBody, "errors" | "faces" | "person">;

  constructor(
    code: ProblemCode,
    detail: string,
    {
      headers = {},
      cause,
      ...members
    }: ApiProblem["members"] & { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.code = code;
    this.headers = headers;
    this.members = members;
  }
}

/** The problem's `type`: stable, so that clients may compare it. */
export function problemType(code: ProblemCode): string {
  return `urn:spotlight:problem:${code}`;
}

/**
 * Responds to any error with a problem. Server errors are logged in full and returned without internals.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  const { status, title } = problemKinds[problem.code];
  if (status >= 500) request.log.error({ err: error, problem: problem.code }, "the call failed");
  const body: ProblemBody = {
    type: problemType(problem.code),
    title,
    status,
    detail: problem.message,
    code: problem.code,
    instance: request.url.split("?", 1)[0] ?? "",
    requestId: request.id,
    ...problem.members,
  };
  return (
    reply
      .code(status)
      .headers({ ...problem.headers, "cache-control": "no-store", "x-content-type-options": "nosniff" })
      .type(problemMediaType)
      // Serialised here: the route's response schema describes its success.
      .serializer(JSON.stringify)
      .send(body)
  );
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof CatalogueError) return problemOfCatalogue(error);
  if (isThrottled(error)) {
    return new ApiProblem("busy", "AWS is throttling these calls. Try again in a few seconds.", {
      headers: { "retry-after": "5" },
      cause: error,
    });
  }
  if (isFastifyError(error)) return problemOfFastify(error);
  return new ApiProblem(
    "internal-error",
    "The call failed because of an error in the server. Look up the requestId in the API's log.",
    { cause: error },
  );
}

function problemOfCatalogue(error: CatalogueError): ApiProblem {
  switch (error.code) {
    case "name-taken":
    case "same-person":
    case "undo-not-found":
    case "undo-expired":
    case "undo-outdated":
      return new ApiProblem(error.code, `${error.message}.`, { cause: error });
    case "invalid-cursor":
      return new ApiProblem(
        "cursor-mismatch",
        "Use a cursor unchanged, with the same filters and order as the request that returned it.",
        { cause: error },
      );
    case "busy":
      return new ApiProblem("busy", error.message, { headers: { "retry-after": "1" }, cause: error });
    case "not-found":
      // Routes check first and say what is missing: here it disappeared during the call.
      return new ApiProblem("not-found", error.message, { cause: error });
  }
}

/** Fastify's own errors: the request could not be read. */
function problemOfFastify(error: FastifyError): ApiProblem {
  const options = { cause: error };
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ApiProblem("payload-too-large", "The body is too large for this call.", options);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_CTP_INVALID_CONTENT_TYPE":
      return new ApiProblem(
        "unsupported-media-type",
        "Send the body with a content type that this call accepts.",
        options,
      );
    case "FST_ERR_BAD_URL":
      return new ApiProblem(
        "invalid-request",
        "The path is not a valid URL: percent-encode what is not a letter, a digit or one of -._~.",
        options,
      );
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new ApiProblem("route-not-found", "The id is too long.", options);
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new ApiProblem("invalid-request", "The body is not valid JSON.", {
            ...options,
            errors: [{ in: "body", name: "", message: error.message }],
          })
        : new ApiProblem(
            "internal-error",
            "The call failed because of an error in the server. Look up the requestId in the API's log.",
            options,
          );
  }
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "statusCode" in error;
}

/** The throttling errors of the services that this API calls. */
const throttlings = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "SlowDown",
]);

function isThrottled(error: unknown): boolean {
  return error instanceof Error && throttlings.has(error.name);
}
