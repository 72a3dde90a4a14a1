import assert from "node:assert/strict";
import { violations, type CheckedResource, type Rule } from "../../policy/rule.ts";
import { deadLetters } from "../../policy/rules/dead-letters.ts";
import { encryptionAtRest } from "../../policy/rules/encryption-at-rest.ts";
import { functionRuntime } from "../../policy/rules/function-runtime.ts";
import { logRetention } from "../../policy/rules/log-retention.ts";
import { openIngest } from "../../policy/rules/open-ingest.ts";
import { plainSecrets } from "../../policy/rules/plain-secrets.ts";
import { protectedMedia } from "../../policy/rules/protected-media.ts";
import { publicAccessBlocked } from "../../policy/rules/public-access-blocked.ts";
import { tags } from "../../policy/rules/tags.ts";
import { tlsOnly } from "../../policy/rules/tls-only.ts";
import { wildcardIam } from "../../policy/rules/wildcard-iam.ts";

function resource(type: string, props: Record<string, unknown>, name = "a"): CheckedResource {
  return { urn: `urn:${name}`, type, name, props };
}

const bucket = (props: Record<string, unknown> = {}): CheckedResource =>
  resource("aws:s3/bucket:Bucket", { bucket: "vod", ...props });
const lambda = (props: Record<string, unknown> = {}): CheckedResource =>
  resource("aws:lambda/function:Function", { name: "f", arn: "arn:f", ...props });
const policy = (Statement: object, version = "2012-10-17"): string => JSON.stringify({ Version: version, Statement });
/** What a rule says of these resources. */
const said = (rule: Rule, ...resources: CheckedResource[]): string[] =>
  violations(rule, resources).map(({ message }) => message);

describe("the policy pack's rules", () => {
  describe("encryption-at-rest", () => {
    const encrypted = (sseAlgorithm: string, name = "vod"): CheckedResource =>
      resource("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
        bucket: name,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
      });
    const problem =
      "The bucket does not declare its encryption: give it a BucketServerSideEncryptionConfiguration with " +
      "AES256 or aws:kms.";

    it("passes an encrypted bucket and queues that SQS or a key encrypts", () => {
      const queue = "aws:sqs/queue:Queue";
      assert.deepEqual(
        said(
          encryptionAtRest,
          bucket(),
          encrypted("AES256"),
          resource(queue, { sqsManagedSseEnabled: true }),
          resource(queue, { kmsMasterKeyId: "key" }),
        ),
        [],
      );
    });

    it("reports a bucket without encryption, or with only another bucket's", () => {
      assert.deepEqual(violations(encryptionAtRest, [bucket()]), [{ urn: "urn:a", message: problem }]);
      assert.deepEqual(said(encryptionAtRest, bucket(), encrypted("AES256", "other")), [problem]);
    });

    it("reports an unencrypted queue", () =>
      assert.deepEqual(said(encryptionAtRest, resource("aws:sqs/queue:Queue", { sqsManagedSseEnabled: false })), [
        "The queue is not encrypted: set sqsManagedSseEnabled.",
      ]));
  });

  describe("tls-only", () => {
    const tls = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::vod/*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const bucketPolicy = (statement: object): CheckedResource =>
      resource("aws:s3/bucketPolicy:BucketPolicy", { bucket: "vod", policy: policy([statement]) });
    const distribution = (viewerProtocolPolicy: string, originProtocolPolicy: string): CheckedResource =>
      resource("aws:cloudfront/distribution:Distribution", {
        defaultCacheBehavior: { viewerProtocolPolicy: "https-only" },
        orderedCacheBehaviors: [{ pathPattern: "/api/*", viewerProtocolPolicy }],
        origins: [{ originId: "vod" }, { originId: "api", customOriginConfig: { originProtocolPolicy } }],
      });

    it("passes a bucket that denies plain requests, and a distribution that redirects them", () =>
      assert.deepEqual(
        said(tlsOnly, bucket(), bucketPolicy(tls), distribution("redirect-to-https", "https-only")),
        [],
      ));

    it("reports a bucket that accepts plain requests", () => {
      const problem =
        "The bucket accepts requests without TLS: deny s3:* to everyone where aws:SecureTransport is false.";
      assert.deepEqual(said(tlsOnly, bucket()), [problem]);
      assert.deepEqual(said(tlsOnly, bucket(), bucketPolicy({ ...tls, Effect: "Allow" })), [problem]);
      assert.deepEqual(
        said(tlsOnly, bucket(), bucketPolicy({ ...tls, Condition: { Bool: { "aws:SecureTransport": "true" } } })),
        [problem],
      );
    });

    it("reports viewers and origins without TLS", () => {
      assert.deepEqual(said(tlsOnly, distribution("allow-all", "match-viewer")), [
        "Viewers can reach /api/* without TLS: set viewerProtocolPolicy to redirect-to-https.",
        'The origin "api" can be reached without TLS: set originProtocolPolicy to https-only.',
      ]);
    });
  });

  describe("public-access-blocked", () => {
    const block = (props: Record<string, unknown> = {}): CheckedResource =>
      resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
        bucket: "vod",
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
        ...props,
      });

    it("passes a bucket with all four blocks", () =>
      assert.deepEqual(said(publicAccessBlocked, bucket(), block()), []));

    it("reports a missing block", () => {
      const problem =
        "The bucket can become public: give it a BucketPublicAccessBlock with blockPublicAcls, " +
        "blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets.";
      assert.deepEqual(said(publicAccessBlocked, bucket()), [problem]);
      assert.deepEqual(said(publicAccessBlocked, bucket(), block({ ignorePublicAcls: false })), [problem]);
    });

    it("reports a public ACL and a policy that admits everyone", () => {
      assert.deepEqual(said(publicAccessBlocked, bucket({ acl: "public-read" }), block()), [
        "The ACL public-read opens the bucket to everyone: remove it.",
      ]);
      assert.deepEqual(
        said(
          publicAccessBlocked,
          resource("aws:s3/bucketPolicy:BucketPolicy", {
            policy: policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:GetObject", Resource: "*" }),
          }),
        ),
        ["The bucket's policy admits everyone: name a service and its aws:SourceArn."],
      );
    });
  });

  describe("plain-secrets", () => {
    it("passes hashes and names", () =>
      assert.deepEqual(
        said(plainSecrets, lambda({ environment: { variables: { ADMIN_TOKEN_SHA256: "x", TABLE: "t" } } }), lambda()),
        [],
      ));
    it("reports a token", () =>
      assert.deepEqual(said(plainSecrets, lambda({ environment: { variables: { ADMIN_TOKEN: "x" } } })), [
        "Anyone who may view the function can read ADMIN_TOKEN: pass a hash, or read it from Secrets Manager.",
      ]));
  });

  describe("wildcard-iam", () => {
    const grant = (statement: object): string[] =>
      said(
        wildcardIam,
        resource("aws:iam/rolePolicy:RolePolicy", { policy: policy({ Effect: "Allow", ...statement }) }),
      );

    it("passes listed actions and resources, and * where AWS cannot limit an action further", () => {
      assert.deepEqual(grant({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::vod/*" }), []);
      assert.deepEqual(grant({ Action: "rekognition:DetectFaces", Resource: "*" }), []);
      assert.deepEqual(grant({ Effect: "Deny", Action: "s3:*", Resource: "*" }), []);
    });

    it("reports wildcard actions and resources, NotAction and NotResource", () => {
      assert.deepEqual(grant({ Action: "s3:*", Resource: "*" }), [
        "s3:* allows more than is needed: list the actions.",
      ]);
      assert.deepEqual(grant({ Action: ["s3:GetObject"], Resource: "*" }), [
        "s3:GetObject is allowed on every resource: name the resources.",
      ]);
      assert.deepEqual(grant({ NotAction: "iam:*", Resource: "arn:aws:s3:::vod" }), [
        "NotAction and NotResource allow more than what is listed: list what is needed.",
      ]);
    });

    it("reports a role that can be passed to any service or assumed by anyone", () => {
      const pass = { Action: "iam:PassRole", Resource: "arn:aws:iam::1:role/r" };
      assert.deepEqual(
        grant({ ...pass, Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } } }),
        [],
      );
      assert.deepEqual(grant(pass), [
        "iam:PassRole needs the condition iam:PassedToService with the one service that assumes the role.",
      ]);
      assert.deepEqual(
        said(
          wildcardIam,
          resource("aws:iam/role:Role", {
            assumeRolePolicy: policy({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }),
          }),
        ),
        ["Anyone may assume the role: name the one service that does."],
      );
    });
  });

  describe("open-ingest", () => {
    const stackOf = (Type: string, Properties: object): CheckedResource =>
      resource("aws:cloudformation/stack:Stack", {
        templateBody: JSON.stringify({ Resources: { One: { Type, Properties } } }),
      });
    const guard = (...cidrs: string[]): string[] =>
      said(
        openIngest,
        stackOf("AWS::MediaLive::InputSecurityGroup", { WhitelistRules: cidrs.map((Cidr) => ({ Cidr })) }),
      );
    const open = "Anyone may connect: list the addresses that may stream (ingestCidrs).";

    it("passes known addresses", () => assert.deepEqual(guard("203.0.113.7/32"), []));
    it("reports a security group that is open to everyone", () => {
      assert.deepEqual(guard("203.0.113.7/32", "0.0.0.0/0"), [open]);
      assert.deepEqual(
        said(openIngest, resource("aws:ec2/securityGroup:SecurityGroup", { ingress: [{ ipv6CidrBlocks: ["::/0"] }] })),
        [open],
      );
    });
    it("reports a push input without an input security group, unless it is in a VPC", () => {
      const input = "AWS::MediaLive::Input";
      for (const Type of ["RTMP_PUSH", "SRT_LISTENER"])
        assert.deepEqual(said(openIngest, stackOf(input, { Type })), [
          "The input has no input security group: give it one.",
        ]);
      assert.deepEqual(
        said(
          openIngest,
          stackOf(input, { Type: "RTMP_PUSH", Vpc: { SubnetIds: ["a", "b"] } }),
          stackOf(input, { Type: "RTMP_PUSH", InputSecurityGroups: ["1"] }),
          stackOf(input, { Type: "MP4_FILE" }),
          resource("aws:cloudformation/stack:Stack", {}),
        ),
        [],
      );
    });
  });

  describe("dead-letters", () => {
    const mapping = resource("aws:lambda/eventSourceMapping:EventSourceMapping", { eventSourceArn: "arn:q" });
    const permission = (principal: string): CheckedResource =>
      resource("aws:lambda/permission:Permission", { principal, function: "f" });
    const queue = (props: Record<string, unknown> = {}): CheckedResource =>
      resource("aws:sqs/queue:Queue", { arn: "arn:q", ...props });

    it("passes queues and functions that keep failures, and functions that need not", () => {
      assert.deepEqual(
        said(
          deadLetters,
          mapping,
          queue({ redrivePolicy: "{}" }),
          lambda({ deadLetterConfig: { targetArn: "arn:q" } }),
          permission("events.amazonaws.com"),
        ),
        [],
      );
      assert.deepEqual(
        said(
          deadLetters,
          lambda(),
          permission("sns.amazonaws.com"),
          resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
            functionName: "f",
            destinationConfig: { onFailure: { destination: "arn:q" } },
          }),
        ),
        [],
      );
      assert.deepEqual(said(deadLetters, queue(), lambda(), permission("apigateway.amazonaws.com")), []);
      const schedule = resource("aws:cloudwatch/eventRule:EventRule", {
        arn: "arn:rule",
        scheduleExpression: "rate(1 hour)",
      });
      assert.deepEqual(
        said(
          deadLetters,
          lambda(),
          schedule,
          resource("aws:lambda/permission:Permission", {
            principal: "events.amazonaws.com",
            function: "f",
            sourceArn: "arn:rule",
          }),
        ),
        [],
      );
    });

    it("reports queues and functions that would lose messages or events", () => {
      assert.deepEqual(said(deadLetters, mapping, queue()), [
        "Failed messages are redelivered until they expire: give the queue a redrivePolicy with a dead-letter queue.",
      ]);
      assert.deepEqual(said(deadLetters, lambda(), permission("s3.amazonaws.com")), [
        "Events are lost after three failed attempts: give the function a deadLetterConfig.",
      ]);
    });
  });

  describe("log-retention", () => {
    const group = (retentionInDays?: number): CheckedResource =>
      resource("aws:cloudwatch/logGroup:LogGroup", { retentionInDays });
    it("passes logs that expire", () =>
      assert.deepEqual(said(logRetention, group(30), lambda({ loggingConfig: { logGroup: "/a" } })), []));
    it("reports logs that never expire", () => {
      const problem = "The log is kept forever: set retentionInDays.";
      assert.deepEqual(said(logRetention, group(), group(0), lambda()), [
        problem,
        problem,
        "The function's log is kept forever: give loggingConfig a log group that has a retention period.",
      ]);
    });
  });

  describe("function-runtime", () => {
    const good = {
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 30,
      memorySize: 512,
      tracingConfig: { mode: "Active" },
    };
    it("passes a function with every setting", () => assert.deepEqual(said(functionRuntime, lambda(good)), []));
    it("reports old runtimes, the more expensive architecture, defaults and missing traces", () => {
      assert.deepEqual(said(functionRuntime, lambda({ ...good, runtime: "nodejs18.x" })), [
        "The runtime nodejs18.x is not supported: use nodejs24.x.",
      ]);
      assert.deepEqual(
        said(
          functionRuntime,
          lambda({ ...good, architectures: undefined, timeout: undefined, tracingConfig: { mode: "PassThrough" } }),
        ),
        [
          "The function costs a quarter more than necessary: set architectures to arm64.",
          "The function uses Lambda's defaults of 3 s and 128 MB: set timeout and memorySize.",
          "The function is not traced: set tracingConfig to Active.",
        ],
      );
    });
  });

  describe("tags", () => {
    const both = { project: "spotlight", stack: "dev" };
    it("passes maps and lists of pairs", () =>
      assert.deepEqual(
        said(
          tags,
          bucket({ tags: both }),
          resource("aws-native:mediapackagev2:Channel", {
            tags: Object.entries(both).map(([key, value]) => ({ key, value })),
          }),
          resource("aws:lambda/permission:Permission", {}),
        ),
        [],
      ));
    it("reports missing tags", () => {
      assert.deepEqual(said(tags, bucket({ tags: { project: "spotlight" } })), [
        "The resource has no tag stack: pass the stack's tags to it.",
      ]);
      assert.deepEqual(said(tags, bucket()), [
        "The resource has no tag project and stack: pass the stack's tags to it.",
      ]);
    });
  });

  describe("protected-media", () => {
    const table = (deletionProtectionEnabled: boolean, enabled: boolean): CheckedResource =>
      resource("aws:dynamodb/table:Table", { deletionProtectionEnabled, pointInTimeRecovery: { enabled } });
    it("passes protected resources, and a bucket that the program fills itself", () => {
      assert.deepEqual(said(protectedMedia, bucket({ forceDestroy: false }), table(true, true)), []);
      assert.deepEqual(
        said(
          protectedMedia,
          bucket({ forceDestroy: true }),
          resource("aws:s3/bucketObjectv2:BucketObjectv2", { bucket: "vod" }),
        ),
        [],
      );
    });
    it("reports resources that would be deleted", () => {
      assert.deepEqual(said(protectedMedia, bucket({ forceDestroy: true }), table(false, false)), [
        "pulumi destroy deletes the table and its items: set protectData.",
        "The table cannot be restored to a point in time: enable pointInTimeRecovery.",
        "pulumi destroy deletes the bucket and its objects: set protectData.",
      ]);
    });
  });
});
