import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePathPattern, normalisePath } from "../../../../local/aws/cloudfront/path-pattern.ts";

describe("CloudFront path patterns", () => {
  const cases: [pattern: string, path: string, matches: boolean][] = [
    ["/vod/*", "/vod/main/a.ts", true],
    ["/vod/*", "/vod/", true],
    ["/vod/*", "/vod", false],
    ["vod/*", "/vod/a", true],
    ["*.m3u8", "/live/index.m3u8", true],
    ["/a/*.jpg", "/a/b/c.jpg", true],
    ["/a?.jpg", "/ab.jpg", true],
    ["/a?.jpg", "/a.jpg", false],
    ["/images/a*.jp?g*", "/images/abc.jpeg?", true],
    ["/API/*", "/api/x", false],
    ["*", "/", true],
    ["/a*a", "/a", false],
    ["/x.y", "/xzy", false],
  ];
  for (const [pattern, path, matches] of cases) {
    it(`${pattern} ${matches ? "matches" : "does not match"} ${path}`, () =>
      assert.equal(compilePathPattern(pattern)(path), matches));
  }

  it("agree with a regular expression for any pattern and path", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "?"), maxLength: 10 });
    const path = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 12 });
    fc.assert(
      fc.property(text, path, (pattern, rest) => {
        const full = pattern.startsWith("/") ? pattern : `/${pattern}`;
        const expression = new RegExp(
          `^${full.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".")}$`,
          "s",
        );
        assert.equal(compilePathPattern(pattern)(`/${rest}`), expression.test(`/${rest}`));
      }),
      { numRuns: 2000 },
    );
  });

  it("are matched in linear time", () => {
    const matches = compilePathPattern("/*a*a*a*a*a*a*a*a*a*a*b");
    const start = performance.now();
    assert.equal(matches(`/${"a".repeat(8000)}`), false);
    assert.ok(performance.now() - start < 500);
  });
});

describe("normalised path", () => {
  const cases: [raw: string, normal: string][] = [
    ["/vod/../api/x", "/api/x"],
    ["/vod/%2e%2e/api", "/api"],
    ["/../../x", "/x"],
    ["/a/./b/.", "/a/b/"],
    ["/a/b/..", "/a/"],
    ["/%61pi/%2Fx", "/api/%2Fx"],
    ["/a//b", "/a//b"],
    ["/", "/"],
  ];
  for (const [raw, normal] of cases) it(`of ${raw} is ${normal}`, () => assert.equal(normalisePath(raw), normal));
});
