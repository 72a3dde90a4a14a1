import { Compile, type Validator } from "typebox/compile";

type Json = Record<string, unknown>;

/** A query parameter of an operation. */
export interface Parameter {
  name: string;
  schema: Json;
}

/** One call of the API, as the OpenAPI document describes it. */
export interface Operation {
  id: string;
  /** In capitals. */
  method: string;
  /** `/api/people/{id}`. */
  path: string;
  /** Those of the query. */
  parameters: Parameter[];
  /** The schema of a JSON body. */
  body: Json | undefined;
  /** Media types of the body. */
  consumes: string[];
  /** By status, the checks of the body by media type; of no body where there is none. */
  responses: Map<number, Map<string, Validator>>;
}

/** The operations that a document describes. */
export function readDocument(document: unknown): Operation[] {
  const root = json(document);
  const schemas = Object.entries(json(json(root["components"])["schemas"]));
  const context = Object.fromEntries(schemas.map(([name, schema]) => [`#/components/schemas/${name}`, json(schema)]));
  const base = String(json(list(root["servers"])[0])["url"]);
  return Object.entries(json(root["paths"])).flatMap(([path, item]) =>
    Object.entries(json(item)).map(([method, value]) => {
      const operation = json(value);
      const content = json(json(operation["requestBody"] ?? {})["content"] ?? {});
      return {
        id: String(operation["operationId"]),
        method: method.toUpperCase(),
        path: `${base}${path}`,
        parameters: list(operation["parameters"] ?? [])
          .map(json)
          .filter((parameter) => parameter["in"] === "query")
          .map((parameter) => ({ name: String(parameter["name"]), schema: json(parameter["schema"]) })),
        body: "application/json" in content ? json(json(content["application/json"])["schema"]) : undefined,
        consumes: Object.keys(content),
        responses: new Map(
          Object.entries(json(operation["responses"])).map(([status, response]) => [
            Number(status),
            new Map(
              Object.entries(json(json(response)["content"] ?? {})).map(([type, media]) => [
                type,
                Compile(context, json(json(media)["schema"])),
              ]),
            ),
          ]),
        ),
      };
    }),
  );
}

/** `value` as a JSON object; throws if it is none. */
function json(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${String(value)} is no object`);
  return { ...value };
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${String(value)} is no list`);
  return value.map((entry: unknown) => entry);
}
