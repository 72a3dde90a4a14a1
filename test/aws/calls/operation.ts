import * as mediaConvert from "@aws-sdk/client-mediaconvert";
import * as mediaLive from "@aws-sdk/client-medialive";
import type { RecordedCall } from "../../../local/aws/recorder.ts";

/** An operation of an AWS API with its input, as its model names and nests them. */
export interface Operation {
  /** SDK client, e.g. `mediaconvert`. */
  client: string;
  /** `CreateJob` */
  name: string;
  /** The request's members, from body, path and query. */
  input: Record<string, unknown>;
  /** Whether members begin with small letters on the wire. */
  camelCase: boolean;
}

/** Route tables of the REST APIs, from the schemas that the SDK clients themselves send by. */
const restRoutes: Readonly<Record<string, readonly Route[]>> = {
  mediaconvert: routesOf(mediaConvert),
  medialive: routesOf(mediaLive),
};

/** Services whose calls carry the operation in `x-amz-target`, by signing name. */
const targetClients: Readonly<Record<string, string>> = {
  dynamodb: "dynamodb",
  sqs: "sqs",
  rekognition: "rekognition",
  events: "eventbridge",
};

/**
 * What a recorded call asks for. Undefined for services without JSON (S3, SNS) and for methods that no model here
 * describes. Throws for a REST call that the service's model does not have.
 */
export function operationOf(call: RecordedCall): Operation | undefined {
  const client = targetClients[call.service];
  if (client !== undefined && call.target !== undefined)
    return { client, name: call.target.split(".")[1] ?? "", input: membersOf(call.body), camelCase: false };
  const routes = restRoutes[call.service];
  if (routes === undefined) return undefined;
  const url = new URL(call.path, "http://localhost");
  const found = routes.find(({ method, pattern }) => method === call.method && pattern.test(url.pathname));
  if (found === undefined) throw new Error(`${call.service} has no operation ${call.method} ${url.pathname}.`);
  const labels = found.pattern.exec(url.pathname)?.groups ?? {};
  return {
    client: call.service,
    name: found.operation,
    input: { ...membersOf(call.body), ...Object.fromEntries(url.searchParams), ...labels },
    camelCase: true,
  };
}

interface Route {
  operation: string;
  method: string;
  pattern: RegExp;
}

/**
 * A client exports each operation's schema: `[9, namespace, name, { http: [method, path, status] }, input, output]`.
 */
function routesOf(client: object): Route[] {
  return Object.values(client).flatMap((schema: unknown) => {
    if (!Array.isArray(schema) || schema[0] !== 9 || typeof schema[2] !== "string") return [];
    const { http } = Object(schema[3]) as { http?: [method: string, path: string, status: number] };
    if (http === undefined) return [];
    const [method, path] = http;
    const pattern = path.split("?")[0]!.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    return [{ operation: schema[2], method, pattern: new RegExp(`^${pattern}/?$`) }];
  });
}

function membersOf(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}
