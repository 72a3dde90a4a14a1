import { apiPathCode } from "../../../components/api-path.ts";
import { answerOf, type Answer } from "../../../local/aws/apigateway/answer.ts";
import { decodePath } from "../../../local/aws/apigateway/decode-path.ts";
import { payloadV2 } from "../../../local/aws/apigateway/event.ts";
import { compileViewerFunction } from "../../../local/aws/cloudfront/viewer-function.ts";
import { originSecret, type LambdaApi } from "../support/lambda-api.ts";
import type { Request } from "./requests.ts";

const edge = compileViewerFunction("api-path", apiPathCode);
const admitsAll = { take: () => true };

/**
 * A request's way through the distribution's function and API Gateway, which decodes its path, to the API's function
 * and back, without the network.
 */
export async function send(api: LambdaApi, { method, target, headers, body }: Request): Promise<Answer> {
  const at = target.indexOf("?");
  const [path, query] = at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
  const viewer = { method, path, query, headers, ip: "203.0.113.9" };
  const result = edge.run(viewer, { distributionId: "E1", domainName: "example.com", requestId: "edge" });
  if ("response" in result) {
    const { status, headers: lists, body: text } = result.response;
    const single = Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(", ")]));
    return { status, headers: single, cookies: [], body: Buffer.from(text) };
  }
  const decoded = decodePath(result.request.path);
  if (decoded === undefined) throw new Error(`The distribution let ${path} through`);
  const call = {
    method,
    path: decoded,
    query,
    headers: { ...headers, "x-origin-verify": originSecret },
    body,
    sourceIp: "203.0.113.9",
    protocol: "HTTP/1.1",
    at: new Date(),
  };
  const event = payloadV2(
    call,
    { id: "a1b2c3", accountId: "000000000000", domainName: "example.com" },
    { name: "api", variables: {}, throttles: admitsAll },
    { route: { id: "1", key: "$default", integrationId: "1" }, pathParameters: {} },
  );
  const answer = answerOf(JSON.stringify(await api.handle(JSON.parse(JSON.stringify(event)))));
  if (answer === undefined) throw new Error("The function's result is no HTTP response");
  return answer;
}
