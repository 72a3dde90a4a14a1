import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../log.ts";
import type { Iam, Principal, ServiceApi } from "./cloud.ts";
import type { Recorder } from "./recorder.ts";

/** The endpoint for AWS SDKs: one loopback listener that routes by the service in a request's SigV4 scope. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`, the functions' AWS_ENDPOINT_URL. */
  url(): string;
  register(api: ServiceApi): void;
  stop(): Promise<void>;
}

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
  const server = createServer((request, response) => {
    dispatch(request, response).catch((cause: unknown) => {
      options.log.error(`${request.method ?? ""} ${request.url ?? ""} failed`, cause);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "InternalFailure", "The local engine failed to handle this request; see its log.");
    });
  });
  // No limit here, for long polls and streamed uploads; the services limit their own work.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });

  async function dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const presigned = url.searchParams.get("X-Amz-Credential");
    const signed = scope.exec(presigned === null ? (request.headers.authorization ?? "") : `Credential=${presigned}`);
    if (signed === null) {
      refuse(response, 403, "MissingAuthenticationToken", "The request is not signed with AWS Signature Version 4.");
      return;
    }
    const [, accessKeyId = "", , service = ""] = signed;
    const principal: Principal | undefined = options.iam.principal(accessKeyId);
    if (principal === undefined) {
      refuse(response, 403, "InvalidClientTokenId", "The access key was not issued by this run of the local engine.");
      return;
    }
    const api = apis.get(service);
    if (api === undefined) {
      refuse(response, 501, "NotImplemented", `The service ${service} is not supported by the local engine.`);
      return;
    }
    options.recorder?.call(service, principal, request);
    await api.handle({ request, response, url, principal });
  }

  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    register: (api) => void apis.set(api.signingName, api),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  response.end(JSON.stringify({ __type: code, message }));
}
