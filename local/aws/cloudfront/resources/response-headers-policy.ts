import { randomUUID } from "node:crypto";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { block, flag, maybeNumber, maybeText, properties, text } from "../../support/inputs.ts";
import type { ResponseHeadersPolicy } from "../response-headers.ts";
import type { Definitions } from "./definitions.ts";

type Header = ResponseHeadersPolicy["set"][number];

/** Headers that the distribution sets on or removes from its responses. */
export function responseHeadersPolicyProvider({ responseHeadersPolicies }: Definitions): ResourceProvider {
  return {
    type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    honoured: ["name", "customHeadersConfig", "removeHeadersConfig", "securityHeadersConfig"],
    ignored: ["comment"],
    async apply({ name, inputs, prior }) {
      const id = prior?.id ?? randomUUID();
      const custom = items(block(inputs, "customHeadersConfig", ["items"])).map((item) => ({
        name: text(item, "header").toLowerCase(),
        value: text(item, "value"),
        override: flag(item, "override", false),
      }));
      const remove = items(block(inputs, "removeHeadersConfig", ["items"])).map((item) =>
        text(item, "header").toLowerCase(),
      );
      responseHeadersPolicies.set(id, { set: [...securityHeaders(inputs), ...custom], remove });
      return { id, outputs: { name: physicalName(inputs["name"], name, prior), etag: id } };
    },
    async remove(state) {
      responseHeadersPolicies.delete(state.id);
    },
  };
}

function items(config: Properties | undefined): Properties[] {
  const list = config?.["items"];
  return Array.isArray(list) ? list.map((item: unknown) => properties(item) ?? {}) : [];
}

function securityHeaders(inputs: Properties): Header[] {
  const config =
    block(inputs, "securityHeadersConfig", [
      "contentSecurityPolicy",
      "contentTypeOptions",
      "frameOptions",
      "referrerPolicy",
      "strictTransportSecurity",
      "xssProtection",
    ]) ?? {};
  const one = (
    member: string,
    known: readonly string[],
    header: string,
    value: (settings: Properties) => string,
  ): Header[] => {
    const settings = block(config, member, [...known, "override"]);
    return settings === undefined
      ? []
      : [{ name: header, value: value(settings), override: flag(settings, "override", false) }];
  };
  return [
    ...one("contentSecurityPolicy", ["contentSecurityPolicy"], "content-security-policy", (settings) =>
      text(settings, "contentSecurityPolicy"),
    ),
    ...one("contentTypeOptions", [], "x-content-type-options", () => "nosniff"),
    ...one("frameOptions", ["frameOption"], "x-frame-options", (settings) => text(settings, "frameOption")),
    ...one("referrerPolicy", ["referrerPolicy"], "referrer-policy", (settings) => text(settings, "referrerPolicy")),
    ...one(
      "strictTransportSecurity",
      ["accessControlMaxAgeSec", "includeSubdomains", "preload"],
      "strict-transport-security",
      transportSecurity,
    ),
    ...one("xssProtection", ["protection", "modeBlock", "reportUri"], "x-xss-protection", xssProtection),
  ];
}

/** Browsers ignore this header over plain HTTP; it is sent anyway, as configured. */
function transportSecurity(settings: Properties): string {
  const age = maybeNumber(settings, "accessControlMaxAgeSec") ?? 0;
  const subdomains = flag(settings, "includeSubdomains", false) ? "; includeSubDomains" : "";
  return `max-age=${age}${subdomains}${flag(settings, "preload", false) ? "; preload" : ""}`;
}

function xssProtection(settings: Properties): string {
  if (!flag(settings, "protection", false)) return "0";
  const report = maybeText(settings, "reportUri");
  const mode = flag(settings, "modeBlock", false) ? "; mode=block" : "";
  return `1${mode}${report === undefined ? "" : `; report=${report}`}`;
}
