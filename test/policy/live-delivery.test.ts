import assert from "node:assert/strict";
import { violations } from "../../policy/rule.ts";
import { liveDelivery } from "../../policy/rules/live-delivery.ts";

const live = { originId: "live", domainName: "a.egress.b.mediapackagev2.us-east-1.amazonaws.com" };
const shielded = { ...live, originShield: { enabled: true, originShieldRegion: "us-east-1" } };
const codes = [404, 414, 500, 501, 502, 503, 504];
const errors = (errorCachingMinTtl?: number): object[] => codes.map((errorCode) => ({ errorCode, errorCachingMinTtl }));

/** What the rule says of a distribution. */
function said(origin: object, customErrorResponses?: object[]): string[] {
  const props = { origins: [{ originId: "page", domainName: "web.s3.amazonaws.com" }, origin], customErrorResponses };
  const resource = { urn: "urn", type: "aws:cloudfront/distribution:Distribution", name: "delivery", props };
  return violations(liveDelivery, [resource]).map(({ message }) => message);
}

const noShield =
  'The origin "live" has no Origin Shield, so each of CloudFront\'s caches asks MediaPackage itself: set originShield.';
const kept = (list: string): string =>
  `CloudFront keeps the errors ${list} for longer than a second: give each a custom error response with ` +
  "errorCachingMinTtl 1.";

describe("live-delivery", () => {
  it("only advises", () => assert.equal(liveDelivery.level, "advisory"));

  it("passes a shielded packager whose errors are kept for a second or not at all", () => {
    assert.deepEqual([said(shielded, errors(1)), said(shielded, errors(0))], [[], []]);
  });

  it("passes a distribution without a packager", () => {
    assert.deepEqual(said({ originId: "vod", domainName: "vod.s3.amazonaws.com" }), []);
  });

  it("reports a packager without Origin Shield, or with one that is off", () => {
    assert.deepEqual(said(live, errors(1)), [noShield]);
    assert.deepEqual(said({ ...live, originShield: { enabled: false } }, errors(1)), [noShield]);
  });

  it("reports errors that are kept longer, or for as long as CloudFront likes", () => {
    assert.deepEqual(said(shielded, errors(2)), [kept("404, 414, 500, 501, 502, 503, 504")]);
    assert.deepEqual(said(shielded, errors()), [kept("404, 414, 500, 501, 502, 503, 504")]);
    assert.deepEqual(said(shielded, errors(1).slice(1)), [kept("404")]);
    assert.deepEqual(said(shielded, [...errors(1), { errorCode: 403, errorCachingMinTtl: 60 }]), [kept("403")]);
    assert.deepEqual(said(live), [noShield, kept("404, 414, 500, 501, 502, 503, 504")]);
  });
});
