import { randomBytes } from "node:crypto";
import type { ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { maybeText, text } from "../../support/inputs.ts";
import type { Api } from "../apis.ts";
import { existingApi } from "./api.ts";

const keyForms = {
  HTTP: /^(\$default|(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*)$/,
  WEBSOCKET: /^(\$connect|\$disconnect|\$default|[^$\s]\S{0,127})$/,
};

/** `aws.apigatewayv2.Route` to an integration, open to everyone. */
export function routeProvider(apis: ReadonlyMap<string, Api>): ResourceProvider {
  return {
    type: "aws:apigatewayv2/route:Route",
    honoured: ["apiId", "authorizationType", "routeKey", "target"],
    ignored: ["operationName", "region"],
    replaceOnChanges: ["apiId"],
    async apply({ inputs, prior }) {
      const api = existingApi(apis, text(inputs, "apiId"));
      const authorization = maybeText(inputs, "authorizationType") ?? "NONE";
      if (authorization !== "NONE")
        throw new AwsError(
          "NotImplemented",
          `The local engine has no authorizers: authorizationType is ${authorization}.`,
          501,
        );
      const key = text(inputs, "routeKey");
      if (!keyForms[api.protocol].test(key))
        throw new AwsError(
          "BadRequestException",
          `The provided route key is not formatted properly for ${api.protocol} protocol: ${key}.`,
        );
      const integrationId = /^integrations\/(.+)$/.exec(text(inputs, "target"))?.[1] ?? "";
      if (!api.integrations.has(integrationId))
        throw new AwsError("NotFoundException", `Invalid Integration identifier specified ${integrationId}`, 404);
      const id = prior?.id ?? randomBytes(4).toString("hex").slice(0, 7);
      if ([...api.routes.values()].some((route) => route.key === key && route.id !== id))
        throw new AwsError("ConflictException", `Route with key ${key} already exists for this API`, 409);
      api.routes.set(id, { id, key, integrationId });
      return { id, outputs: {} };
    },
    async remove(state, inputs) {
      apis.get(text(inputs, "apiId"))?.routes.delete(state.id);
    },
  };
}
