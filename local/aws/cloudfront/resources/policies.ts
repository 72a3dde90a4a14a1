import { randomUUID } from "node:crypto";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { block, flag, maybeText, texts } from "../../support/inputs.ts";
import type { Selection } from "../policies.ts";
import type { Definitions } from "./definitions.ts";
import { physicalName } from "../../../engine/physical-name.ts";

const none: Selection = { kind: "none" };

/** What a cache policy forwards and whether it allows compression. Its TTLs have no effect: nothing is cached. */
export function cachePolicyProvider({ cachePolicies }: Definitions): ResourceProvider {
  return {
    type: "aws:cloudfront/cachePolicy:CachePolicy",
    honoured: ["name", "parametersInCacheKeyAndForwardedToOrigin"],
    ignored: ["comment", "defaultTtl", "maxTtl", "minTtl"],
    async apply({ name, inputs, prior }) {
      const id = prior?.id ?? randomUUID();
      const parameters =
        block(inputs, "parametersInCacheKeyAndForwardedToOrigin", [
          "cookiesConfig",
          "headersConfig",
          "queryStringsConfig",
          "enableAcceptEncodingBrotli",
          "enableAcceptEncodingGzip",
        ]) ?? {};
      cachePolicies.set(id, {
        ...forwarded(parameters),
        gzip: flag(parameters, "enableAcceptEncodingGzip", false),
        brotli: flag(parameters, "enableAcceptEncodingBrotli", false),
      });
      return { id, outputs: { name: physicalName(inputs["name"], name, prior), etag: id } };
    },
    async remove(state) {
      cachePolicies.delete(state.id);
    },
  };
}

/** What an origin request policy also forwards. */
export function originRequestPolicyProvider({ originRequestPolicies }: Definitions): ResourceProvider {
  return {
    type: "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
    honoured: ["name", "cookiesConfig", "headersConfig", "queryStringsConfig"],
    ignored: ["comment"],
    async apply({ name, inputs, prior }) {
      const id = prior?.id ?? randomUUID();
      originRequestPolicies.set(id, forwarded(inputs));
      return { id, outputs: { name: physicalName(inputs["name"], name, prior), etag: id } };
    },
    async remove(state) {
      originRequestPolicies.delete(state.id);
    },
  };
}

function forwarded(inputs: Properties): { headers: Selection; cookies: Selection; queries: Selection } {
  const headers = selection(inputs, "headersConfig", "headerBehavior", "headers");
  return {
    headers: "names" in headers ? { ...headers, names: headers.names.map((name) => name.toLowerCase()) } : headers,
    cookies: selection(inputs, "cookiesConfig", "cookieBehavior", "cookies"),
    queries: selection(inputs, "queryStringsConfig", "queryStringBehavior", "queryStrings"),
  };
}

function selection(inputs: Properties, config: string, behaviour: string, list: string): Selection {
  const members = block(inputs, config, [behaviour, list]) ?? {};
  const names = texts(block(members, list, ["items"]) ?? {}, "items");
  const kind = maybeText(members, behaviour) ?? "none";
  switch (kind) {
    case "none":
      return none;
    case "all":
    case "allViewer":
      return { kind: "all" };
    case "whitelist":
      return { kind: "only", names };
    case "allExcept":
      return { kind: "except", names };
    default:
      throw new AwsError("InvalidArgument", `The ${behaviour} "${kind}" is not supported by the local engine.`);
  }
}
