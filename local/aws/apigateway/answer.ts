import { properties } from "../support/inputs.ts";

/** The response to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** A response from API Gateway itself. */
export function ownAnswer(status: number, message: string): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * A function's response as HTTP. Without a `statusCode` it becomes the body of a 200, as payload format 2.0 defines.
 * Undefined if it is not a valid response.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function answerOf(payload: string): Answer | undefined {
  const result: unknown = JSON.parse(payload);
  const response = properties(result);
  if (response === undefined || !("statusCode" in response)) {
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      cookies: [],
      body: Buffer.from(typeof result === "string" ? result : payload),
    };
  }
  const status = Number(response["statusCode"]);
  const cookies: unknown = response["cookies"] ?? [];
  const body: unknown = response["body"] ?? "";
  if (!Number.isInteger(status) || status < 100 || status > 599 || !Array.isArray(cookies) || typeof body !== "string")
    return undefined;
  const headers = Object.entries(properties(response["headers"]) ?? {}).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    // These headers describe the connection, which API Gateway controls.
    const kept =
      (typeof value === "string" || typeof value === "number" || typeof value === "boolean") &&
      !["connection", "content-length", "keep-alive", "transfer-encoding"].includes(lower);
    return kept ? [[lower, String(value)] as const] : [];
  });
  const plain = { "content-type": "text/plain;charset=utf-8", ...Object.fromEntries(headers) };
  return {
    status,
    headers: plain,
    cookies: cookies.map(String),
    body: Buffer.from(body, response["isBase64Encoded"] === true ? "base64" : "utf8"),
  };
}
