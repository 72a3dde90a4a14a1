import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate, type AccessRequest } from "../../../../local/aws/iam/evaluate.ts";
import { MalformedPolicy, parsePolicy } from "../../../../local/aws/iam/policy.ts";

const policy = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
const request = (change: Partial<AccessRequest> = {}): AccessRequest => ({
  action: "s3:GetObject",
  resource: "arn:aws:s3:::archive/main/a.ts",
  caller: { kind: "AWS", name: "arn:aws:iam::000000000000:role/convert" },
  context: {},
  ...change,
});
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::archive/*" };

describe("IAM evaluation", () => {
  it("denies by default", () => {
    assert.equal(evaluate(request(), []), "ImplicitlyDenied");
    assert.equal(evaluate(request({ action: "s3:PutObject" }), policy(read)), "ImplicitlyDenied");
    assert.equal(evaluate(request({ resource: "arn:aws:s3:::vod/a.ts" }), policy(read)), "ImplicitlyDenied");
  });

  it("allows by identity policy, with case-insensitive actions", () => {
    assert.equal(evaluate(request({ action: "s3:getobject" }), policy(read)), "Allowed");
  });

  it("lets an explicit deny win over every allow", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([read, { ...read, Action: "s3:*" }, { ...read, Resource: "*" }]), (allows) => {
        const deny = { Effect: "Deny", Action: "s3:Get*", Resource: "*" };
        assert.equal(evaluate(request(), policy(...allows, deny)), "ExplicitlyDenied");
      }),
    );
  });

  it("allows a service by resource policy only from the source that the policy names", () => {
    const resource = policy({
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: "*",
      Condition: {
        ArnLike: { "AWS:SourceArn": "arn:aws:s3:::archive" },
        StringEquals: { "aws:SourceAccount": "000000000000" },
      },
    });
    const by = (sourceArn: string, name = "s3.amazonaws.com") =>
      evaluate(
        request({
          action: "lambda:InvokeFunction",
          caller: { kind: "Service", name },
          context: { "aws:sourcearn": sourceArn, "aws:sourceaccount": "000000000000" },
        }),
        [],
        resource,
      );
    assert.equal(by("arn:aws:s3:::archive"), "Allowed");
    assert.equal(by("arn:aws:s3:::other"), "ImplicitlyDenied");
    assert.equal(by("arn:aws:s3:::archive", "events.amazonaws.com"), "ImplicitlyDenied");
  });

  it("treats a missing key as AWS does: false, but true for negative and IfExists operators", () => {
    const when = (Condition: object) => evaluate(request(), policy({ ...read, Condition }));
    assert.equal(when({ StringEquals: { "aws:sourcearn": "x" } }), "ImplicitlyDenied");
    assert.equal(when({ StringEqualsIfExists: { "aws:sourcearn": "x" } }), "Allowed");
    assert.equal(when({ StringNotEquals: { "aws:sourcearn": "x" } }), "Allowed");
    assert.equal(when({ Null: { "aws:sourcearn": "true" } }), "Allowed");
    assert.equal(when({ Null: { "aws:sourcearn": "false" } }), "ImplicitlyDenied");
  });

  it("treats only * and ? as wildcards", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (key) => {
        const resource = `arn:aws:s3:::archive/${key}`;
        const literal = resource.replaceAll("*", "?");
        assert.equal(evaluate(request({ resource }), policy({ ...read, Resource: literal })), "Allowed");
        assert.equal(
          evaluate(request({ resource: `${resource}x` }), policy({ ...read, Resource: literal })),
          "ImplicitlyDenied",
        );
      }),
    );
  });
});

describe("IAM policy documents", () => {
  const refuse = (document: string, message: RegExp) =>
    assert.throws(
      () => parsePolicy(document),
      (error) => error instanceof MalformedPolicy && message.test(error.message),
    );

  it("are rejected with a reason if AWS would reject them or the engine does not support them", () => {
    refuse("{", /not JSON/);
    refuse('{"Statement":[]}', /2012-10-17/);
    refuse('{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*"}}', /Allow.*Deny/);
    refuse('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}', /Action or NotAction/);
    refuse(
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",' +
        '"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}',
      /IpAddress/,
    );
    refuse('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Ressource":"*"}}', /Ressource/);
  });
});
