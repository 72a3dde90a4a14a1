import assert from "node:assert/strict";
import { startHarness, type Harness } from "./support/harness.ts";

type Json = Record<string, unknown>;

const methods = new Set(["get", "post", "put", "patch", "delete"]);

describe("the OpenAPI document", () => {
  let harness: Harness;
  let document: Json;
  before(async () => {
    harness = await startHarness();
    const response = await harness.app.inject("/api/openapi.json");
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers["content-type"], "application/json; charset=utf-8");
    assert.equal(response.headers["cache-control"], "public, max-age=300");
    document = response.json<Json>();
  });
  after(() => harness.stop());

  const operations = (): { path: string; method: string; operation: Json }[] =>
    Object.entries(object(document["paths"])).flatMap(([path, item]) =>
      Object.entries(object(item)).map(([method, operation]) => ({ path, method, operation: object(operation) })),
    );

  it("describes every call of the API below its base", () => {
    assert.equal(document["openapi"], "3.1.0");
    assert.deepEqual(document["servers"], [{ url: "/api" }]);
    assert.deepEqual(
      operations().map(({ path, method, operation }) => `${method} ${path} ${String(operation["operationId"])}`),
      [
        "get /health getHealth",
        "get /channels listChannels",
        "get /channels/{id} getChannel",
        "post /channels/{id}/start startChannel",
        "post /channels/{id}/stop stopChannel",
        "get /people listPeople",
        "post /people createPerson",
        "get /people/{id} getPerson",
        "patch /people/{id} renamePerson",
        "delete /people/{id} deletePerson",
        "get /people/{id}/look-alikes listLookAlikes",
        "post /people/{id}/merge mergePerson",
        "post /people/{id}/photos addPhoto",
        "get /clips listClips",
        "get /clips/{id} getClip",
        "patch /clips/{id} reviewClip",
        "delete /clips/{id} deleteClip",
        "get /clips/{id}/playlist.m3u8 getClipPlaylist",
        "get /clips/{id}/master.m3u8 getClipMasterPlaylist",
        "get /reel getReel",
        "get /reel.m3u8 getReelPlaylist",
        "get /broadcasts listBroadcasts",
        "get /broadcasts/{id} getBroadcast",
        "get /broadcasts/{id}/people listBroadcastPeople",
        "get /recordings listRecordings",
        "get /recordings/{id} getRecording",
        "delete /recordings/{id} deleteRecording",
        "post /recordings/{id}/retry retryRecording",
        "post /clips/{id}/exports exportClip",
        "post /exports exportClips",
        "get /exports/{id} getExport",
        "get /recordings/{id}/faces listFrameFaces",
        "get /clips/{id}/faces listClipFaces",
        "get /channels/{id}/faces listLatestFaces",
        "post /undo/{id} undo",
        "post /people/{id}/search searchPerson",
        "get /people/{id}/search getSearch",
        "delete /people/{id}/search cancelSearch",
        "post /channels/{id}/marks createMark",
        "get /channels/{id}/marks listMarks",
        "delete /marks/{id} deleteMark",
        "get /events listEvents",
        "post /admin-token/rotate rotateAdminToken",
        "post /webhooks createWebhook",
        "get /webhooks listWebhooks",
        "delete /webhooks/{id} deleteWebhook",
        "post /webhooks/{id}/test testWebhook",
        "get /stream getStream",
      ],
    );
  });

  it("gives each call an id of its own", () => {
    const ids = operations().map(({ operation }) => operation["operationId"]);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("has for each call a summary, a tag, a success and the errors that any call can have, as problems", () => {
    const tags = new Set(array(document["tags"]).map((tag) => object(tag)["name"]));
    for (const { path, method, operation } of operations()) {
      const at = `${method} ${path}`;
      assert.ok(methods.has(method), at);
      assert.match(String(operation["summary"]), /^[A-Z].{5,}[^.]$/, at);
      assert.ok(array(operation["tags"]).every((tag) => tags.has(tag)) && array(operation["tags"]).length === 1, at);
      const responses = object(operation["responses"]);
      assert.ok(
        Object.keys(responses).some((status) => /^[12]/.test(status)),
        at,
      );
      const expected = method === "get" ? ["304"] : ["413", "415"];
      for (const status of [...expected, "400", "403", "429", "500", "503"])
        assert.ok(status in responses, `${at} ${status}`);
      for (const [status, response] of Object.entries(responses)) {
        assert.ok(String(object(response)["description"]).length > 5, `${at} ${status}`);
        if (status < "400") continue;
        const content = object(object(response)["content"]);
        assert.deepEqual(content["application/json"], atGateway(status, method), `${at} ${status}`);
        // Only API Gateway counts requests.
        if (status === "429") continue;
        const { schema, examples } = object(content["application/problem+json"]);
        assert.deepEqual(schema, { $ref: "#/components/schemas/Problem" }, `${at} ${status}`);
        for (const [code, example] of Object.entries(object(examples))) {
          const value = object(object(example)["value"]);
          assert.deepEqual(
            [value["code"], value["status"], value["type"]],
            [code, Number(status), `urn:spotlight:problem:${code}`],
          );
        }
      }
    }
  });

  it("asks for the admin token on what is for editors, with its 401, and takes it where they read more", () => {
    assert.deepEqual(object(object(document["components"])["securitySchemes"])["adminToken"], {
      type: "http",
      scheme: "bearer",
      description: "The stack output adminToken, until it is rotated.",
    });
    // An empty list says that a call needs no credentials; none at all says nothing.
    for (const { path, method, operation } of operations()) {
      const more = /^\/(channels|recordings|clips|reel|exports)/.test(path) ? [{}, { adminToken: [] }] : undefined;
      const isForEditors = method !== "get" || /(\/faces|\/look-alikes|^\/webhooks)$/.test(path);
      const expected = isForEditors ? [{ adminToken: [] }] : (more ?? []);
      assert.deepEqual(operation["security"], expected, `${method} ${path}`);
      assert.equal("401" in object(operation["responses"]), isForEditors, `${method} ${path}`);
    }
  });

  it("declares each parameter of a path, and points only at schemas that are there", () => {
    for (const { path, operation } of operations()) {
      const declared = array(operation["parameters"] ?? [])
        .map(object)
        .filter((parameter) => parameter["in"] === "path");
      assert.deepEqual(
        declared.map(({ name, required }) => [name, required]),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, true]),
      );
    }
    const schemas = object(object(document["components"])["schemas"]);
    const used = new Set<string>();
    walk(document, (node) => {
      if (!("$ref" in node)) return;
      const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(String(node["$ref"])) ?? [];
      assert.ok(name !== undefined && name in schemas, String(node["$ref"]));
      used.add(name);
    });
    assert.deepEqual([...used].sort(), Object.keys(schemas).sort());
  });

  it("is valid JSON Schema 2020-12 in its schemas: no keywords of OpenAPI 3.0, and required properties exist", () => {
    walk(document["components"], (node) => {
      assert.ok(!("nullable" in node));
      if (!Array.isArray(node["required"]) || node["properties"] === undefined) return;
      for (const name of node["required"]) assert.ok(String(name) in object(node["properties"]), String(name));
    });
  });

  it("takes photos as raw JPEG or PNG", () => {
    const photo = operations().find(({ operation }) => operation["operationId"] === "addPhoto");
    assert.deepEqual(Object.keys(object(object(photo?.operation["requestBody"])["content"])), [
      "image/jpeg",
      "image/png",
    ]);
  });
});

/** What API Gateway itself answers with this status. */
function atGateway(status: string, method: string): object | undefined {
  const statuses = ["429", "500", "503", ...(method === "get" ? [] : ["413"])];
  return statuses.includes(status) ? { schema: { $ref: "#/components/schemas/GatewayMessage" } } : undefined;
}

function walk(node: unknown, visit: (node: Json) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit);
  else if (typeof node === "object" && node !== null) {
    visit(object(node));
    for (const item of Object.values(node)) walk(item, visit);
  }
}

function object(value: unknown): Json {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), JSON.stringify(value));
  return { ...value };
}

function array(value: unknown): unknown[] {
  assert.ok(isList(value), JSON.stringify(value));
  return value;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
