import XMLBuilder from "fast-xml-builder";
import { AwsError } from "../errors.ts";
import type { ServiceApi } from "../cloud.ts";
import { readBody, type OperationContext } from "./json.ts";

/** An operation of a query service: form parameters in, the members of `<Operation>Result` out. */
export type QueryOperation = (
  parameters: URLSearchParams,
  context: OperationContext,
) => Promise<Record<string, unknown> | undefined>;

const xml = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** A service that implements the query protocol (SNS, STS): `Action=…` in a form body, XML in the response. */
export function queryApi(options: { signingName: string; operations: Record<string, QueryOperation> }): ServiceApi {
  return {
    signingName: options.signingName,
    async handle({ request, response, url, principal }) {
      const abort = new AbortController();
      response.once("close", () => abort.abort());
      const send = (status: number, document: Record<string, unknown>): void => {
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(xml.build(document));
      };
      try {
        const parameters = new URLSearchParams((await readBody(request)).toString("utf8") || url.search);
        const action = parameters.get("Action") ?? "";
        const operation = options.operations[action];
        if (operation === undefined)
          throw new AwsError(
            "InvalidAction",
            `${options.signingName}:${action} is not supported by the local engine.`,
            501,
          );
        const result = await operation(parameters, {
          principal,
          endpoint: `http://${request.headers.host ?? "127.0.0.1"}`,
          signal: abort.signal,
        });
        send(200, {
          [`${action}Response`]: {
            [`${action}Result`]: result ?? {},
            ResponseMetadata: { RequestId: crypto.randomUUID() },
          },
        });
      } catch (cause) {
        if (!(cause instanceof AwsError)) throw cause;
        const code = cause.code === "AccessDenied" ? "AuthorizationError" : cause.code;
        send(cause.status, {
          ErrorResponse: {
            Error: { Type: cause.status < 500 ? "Sender" : "Receiver", Code: code, Message: cause.message },
            RequestId: crypto.randomUUID(),
          },
        });
      }
    },
  };
}
