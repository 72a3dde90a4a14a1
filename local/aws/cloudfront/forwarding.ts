import { selects, type CachePolicy, type OriginRequestPolicy } from "./policies.ts";

/** A viewer's request as the edge processes it. Header names are in lower case. */
export interface ViewerRequest {
  method: string;
  /** Percent-encoded, as received. */
  path: string;
  /** Without the question mark. */
  query: string;
  headers: Record<string, string>;
  ip: string;
}

/** Headers that CloudFront sets itself when it fetches, whatever the policies say. */
const alwaysForwarded = [
  "content-type",
  "content-length",
  "content-md5",
  "range",
  "if-range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
];

/** Headers that the edge does not forward. */
const neverForwarded = [
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
];

/**
 * Path, query string and headers that the origin gets under the behaviour's policies.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export function forward(
  viewer: ViewerRequest,
  options: {
    cachePolicy: CachePolicy;
    originRequestPolicy?: OriginRequestPolicy;
    originHost: string;
    originPath: string;
    via: string;
    requestId: string;
    customHeaders: Record<string, string>;
  },
): { path: string; headers: Record<string, string> } {
  const policies =
    options.originRequestPolicy === undefined
      ? [options.cachePolicy]
      : [options.cachePolicy, options.originRequestPolicy];
  const query = viewer.query
    .split("&")
    .filter((pair) => pair !== "" && policies.some(({ queries }) => selects(queries, nameOf(pair))))
    .join("&");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(viewer.headers)) {
    if (neverForwarded.includes(name) || name === "cookie" || name === "accept-encoding") continue;
    if (alwaysForwarded.includes(name) || policies.some((policy) => selects(policy.headers, name)))
      headers[name] = value;
  }
  const cookies = (viewer.headers["cookie"] ?? "")
    .split(/; */)
    .filter((pair) => pair !== "" && policies.some((policy) => selects(policy.cookies, pair.split("=")[0]!)));
  if (cookies.length > 0) headers["cookie"] = cookies.join("; ");
  const encoding = acceptEncoding(viewer, options.cachePolicy, options.originRequestPolicy);
  if (encoding !== undefined) headers["accept-encoding"] = encoding;
  headers["host"] ??= options.originHost;
  headers["user-agent"] ??= "Amazon CloudFront";
  const forwardedFor = viewer.headers["x-forwarded-for"];
  headers["x-forwarded-for"] = forwardedFor === undefined ? viewer.ip : `${forwardedFor}, ${viewer.ip}`;
  headers["via"] = options.via;
  headers["x-amz-cf-id"] = options.requestId;
  return {
    path: `${options.originPath}${viewer.path}${query === "" ? "" : `?${query}`}`,
    headers: { ...headers, ...options.customHeaders },
  };
}

/** Normalised if the cache policy enables compression, otherwise treated like any other header. */
function acceptEncoding(
  { headers }: ViewerRequest,
  cachePolicy: CachePolicy,
  originRequestPolicy: OriginRequestPolicy | undefined,
): string | undefined {
  const value = headers["accept-encoding"];
  if (value === undefined) return undefined;
  if (!cachePolicy.gzip && !cachePolicy.brotli)
    return originRequestPolicy !== undefined && selects(originRequestPolicy.headers, "accept-encoding")
      ? value
      : undefined;
  const accepted = [
    ...(cachePolicy.brotli && accepts(value, "br") ? ["br"] : []),
    ...(cachePolicy.gzip && accepts(value, "gzip") ? ["gzip"] : []),
  ];
  return accepted.length === 0 ? undefined : accepted.join(",");
}

/** Whether an Accept-Encoding header allows a coding (`;q=0` forbids it). */
export function accepts(header: string, coding: string): boolean {
  const weights = new Map(
    header.split(",").map((one) => {
      const [name = "", ...parameters] = one.trim().toLowerCase().split(";");
      const weight = parameters
        .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
        .find((found) => found !== undefined);
      return [name.trim(), weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get(coding) ?? weights.get("*") ?? 0) > 0;
}

function nameOf(pair: string): string {
  const name = pair.split("=")[0]!;
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}
