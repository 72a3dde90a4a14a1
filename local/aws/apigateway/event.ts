import type { Stage } from "./apis.ts";
import { logTime } from "./log-time.ts";
import type { RouteMatch } from "./routing.ts";

/** The values that an event is built from. */
export interface IncomingCall {
  method: string;
  /** Decoded, with the stage. */
  path: string;
  /** Without the question mark, as received. */
  query: string;
  /** Lower-case names; values joined by commas. */
  headers: Record<string, string>;
  body: Buffer;
  sourceIp: string;
  protocol: string;
  at: Date;
}

/**
 * API Gateway's event in payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function payloadV2(
  call: IncomingCall,
  api: { id: string; accountId: string; domainName: string },
  stage: Stage,
  { route, pathParameters }: RouteMatch,
): Record<string, unknown> {
  const { cookie, ...headers } = call.headers;
  const query = queryParameters(call.query);
  const requestId = crypto.randomUUID();
  const text = isText(call.headers);
  return {
    version: "2.0",
    routeKey: route.key,
    rawPath: call.path,
    rawQueryString: call.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(";").map((pair) => pair.trim()) }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      domainName: api.domainName,
      domainPrefix: api.domainName.split(/[.:]/)[0],
      http: {
        method: call.method,
        path: call.path,
        protocol: call.protocol,
        sourceIp: call.sourceIp,
        userAgent: call.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.key,
      stage: stage.name,
      time: logTime(call.at),
      timeEpoch: call.at.getTime(),
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(Object.keys(stage.variables).length === 0 ? {} : { stageVariables: stage.variables }),
    ...(call.body.length === 0 ? {} : { body: call.body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: call.body.length > 0 && !text,
  };
}

/** Decoded; values of a repeated name are joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

/** Bodies of these types are passed on unchanged, all others in base64. */
function isText(headers: Record<string, string>): boolean {
  if (headers["content-encoding"] !== undefined) return false;
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  return type.startsWith("text/") || /^application\/(json|javascript|xml|[\w.-]+\+(json|xml))$/.test(type);
}
