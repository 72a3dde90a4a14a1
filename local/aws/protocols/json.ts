import type { IncomingMessage } from "node:http";
import { AwsError } from "../errors.ts";
import type { Principal, ServiceApi, ServiceCall } from "../cloud.ts";

/** One API operation: takes the request's members as the SDK types them, returns the response's. */
export type Operation<Input, Output> = (input: Input, context: OperationContext) => Promise<Output> | Output;

export interface OperationContext {
  principal: Principal;
  /** Base URL by which the caller reached the gateway, e.g. `http://127.0.0.1:4566`. */
  endpoint: string;
  /** Aborted when the caller disconnects, so that long polls end early. */
  signal: AbortSignal;
}

/** An operation whose input the protocol has parsed but not validated; the operation checks what it uses. */
export type Operations = Record<string, Operation<never, unknown>>;

/** Largest request body: above the limits of all services that use JSON (Rekognition's 5 MB image, base64). */
const maxBodyBytes = 16 * 1024 * 1024;

/** A service that implements awsJson (`x-amz-target: PREFIX.Operation`). Unknown operations are rejected by name. */
export function jsonApi(options: { signingName: string; version: "1.0" | "1.1"; operations: Operations }): ServiceApi {
  const contentType = `application/x-amz-json-${options.version}`;
  return {
    signingName: options.signingName,
    async handle(call) {
      const name = (headerOf(call.request, "x-amz-target").split(".")[1] ?? "").trim();
      await respond(call, contentType, async (context) => {
        const operation = options.operations[name];
        if (operation === undefined) throw unknownOperation(options.signingName, name);
        return operation(parse(await readBody(call.request)) as never, context);
      });
    },
  };
}

/**
 * Runs an operation and writes its response, or its error as awsJson and restJson define it (`__type`,
 * `x-amzn-errortype`).
 */
export async function respond(
  call: ServiceCall,
  contentType: string,
  run: (context: OperationContext) => unknown,
  successStatus = 200,
): Promise<void> {
  const { request, response } = call;
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  try {
    const output = await run({
      principal: call.principal,
      endpoint: `http://${request.headers.host ?? "127.0.0.1"}`,
      signal: abort.signal,
    });
    response.writeHead(successStatus, { "content-type": contentType });
    response.end(JSON.stringify(output ?? {}, encode));
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    const code = cause.code === "AccessDenied" ? "AccessDeniedException" : cause.code;
    response.writeHead(cause.status, { "content-type": contentType, "x-amzn-errortype": code });
    response.end(JSON.stringify({ __type: code, message: cause.message, Message: cause.message, ...cause.details }));
  }
}

/** The error for an unsupported operation: a 501, never a silent success. */
export function unknownOperation(service: string, name: string): AwsError {
  return new AwsError("UnknownOperationException", `${service}:${name} is not supported by the local engine.`, 501);
}

/** Reads a whole body, at most 16 MB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes)
      throw new AwsError("RequestEntityTooLargeException", `The request is larger than ${maxBodyBytes} bytes.`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A body as JSON; an empty body is an empty object. */
export function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "The request body is not valid JSON.");
  }
}

/** Timestamps are epoch seconds in awsJson and restJson. */
function encode(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
