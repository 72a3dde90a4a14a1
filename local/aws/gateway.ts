import XMLBuilder from "fast-xml-builder";
import { createServer, ServerResponse, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isDiskFull } from "../disk.ts";
import type { Log } from "../log.ts";
import type { Iam, Origin, Principal, ServiceApi } from "./cloud.ts";
import { DiskFull } from "./errors.ts";
import type { Recorder } from "./recorder.ts";
import { onUpgrade, webSocketsOnly } from "./support/upgrade.ts";

/** The endpoint for AWS SDKs: one loopback listener that routes by the service in a request's SigV4 scope. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`, the functions' AWS_ENDPOINT_URL. */
  url(): string;
  register(api: ServiceApi): void;
  /** Serves WebSockets by this origin: it is the address of APIs that have them, besides the distribution. */
  serveSockets(origin: Origin): void;
  stop(): Promise<void>;
}

const xml = new XMLBuilder({ suppressEmptyNode: true });

/** Services whose protocol is XML over REST. */
const restXml = /\/(?:s3|cloudfront|route53)\/aws4_request/;

/** The signer: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, in the header or, if presigned, in the query. */
const scope = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * Starts the gateway on 127.0.0.1. An access key is random, created for one role in this run and given only to that
 * role's functions: having it proves the caller's identity, so signatures are not verified.
 */
export async function createGateway(options: {
  iam: Iam;
  log: Log;
  port?: number;
  recorder?: Recorder;
}): Promise<Gateway> {
  const apis = new Map<string, ServiceApi>();
  let sockets: Origin | undefined;
  const server = createServer(webSocketsOnly, (request, response) => {
    dispatch(request, response).catch(failed(request, response));
  });
  onUpgrade(
    server,
    (request) => new ServerResponse(request),
    (request, response, upgrade) => {
      if (sockets === undefined) refuse(request, response, 501, "NotImplemented", "Nothing here serves WebSockets.");
      else
        sockets({
          request,
          response,
          path: request.url ?? "/",
          headers: headersOf(request),
          principal: { kind: "anonymous" },
          upgrade,
        }).catch(failed(request, response));
    },
  );
  // No limit here, for long polls and streamed uploads; the services limit their own work.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });

  function failed(request: IncomingMessage, response: ServerResponse): (cause: unknown) => void {
    return (cause) => {
      const full = isDiskFull(cause) ? new DiskFull(cause) : undefined;
      if (full === undefined) options.log.error(`${request.method ?? ""} ${request.url ?? ""} failed`, cause);
      if (response.headersSent) response.destroy();
      else if (full !== undefined) refuse(request, response, full.status, full.code, full.message);
      else
        refuse(
          request,
          response,
          500,
          "InternalFailure",
          "The local engine failed to handle this request; see its log.",
        );
    };
  }

  async function dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const presigned = url.searchParams.get("X-Amz-Credential");
    const signed = scope.exec(presigned === null ? (request.headers.authorization ?? "") : `Credential=${presigned}`);
    if (url.searchParams.has("AWSAccessKeyId")) {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingAWSSDK.html#specify-signature-version
      const reason = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
      refuse(request, response, 400, "InvalidRequest", reason);
      return;
    }
    if (signed === null) {
      refuse(
        request,
        response,
        403,
        "MissingAuthenticationToken",
        "The request is not signed with AWS Signature Version 4.",
      );
      return;
    }
    const [, accessKeyId = "", , service = ""] = signed;
    const principal: Principal | undefined = options.iam.principal(accessKeyId);
    if (principal === undefined) {
      refuse(
        request,
        response,
        403,
        "InvalidClientTokenId",
        "The access key was not issued by this run of the local engine.",
      );
      return;
    }
    const api = apis.get(service);
    if (api === undefined) {
      refuse(request, response, 501, "NotImplemented", `The service ${service} is not supported by the local engine.`);
      return;
    }
    options.recorder?.call(service, principal, request);
    await api.handle({ request, response, url, principal });
  }

  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    register: (api) => void apis.set(api.signingName, api),
    serveSockets: (origin) => void (sockets = origin),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request's headers with lower-case names; values of a repeated one are joined by commas. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value] as const],
    ),
  );
}

/** Refuses in the protocol of the request: services with XML get XML, which their clients insist on. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  if (expectsXml(request)) {
    const fault = status < 500 ? "Sender" : "Receiver";
    const error = { Type: fault, Code: code, Message: message };
    response.writeHead(status, { "content-type": "text/xml" });
    // S3 and CloudFront read the inner element alone, query services the outer one.
    response.end(
      xml.build(
        /form/.test(request.headers["content-type"] ?? "") ? { ErrorResponse: { Error: error } } : { Error: error },
      ),
    );
    return;
  }
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  response.end(JSON.stringify({ __type: code, message }));
}

/**
 * Whether the caller reads XML: query services send a form; S3, CloudFront and Route 53 are signed for by name, or
 * presigned, by the former signature as well.
 */
function expectsXml({ headers, url = "" }: IncomingMessage): boolean {
  return (
    (headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded") ||
    restXml.test(headers.authorization ?? "") ||
    /[?&](?:X-Amz-Credential|AWSAccessKeyId)=/.test(url)
  );
}
