import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud, Origin } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { answerOf, ownAnswer, type Answer } from "./answer.ts";
import type { Api, Integration, Stage } from "./apis.ts";
import { decodePath } from "./decode-path.ts";
import { payloadV2, type IncomingCall } from "./event.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { findRoute, findStage, type RouteMatch } from "./routing.ts";
import { within } from "./within.ts";

/** Largest request: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const maxRequestBytes = 10 * 1024 * 1024;

/** Serves the HTTP APIs, which share a host name; the stage in the path selects the API. */
export function serveApis(cloud: Cloud, apis: ReadonlyMap<string, Api>, domainName: () => string): Origin {
  const log = cloud.log.child("apigateway");

  return async ({ request, response, path, headers }) => {
    const at = path.indexOf("?");
    const decoded = decodePath(at === -1 ? path : path.slice(0, at));
    const answer =
      decoded === undefined
        ? ownAnswer(400, "Bad Request")
        : await handle(request, decoded, at === -1 ? "" : path.slice(at + 1), headers);
    write(request, response, answer);
  };

  async function handle(
    request: IncomingMessage,
    path: string,
    query: string,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const method = request.method ?? "GET";
    for (const api of apis.values()) {
      if (api.protocol !== "HTTP") continue;
      const served = findStage(api, path);
      const match = served && findRoute(api.routes.values(), method, served.path);
      const integration = match && api.integrations.get(match.route.integrationId);
      if (integration === undefined) continue;
      if (!served!.stage.throttles.take(match!.route.key)) return ownAnswer(429, "Too Many Requests");
      const body = await readBody(request);
      if (body === undefined) return ownAnswer(413, "Request Entity Too Large");
      const call: IncomingCall = {
        method,
        path,
        query,
        headers: forwardedHeaders(request, headers, domainName()),
        body,
        sourceIp: request.socket.remoteAddress ?? "",
        protocol: `HTTP/${request.httpVersion}`,
        at: new Date(),
      };
      return invoke(api, served!.stage, match!, integration, call);
    }
    return ownAnswer(404, "Not Found");
  }

  async function invoke(
    api: Api,
    stage: Stage,
    match: RouteMatch,
    integration: Integration,
    call: IncomingCall,
  ): Promise<Answer> {
    const event = payloadV2(call, { id: api.id, accountId: cloud.accountId, domainName: domainName() }, stage, match);
    const routePath = match.route.key === "$default" ? "$default" : match.route.key.replace(" ", "");
    const sourceArn = `${api.executionArn}/${stage.name}/${routePath}`;
    try {
      const result = await within(
        integration.timeoutMs,
        cloud.functions.invoke(integration.functionArn, event, {
          kind: "service",
          service: "apigateway.amazonaws.com",
          sourceArn,
        }),
      );
      if (result === "late") {
        log.error(
          `${call.method} ${call.path}: ${integration.functionArn} did not respond within ${integration.timeoutMs} ms.`,
        );
        return ownAnswer(503, "Service Unavailable");
      }
      const answer = result.error === undefined ? answerOf(result.payload) : undefined;
      if (answer === undefined)
        log.error(
          `${call.method} ${call.path}: ` +
            (result.error?.errorMessage ?? "the function's result is not a valid HTTP response"),
        );
      return answer ?? ownAnswer(500, "Internal Server Error");
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      log.error(`${call.method} ${call.path}: ${cause.message}`);
      if (cause.status === 413) return ownAnswer(413, "Request Entity Too Large");
      return cause.status === 429 ? ownAnswer(503, "Service Unavailable") : ownAnswer(500, "Internal Server Error");
    }
  }
}

/** Undefined if the body is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Discard the rest: a client that is cut off while sending would not see the response.
    if (size <= maxRequestBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= maxRequestBytes ? Buffer.concat(chunks) : undefined;
}

function write(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const bodiless = request.method === "HEAD" || answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.cookies.length === 0 ? {} : { "set-cookie": answer.cookies }),
    ...(answer.status === 204 || answer.status === 304 ? {} : { "content-length": answer.body.length }),
    "apigw-requestid": crypto.randomUUID(),
  });
  response.end(bodiless ? undefined : answer.body);
}
