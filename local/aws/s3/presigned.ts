import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Iam } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { header, type S3Request } from "./request.ts";

/** Query parameters that carry a signature. */
export const signingParameters = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
];

/** Longest life of a presigned URL: 7 days. */
const maxSeconds = 604_800;

/**
 * Checks a presigned URL's signature and expiry. (For a request with signed headers the access key is enough; a
 * presigned URL is passed to others, so it must not work for another key or at another time.) Its `x-amz-…` query
 * parameters, into which the presigner moves headers, become headers again. Throws AccessDenied, SignatureDoesNotMatch.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function checkPresigned(iam: Pick<Iam, "secretOf">, request: S3Request, now = Date.now()): void {
  const { query } = request;
  const signature = query.get("X-Amz-Signature");
  if (signature === null) return;
  const [accessKeyId = "", day = "", region = "", service = ""] = (query.get("X-Amz-Credential") ?? "").split("/");
  const date = query.get("X-Amz-Date") ?? "";
  const seconds = Number(query.get("X-Amz-Expires"));
  const start = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (
    Number.isNaN(start) ||
    !(seconds >= 1 && seconds <= maxSeconds) ||
    query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256"
  ) {
    throw new AwsError(
      "AuthorizationQueryParametersError",
      "The X-Amz- query parameters of the presigned URL are not valid.",
      400,
    );
  }
  if (now > start + seconds * 1000) {
    throw new AwsError("AccessDenied", "Request has expired", 403, {
      Expires: new Date(start + seconds * 1000).toISOString(),
      "X-Amz-Expires": seconds,
    });
  }
  const secretAccessKey = iam.secretOf(accessKeyId);
  if (secretAccessKey === undefined)
    throw new AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403);
  const hash = createHash("sha256").update(canonicalRequest(request)).digest("hex");
  const key = [day, region, service, "aws4_request"].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  const expected = hmac(
    key,
    ["AWS4-HMAC-SHA256", date, `${day}/${region}/${service}/aws4_request`, hash].join("\n"),
  ).toString("hex");
  if (expected.length !== signature.length || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key " +
        "and signing method.",
      403,
    );
  }
  restoreHeaders(request);
}

function canonicalRequest(request: S3Request): string {
  const { query, call } = request;
  const path = (call.request.url ?? "/").split("?")[0]!;
  const parameters = [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const signed = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const headers = signed.map((name) => `${name}:${(header(request, name) ?? "").trim().replace(/ +/g, " ")}\n`);
  const payload = query.get("X-Amz-Content-Sha256") ?? header(request, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  return [request.method, path, parameters.join("&"), headers.join(""), signed.join(";"), payload].join("\n");
}

function restoreHeaders({ query, headers }: S3Request): void {
  for (const name of new Set(query.keys())) {
    if (!name.startsWith("x-amz-")) continue;
    headers[name] = query.get(name) ?? "";
    query.delete(name);
  }
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** RFC 3986: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
