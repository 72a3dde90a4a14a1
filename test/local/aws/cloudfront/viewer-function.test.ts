import assert from "node:assert/strict";
import { compileViewerFunction } from "../../../../local/aws/cloudfront/viewer-function.ts";

const viewer = {
  method: "GET",
  path: "/a%20b",
  query: "x=1&x=2&flag",
  headers: { host: "127.0.0.1:8080", cookie: "s=1; t=2", accept: "*/*" },
  ip: "127.0.0.1",
};
const context = { distributionId: "E1", domainName: "127.0.0.1:8080", requestId: "r" };
const run = (code: string): ReturnType<ReturnType<typeof compileViewerFunction>["run"]> =>
  compileViewerFunction("test", code, 100).run(viewer, context);

describe("CloudFront viewer-request function", () => {
  it("receives CloudFront's event", () => {
    const result = run("function handler(event) { return { statusCode: 200, body: JSON.stringify(event) }; }");
    assert.ok("response" in result);
    assert.deepEqual(JSON.parse(result.response.body), {
      version: "1.0",
      context: {
        distributionDomainName: "127.0.0.1:8080",
        distributionId: "E1",
        eventType: "viewer-request",
        requestId: "r",
      },
      viewer: { ip: "127.0.0.1" },
      request: {
        method: "GET",
        uri: "/a%20b",
        querystring: { x: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] }, flag: { value: "" } },
        headers: { host: { value: "127.0.0.1:8080" }, accept: { value: "*/*" } },
        cookies: { s: { value: "1" }, t: { value: "2" } },
      },
    });
  });

  it("forwards a request unchanged if the function returns it unchanged", () => {
    assert.deepEqual(run("function handler(event) { return event.request; }"), { request: viewer });
  });

  it("may change path, query, headers and cookies, and be async", () => {
    const result = run(`async function handler(event) {
      const request = event.request;
      request.uri = "/b"; request.querystring = { y: { value: "3" } };
      request.headers["x-new"] = { value: "1" }; delete request.cookies.s;
      return await request;
    }`);
    assert.deepEqual(result, {
      request: {
        ...viewer,
        path: "/b",
        query: "y=3",
        headers: { host: "127.0.0.1:8080", accept: "*/*", "x-new": "1", cookie: "t=2" },
      },
    });
  });

  it("may respond with multi-value headers", () => {
    const result = run(
      'function handler() { return { statusCode: 302, headers: { location: { value: "/x" }, "x-two": ' +
        '{ value: "1", multiValue: [{ value: "1" }, { value: "2" }] } } }; }',
    );
    assert.deepEqual(result, {
      response: { status: 302, headers: { location: ["/x"], "x-two": ["1", "2"] }, body: "" },
    });
  });

  it("may choose a first and a second origin for a request", () => {
    const choosing = (group: string): ReturnType<typeof run> =>
      run(`import cf from 'cloudfront';
        function handler(event) { cf.createRequestOriginGroup(${group}); return event.request; }`);
    const expected = { request: viewer, origins: { originIds: ["a", "b"], statusCodes: [403, 500] } };
    const failoverCriteria = "failoverCriteria: { statusCodes: [403, 500] }";
    assert.deepEqual(choosing(`{ originIds: [{ originId: "a" }, { originId: "b" }], ${failoverCriteria} }`), expected);
    for (const group of [
      `{ originIds: ["a", "b"], ${failoverCriteria} }`,
      `{ originIds: [{ originId: "a" }], ${failoverCriteria} }`,
      `{ originIds: [{ originId: "a" }, { originId: "b" }, { originId: "c" }], ${failoverCriteria} }`,
      '{ originIds: [{ originId: "a" }, { originId: "b" }], failoverCriteria: { statusCodes: [200] } }',
      '{ originIds: [{ originId: "a" }, { originId: "b" }], failoverCriteria: { statusCodes: [] } }',
      '{ originIds: [{ originId: "a" }, { originId: "b" }] }',
    ])
      assert.throws(() => choosing(group), { code: "FunctionValidationError", status: 502 }, group);
  });

  it("chooses for one request only", () => {
    const compiled = compileViewerFunction(
      "test",
      `import cf from "cloudfront";
      function handler(event) {
        if (event.request.uri === "/a") cf.createRequestOriginGroup({
          originIds: [{ originId: "a" }, { originId: "b" }], failoverCriteria: { statusCodes: [500] },
        });
        return event.request;
      }`,
    );
    const chosen = ["/a", "/b"].map((path) => {
      const result = compiled.run({ ...viewer, path }, context);
      return "request" in result && result.origins?.originIds;
    });
    assert.deepEqual(chosen, [["a", "b"], undefined]);
  });

  it("is told by name what the local engine doesn't have", () => {
    for (const method of ["kvs", "updateRequestOrigin", "selectRequestOriginById"])
      assert.throws(() => run(`import cf from "cloudfront"; function handler() { return cf.${method}("x"); }`), {
        code: "FunctionExecutionError",
        message: `The CloudFront function test failed: Error: ${method}() is not supported by the local engine`,
      });
  });

  it("cannot access this process", () => {
    for (const expression of [
      "process",
      "require",
      "fetch",
      "setTimeout",
      "Buffer",
      "input.constructor.constructor('return process')()",
      "eval('1')",
    ]) {
      assert.throws(
        () => run(`function handler(event) { ${expression}; return event.request; }`),
        { code: "FunctionExecutionError" },
        expression,
      );
    }
  });

  it("is stopped if it does not finish", () => {
    assert.throws(() => run("function handler() { for (;;); }"), /timed out/);
    assert.throws(() => run("async function handler() { await null; for (;;); }"), /timed out/);
  });

  it("is rejected if it returns something else or does not compile", () => {
    assert.throws(() => run("function handler() { return 5; }"), { code: "FunctionValidationError" });
    assert.throws(() => run("function handler() {}"), { code: "FunctionExecutionError" });
    assert.throws(() => run("function handler() { throw new Error('mine'); }"), /mine/);
    assert.throws(() => compileViewerFunction("bad", "function ("), {
      code: "InvalidArgument",
      message: /The CloudFront function bad does not compile/,
    });
  });
});
