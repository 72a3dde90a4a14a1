import { createContext, Script, type Context } from "node:vm";
import { AwsError } from "../errors.ts";
import type { ViewerRequest } from "./forwarding.ts";
import { cloudfrontModule, readOriginGroup, withoutImport, type OriginGroup } from "./origin-choice.ts";

/**
 * Maximum duration of one call, ms. CloudFront allows less than a millisecond of CPU time; this is wall-clock time, on
 * a machine that may be encoding video at the same time.
 */
const callTimeoutMs = 1000;

/**
 * What a viewer-request function decided: continue with this request, at other origins than the behaviour's if it chose
 * some, or respond immediately.
 */
export type FunctionResult =
  | { request: ViewerRequest; origins?: OriginGroup }
  | { response: { status: number; headers: Record<string, string[]>; body: string } };

/** A CloudFront Function (JavaScript runtime 2.0), compiled. */
export interface ViewerFunction {
  run(
    viewer: ViewerRequest,
    context: { distributionId: string; domainName: string; requestId: string },
  ): FunctionResult;
}

interface Value {
  value: string;
  multiValue?: { value: string }[];
}
type Values = Record<string, Value>;

/**
 * Compiles a function in its own context. As on CloudFront, it cannot access the network, files, timers or modules,
 * cannot evaluate strings as code, and sees its event as plain data only.
 * Throws InvalidArgument for code that does not compile.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function compileViewerFunction(name: string, code: string, timeoutMs = callTimeoutMs): ViewerFunction {
  let context: Context;
  try {
    context = createContext(Object.create(null) as object, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: "afterEvaluate",
    });
    new Script("globalThis.console = Object.freeze({ log() {}, error() {} });").runInContext(context);
    new Script(cloudfrontModule).runInContext(context);
    new Script(withoutImport(code), { filename: `${name}.js` }).runInContext(context, { timeout: timeoutMs });
  } catch (cause) {
    throw new AwsError("InvalidArgument", `The CloudFront function ${name} does not compile: ${messageOf(cause)}`);
  }
  // The promise settles before the script returns: microtasks run in its context, within its time limit.
  const call = new Script(
    `globalThis.output = undefined; globalThis.failure = undefined; globalThis.originGroup = undefined;
    Promise.resolve().then(() => handler(JSON.parse(input))).then(
      (result) => { output = JSON.stringify(result); },
      (error) => { failure = String(error); },
    );`,
  );
  return {
    run(viewer, { distributionId, domainName, requestId }) {
      const event = {
        version: "1.0",
        context: { distributionDomainName: domainName, distributionId, eventType: "viewer-request", requestId },
        viewer: { ip: viewer.ip },
        request: {
          method: viewer.method,
          uri: viewer.path,
          querystring: queryValues(viewer.query),
          headers: headerValues(viewer.headers),
          cookies: cookieValues(viewer.headers["cookie"]),
        },
      };
      context["input"] = JSON.stringify(event);
      call.runInContext(context, { timeout: timeoutMs });
      const output: unknown = context["output"];
      if (typeof output !== "string")
        throw new AwsError(
          "FunctionExecutionError",
          `The CloudFront function ${name} failed: ${messageOf(context["failure"] ?? "it returned nothing")}`,
          503,
        );
      const result = toResult(name, viewer, JSON.parse(output));
      const group: unknown = context["originGroup"];
      return "request" in result && typeof group === "string"
        ? { ...result, origins: readOriginGroup(name, group) }
        : result;
    },
  };
}

function toResult(name: string, viewer: ViewerRequest, output: unknown): FunctionResult {
  const invalid = (): AwsError =>
    new AwsError(
      "FunctionValidationError",
      `The CloudFront function ${name} returned neither a request nor a response.`,
      502,
    );
  if (!isObject(output)) throw invalid();
  const headers = isObject(output["headers"]) ? (output["headers"] as Values) : {};
  if (typeof output["statusCode"] === "number") {
    const body = output["body"];
    const data =
      isObject(body) && typeof body["data"] === "string" ? body["data"] : typeof body === "string" ? body : "";
    const lists = Object.entries(headers).map(
      ([header, value]) => [header, value.multiValue?.map((one) => one.value) ?? [value.value]] as const,
    );
    return { response: { status: output["statusCode"], headers: Object.fromEntries(lists), body: data } };
  }
  if (typeof output["uri"] !== "string" || !output["uri"].startsWith("/")) throw invalid();
  const query = isObject(output["querystring"]) ? (output["querystring"] as Values) : {};
  const cookies = isObject(output["cookies"]) ? (output["cookies"] as Values) : {};
  const { host } = viewer.headers;
  const changed: Record<string, string> = Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header.toLowerCase(), joined(value)]),
  );
  const cookie = pairs(cookies, "; ");
  if (cookie !== "") changed["cookie"] = cookie;
  if (host !== undefined) changed["host"] = host;
  return { request: { ...viewer, path: output["uri"], query: pairs(query, "&"), headers: changed } };
}

function queryValues(query: string): Values {
  return toValues(
    query
      .split("&")
      .filter((pair) => pair !== "")
      .map(split),
  );
}

function cookieValues(header: string | undefined): Values {
  return toValues(
    (header ?? "")
      .split(/; */)
      .filter((pair) => pair !== "")
      .map(split),
  );
}

function headerValues(headers: Record<string, string>): Values {
  return toValues(Object.entries(headers).filter(([name]) => name !== "cookie"));
}

function toValues(entries: readonly (readonly [string, string])[]): Values {
  const values: Values = {};
  for (const [name, value] of entries) {
    const known = Object.hasOwn(values, name) ? values[name] : undefined;
    if (known === undefined)
      Object.defineProperty(values, name, { value: { value }, enumerable: true, writable: true, configurable: true });
    else (known.multiValue ??= [{ value: known.value }]).push({ value });
  }
  return values;
}

function split(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function pairs(values: Values, separator: string): string {
  return Object.entries(values)
    .flatMap(([name, value]) =>
      (value.multiValue ?? [value]).map((one) =>
        one.value === "" && separator === "&" ? name : `${name}=${one.value}`,
      ),
    )
    .join(separator);
}

function joined(value: Value): string {
  return (value.multiValue ?? [value]).map((one) => one.value).join(", ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function messageOf(cause: unknown): string {
  // Errors of the function's context are not instances of this one's Error.
  return isObject(cause) && typeof cause["message"] === "string" ? cause["message"] : String(cause);
}
