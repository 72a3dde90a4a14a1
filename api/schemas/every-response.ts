import { Type } from "typebox";
import { reference } from "./reference.ts";
import { problemResponses } from "./problem.ts";

/**
 * What API Gateway answers itself, before or instead of the API's function: `{"message":"Too Many Requests"}`. HTTP
 * APIs have no gateway responses to customise, unlike REST APIs:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
 */
export const GatewayMessageSchema = Type.Object(
  { message: Type.String() },
  { $id: "GatewayMessage", description: "What API Gateway says itself.", examples: [{ message: "Too Many Requests" }] },
);

interface Documented {
  description: string;
  content?: Record<string, unknown>;
}

const fromGateway = { "application/json": { schema: reference(GatewayMessageSchema) } };

/** What API Gateway answers, by status; 413 only where there is a body. */
const ofGateway: Readonly<Record<number, string>> = {
  429: "Too many requests a second, over all callers",
  500: "The function failed",
  503: "The function is overloaded or did not finish in time",
};

/**
 * The responses that a route can have besides its own: those of the whole API, those of API Gateway, and 304 for reads.
 * `responses` are the route's own; problems of the same status are kept.
 */
export function everyResponse(method: string, responses: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all: Record<string, Documented> = {};
  const add = (status: string, { description, content }: Documented): void => {
    const known = all[status] ?? asDocumented(responses[status]);
    all[status] =
      known === undefined
        ? { description, ...(content !== undefined && { content }) }
        : { description: known.description, content: { ...content, ...known.content } };
  };
  const reads = method === "GET";
  if (reads) add("304", { description: "Unchanged: the body has the ETag that was sent as If-None-Match." });
  const own = problemResponses(
    "direct-access",
    ...(reads ? [] : (["payload-too-large", "unsupported-media-type"] as const)),
  );
  for (const status of Object.keys(own)) add(status, own[Number(status)]!);
  for (const [status, description] of Object.entries(ofGateway)) add(status, { description, content: fromGateway });
  if (!reads) add("413", { description: "The body is too large", content: fromGateway });
  return { ...responses, ...all };
}

function asDocumented(response: unknown): Documented | undefined {
  if (typeof response !== "object" || response === null || !("description" in response)) return undefined;
  const content = "content" in response && typeof response.content === "object" ? { ...response.content } : {};
  return { description: String(response.description), content };
}
