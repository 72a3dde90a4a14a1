import { randomBytes } from "node:crypto";
import type { ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { maybeText, text, whole } from "../../support/inputs.ts";
import type { Api } from "../apis.ts";
import { existingApi } from "./api.ts";

/** `aws.apigatewayv2.Integration` with a function. HTTP APIs use payload format 2.0; WebSocket APIs have one format. */
export function integrationProvider(apis: ReadonlyMap<string, Api>): ResourceProvider {
  return {
    type: "aws:apigatewayv2/integration:Integration",
    honoured: ["apiId", "integrationType", "integrationUri", "payloadFormatVersion", "timeoutMilliseconds"],
    // Functions are always invoked with POST, from within AWS.
    ignored: ["connectionType", "description", "integrationMethod", "region"],
    replaceOnChanges: ["apiId", "integrationType"],
    async apply({ inputs, prior }) {
      const api = existingApi(apis, text(inputs, "apiId"));
      const type = text(inputs, "integrationType");
      if (type !== "AWS_PROXY")
        throw new AwsError(
          "NotImplemented",
          `The local engine has Lambda proxy integrations only: integrationType is ${type}.`,
          501,
        );
      const format = maybeText(inputs, "payloadFormatVersion") ?? "1.0";
      const known = api.protocol === "HTTP" ? "2.0" : "1.0";
      if (format !== known)
        throw new AwsError(
          "NotImplemented",
          `The local engine has payload format ${known} only for ${api.protocol} APIs: ` +
            `payloadFormatVersion is ${format}.`,
          501,
        );
      const uri = text(inputs, "integrationUri");
      const functionArn = /arn:aws:lambda:[^/]+:function:[^/]+/.exec(uri)?.[0];
      if (functionArn === undefined)
        throw new AwsError("BadRequestException", `Invalid integration URI: ${uri} is not a Lambda function.`);
      const id = prior?.id ?? randomBytes(4).toString("hex").slice(0, 7);
      const max = api.protocol === "HTTP" ? 30_000 : 29_000;
      api.integrations.set(id, {
        id,
        functionArn,
        timeoutMs: whole(inputs, "timeoutMilliseconds", { fallback: max, min: 50, max }),
      });
      return { id, outputs: {} };
    },
    async remove(state, inputs) {
      apis.get(text(inputs, "apiId"))?.integrations.delete(state.id);
    },
  };
}
