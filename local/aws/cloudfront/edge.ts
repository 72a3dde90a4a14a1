import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Origins, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { chooseCoding, createEncoder } from "./compression.ts";
import type { Behavior, Distribution, Target } from "./distribution.ts";
import type { EdgeResponse } from "./edge-response.ts";
import { forward, type ViewerRequest } from "./forwarding.ts";
import type { OriginGroup } from "./origin-choice.ts";
import { sendPage } from "./pages.ts";
import { normalisePath } from "./path-pattern.ts";
import { applyResponseHeaders } from "./response-headers.ts";

/** Longest URL that CloudFront accepts, in bytes. */
const maxUrlBytes = 8192;

/** Dependencies of the edge: the distribution, its origins and its own address. */
export interface Edge {
  distribution: Distribution;
  origins: Origins;
  domainName: string;
}

/**
 * Serves one viewer request as the distribution is configured. `upgrade` is given for one that asks for a WebSocket:
 * the bytes that followed it. It reaches the origin as such only if the behaviour forwards the two headers it needs:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
 */
export async function serve(
  edge: Edge,
  incoming: IncomingMessage,
  response: EdgeResponse,
  upgrade?: Buffer,
): Promise<void> {
  const requestId = randomBytes(24).toString("base64url");
  const via = `1.1 ${edge.distribution.id.toLowerCase()}.cloudfront.net (CloudFront)`;
  response.setHeader("via", via);
  response.setHeader("x-amz-cf-id", requestId);
  response.setHeader("x-cache", "Error from cloudfront");
  const target = incoming.url ?? "/";
  if (Buffer.byteLength(target) > maxUrlBytes) {
    sendPage(response, 414, "The URL is too long", "CloudFront accepts URLs of up to 8192 bytes.");
    return;
  }
  if (!target.startsWith("/")) {
    sendPage(response, 400, "Bad request", "The request target must be a path.");
    return;
  }
  const viewer = viewerRequest(incoming, target);
  const path = normalisePath(viewer.path);
  const behavior = edge.distribution.behaviors.find((one) => one.matches(path))!;
  if (!behavior.allowedMethods.includes(viewer.method)) {
    sendPage(
      response,
      403,
      "This method is not allowed here",
      `The distribution is not configured to allow the method ${viewer.method} for this path.`,
    );
    return;
  }
  let request = viewer;
  let group: OriginGroup | undefined;
  if (behavior.viewerRequest !== undefined) {
    const result = behavior.viewerRequest.run(viewer, {
      distributionId: edge.distribution.id,
      domainName: edge.domainName,
      requestId,
    });
    if ("response" in result) {
      response.setHeader("x-cache", "FunctionGeneratedResponse from cloudfront");
      response.writeHead(result.response.status, result.response.headers);
      response.end(result.response.body);
      return;
    }
    request = result.request;
    group = result.origins;
  }
  if (request.path === "/" && edge.distribution.defaultRootObject !== "")
    request = { ...request, path: `/${edge.distribution.defaultRootObject}` };
  const fetchFrom = (target: Target, failover: readonly number[] = []): Promise<void> =>
    fetchOrigin(edge, { incoming, response, viewer, request, behavior, target, failover, via, requestId, upgrade });
  if (group === undefined) return fetchFrom(behavior.target);
  const [first, second] = group.originIds;
  const own = response.getHeaders();
  try {
    await fetchFrom(originOf(edge.distribution, first), group.statusCodes);
    if (!response.discarded) return;
  } catch (cause) {
    if (response.headersSent) throw cause;
  }
  for (const name of response.getHeaderNames()) if (!(name in own)) response.removeHeader(name);
  response.statusCode = 200;
  await fetchFrom(originOf(edge.distribution, second));
}

/** The origin that a function chose. */
function originOf({ targets }: Distribution, id: string): Target {
  const target = targets.get(id);
  if (target === undefined)
    throw new AwsError("FunctionValidationError", `A CloudFront function chose the unknown origin ${id}.`, 502);
  return target;
}

/** Fetches the request from one origin. A response with one of the codes of `failover` is discarded. */
async function fetchOrigin(
  edge: Edge,
  call: {
    incoming: IncomingMessage;
    response: EdgeResponse;
    viewer: ViewerRequest;
    request: ViewerRequest;
    behavior: Behavior;
    target: Target;
    failover: readonly number[];
    via: string;
    requestId: string;
    upgrade: Buffer | undefined;
  },
): Promise<void> {
  const { incoming, response, viewer, request, behavior, failover, via, requestId, upgrade } = call;
  const { domainName, originPath, customHeaders, signed } = call.target;
  const origin = edge.origins.get(domainName);
  if (origin === undefined)
    throw new AwsError("OriginDNSError", `The origin ${domainName} does not exist in the local engine.`, 502);
  const { cachePolicy, originRequestPolicy } = behavior;
  const forwarded = forward(request, {
    cachePolicy,
    originRequestPolicy,
    originHost: domainName,
    originPath,
    via,
    requestId,
    customHeaders,
  });
  // An origin access control replaces the viewer's Authorization header with its own signature.
  if (signed) delete forwarded.headers["authorization"];
  const principal: Principal = signed
    ? { kind: "service", service: "cloudfront.amazonaws.com", sourceArn: edge.distribution.arn }
    : { kind: "anonymous" };
  response.intercept((sent, status) =>
    failover.includes(status) ? "discard" : complete(sent, status, behavior, viewer),
  );
  const { headers } = forwarded;
  const socket = upgrade !== undefined && "sec-websocket-key" in headers && "sec-websocket-version" in headers;
  await origin({
    request: incoming,
    response,
    path: forwarded.path,
    headers,
    principal,
    ...(socket && { upgrade }),
  });
}

/** Completes an origin's headers just before they are sent. */
function complete(
  response: EdgeResponse,
  status: number,
  behavior: Behavior,
  viewer: ViewerRequest,
): ReturnType<typeof createEncoder> | undefined {
  response.setHeader("x-cache", status >= 400 ? "Error from cloudfront" : "Miss from cloudfront");
  for (const name of ["connection", "keep-alive", "proxy-authenticate", "upgrade", "trailer"])
    response.removeHeader(name);
  if (behavior.responseHeadersPolicy !== undefined) applyResponseHeaders(behavior.responseHeadersPolicy, response);
  if (!behavior.compress) return undefined;
  const length = Number(text(response, "content-length"));
  const head = {
    status,
    contentType: text(response, "content-type"),
    contentLength: Number.isNaN(length) ? undefined : length,
    contentEncoding: text(response, "content-encoding"),
  };
  const coding = chooseCoding(
    head,
    { method: viewer.method, acceptEncoding: viewer.headers["accept-encoding"] },
    behavior.cachePolicy,
  );
  if (coding === undefined) return undefined;
  response.removeHeader("content-length");
  response.removeHeader("accept-ranges");
  response.setHeader("content-encoding", coding);
  if (text(response, "vary")?.toLowerCase() !== "accept-encoding") response.appendHeader("vary", "Accept-Encoding");
  const etag = text(response, "etag");
  // The bytes differ from the origin's and are only semantically equal.
  if (etag?.startsWith('"') === true) response.setHeader("etag", `W/${etag}`);
  return createEncoder(coding, length);
}

function viewerRequest(incoming: IncomingMessage, target: string): ViewerRequest {
  const question = target.indexOf("?");
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as const],
  );
  return {
    method: incoming.method ?? "GET",
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    headers: Object.fromEntries(headers),
    ip: incoming.socket.remoteAddress ?? "",
  };
}

function text(response: EdgeResponse, name: string): string | undefined {
  const value = response.getHeader(name);
  return value === undefined ? undefined : String(value);
}
