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
      "The bucket does not say how it is encrypted: give it a BucketServerSideEncryptionConfiguration with " +
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

    it("finds a bucket without, or with another bucket's, encryption", () => {
      assert.deepEqual(violations(encryptionAtRest, [bucket()]), [{ urn: "urn:a", message: problem }]);
      assert.deepEqual(said(encryptionAtRest, bucket(), encrypted("AES256", "other")), [problem]);
    });

    it("finds a queue in the clear", () =>
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

    it("passes a bucket that refuses, and a distribution that redirects", () =>
      assert.deepEqual(
        said(tlsOnly, bucket(), bucketPolicy(tls), distribution("redirect-to-https", "https-only")),
        [],
      ));

    it("finds a bucket that does not refuse", () => {
      const problem =
        "The bucket takes requests without TLS: deny s3:* to everybody where aws:SecureTransport is false.";
      assert.deepEqual(said(tlsOnly, bucket()), [problem]);
      assert.deepEqual(said(tlsOnly, bucket(), bucketPolicy({ ...tls, Effect: "Allow" })), [problem]);
      assert.deepEqual(
        said(tlsOnly, bucket(), bucketPolicy({ ...tls, Condition: { Bool: { "aws:SecureTransport": "true" } } })),
        [problem],
      );
    });

    it("finds viewers and origins without TLS", () => {
      assert.deepEqual(said(tlsOnly, distribution("allow-all", "match-viewer")), [
        "Viewers may come without TLS to /api/*: set viewerProtocolPolicy to redirect-to-https.",
        'The origin "api" may be reached without TLS: set originProtocolPolicy to https-only.',
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

    it("finds a missing block", () => {
      const problem =
        "The bucket may become public: give it a BucketPublicAccessBlock with blockPublicAcls, " +
        "blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets.";
      assert.deepEqual(said(publicAccessBlocked, bucket()), [problem]);
      assert.deepEqual(said(publicAccessBlocked, bucket(), block({ ignorePublicAcls: false })), [problem]);
    });

    it("finds a public ACL and a policy for everybody", () => {
      assert.deepEqual(said(publicAccessBlocked, bucket({ acl: "public-read" }), block()), [
        "The ACL public-read opens the bucket to everybody: leave it out.",
      ]);
      assert.deepEqual(
        said(
          publicAccessBlocked,
          resource("aws:s3/bucketPolicy:BucketPolicy", {
            policy: policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:GetObject", Resource: "*" }),
          }),
        ),
        ["The bucket's policy lets everybody in: name a service and its aws:SourceArn."],
      );
    });
  });

  describe("plain-secrets", () => {
    it("passes hashes and names", () =>
      assert.deepEqual(
        said(plainSecrets, lambda({ environment: { variables: { ADMIN_TOKEN_SHA256: "x", TABLE: "t" } } }), lambda()),
        [],
      ));
    it("finds a token", () =>
      assert.deepEqual(said(plainSecrets, lambda({ environment: { variables: { ADMIN_TOKEN: "x" } } })), [
        "ADMIN_TOKEN is readable for everybody who may see the function: give a hash, or read it from Secrets Manager.",
      ]));
  });

  describe("wildcard-iam", () => {
    const grant = (statement: object): string[] =>
      said(
        wildcardIam,
        resource("aws:iam/rolePolicy:RolePolicy", { policy: policy({ Effect: "Allow", ...statement }) }),
      );

    it("passes what is listed, and * where AWS has nothing finer", () => {
      assert.deepEqual(grant({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::vod/*" }), []);
      assert.deepEqual(grant({ Action: "rekognition:DetectFaces", Resource: "*" }), []);
      assert.deepEqual(grant({ Effect: "Deny", Action: "s3:*", Resource: "*" }), []);
    });

    it("finds actions and resources of everything, and what is allowed by not being listed", () => {
      assert.deepEqual(grant({ Action: "s3:*", Resource: "*" }), [
        "s3:* is more than what is needed: list the actions.",
      ]);
      assert.deepEqual(grant({ Action: ["s3:GetObject"], Resource: "*" }), [
        "s3:GetObject is allowed on everything: name the resources.",
      ]);
      assert.deepEqual(grant({ NotAction: "iam:*", Resource: "arn:aws:s3:::vod" }), [
        "NotAction and NotResource allow what nobody listed: list what is needed.",
      ]);
    });

    it("finds a role that goes to any service, or is taken by anybody", () => {
      const pass = { Action: "iam:PassRole", Resource: "arn:aws:iam::1:role/r" };
      assert.deepEqual(
        grant({ ...pass, Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } } }),
        [],
      );
      assert.deepEqual(grant(pass), [
        "iam:PassRole needs the condition iam:PassedToService with the one service that takes the role.",
      ]);
      assert.deepEqual(
        said(
          wildcardIam,
          resource("aws:iam/role:Role", {
            assumeRolePolicy: policy({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }),
          }),
        ),
        ["Anybody may take the role: name the one service that does."],
      );
    });
  });

  describe("open-ingest", () => {
    const guard = (...cidrs: string[]): string[] =>
      said(
        openIngest,
        resource("aws:medialive/inputSecurityGroup:InputSecurityGroup", {
          whitelistRules: cidrs.map((cidr) => ({ cidr })),
        }),
      );
    const open = "Everybody may connect: list the addresses that stream (ingestCidrs).";

    it("passes known addresses", () => assert.deepEqual(guard("203.0.113.7/32"), []));
    it("finds an open guard", () => {
      assert.deepEqual(guard("203.0.113.7/32", "0.0.0.0/0"), [open]);
      assert.deepEqual(
        said(openIngest, resource("aws:ec2/securityGroup:SecurityGroup", { ingress: [{ ipv6CidrBlocks: ["::/0"] }] })),
        [open],
      );
    });
    it("finds a push input without a guard, unless it is in a VPC", () => {
      const input = "aws:medialive/input:Input";
      assert.deepEqual(said(openIngest, resource(input, { type: "RTMP_PUSH" })), [
        "The input has no input security group: give it one.",
      ]);
      assert.deepEqual(
        said(
          openIngest,
          resource(input, { type: "RTMP_PUSH", vpc: { subnetIds: ["a", "b"] } }),
          resource(input, { type: "RTMP_PUSH", inputSecurityGroups: ["1"] }),
          resource(input, { type: "MP4_FILE" }),
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

    it("passes queues and functions that keep what failed, and those that nobody waits for", () => {
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

    it("finds work and events that would be lost", () => {
      assert.deepEqual(said(deadLetters, mapping, queue()), [
        "Messages that fail come again until they expire: give the queue a redrivePolicy with a dead-letter queue.",
      ]);
      assert.deepEqual(said(deadLetters, lambda(), permission("s3.amazonaws.com")), [
        "Events that fail three times are lost: give the function a deadLetterConfig.",
      ]);
    });
  });

  describe("log-retention", () => {
    const group = (retentionInDays?: number): CheckedResource =>
      resource("aws:cloudwatch/logGroup:LogGroup", { retentionInDays });
    it("passes logs that end", () =>
      assert.deepEqual(said(logRetention, group(30), lambda({ loggingConfig: { logGroup: "/a" } })), []));
    it("finds logs that don't", () => {
      const problem = "The log is kept for ever: set retentionInDays.";
      assert.deepEqual(said(logRetention, group(), group(0), lambda()), [
        problem,
        problem,
        "The function's log is kept for ever: give loggingConfig a log group that has a retention.",
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
    it("passes a function that somebody thought about", () =>
      assert.deepEqual(said(functionRuntime, lambda(good)), []));
    it("finds old runtimes, the dearer architecture, defaults and no traces", () => {
      assert.deepEqual(said(functionRuntime, lambda({ ...good, runtime: "nodejs18.x" })), [
        "AWS mends the runtime nodejs18.x no more, or not yet: use nodejs24.x.",
      ]);
      assert.deepEqual(
        said(
          functionRuntime,
          lambda({ ...good, architectures: undefined, timeout: undefined, tracingConfig: { mode: "PassThrough" } }),
        ),
        [
          "The function costs a quarter more than it must: set architectures to arm64.",
          "The function has Lambda's 3 s and 128 MB: choose timeout and memorySize.",
          "The function leaves no traces: set tracingConfig to Active.",
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
    it("finds what is missing", () => {
      assert.deepEqual(said(tags, bucket({ tags: { project: "spotlight" } })), [
        "The resource has no tag stack: pass the stack's tags on.",
      ]);
      assert.deepEqual(said(tags, bucket()), ["The resource has no tag project and stack: pass the stack's tags on."]);
    });
  });

  describe("protected-media", () => {
    const table = (deletionProtectionEnabled: boolean, enabled: boolean): CheckedResource =>
      resource("aws:dynamodb/table:Table", { deletionProtectionEnabled, pointInTimeRecovery: { enabled } });
    it("passes what survives, and a bucket that the program fills itself", () => {
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
    it("finds what would go", () => {
      assert.deepEqual(said(protectedMedia, bucket({ forceDestroy: true }), table(false, false)), [
        "pulumi destroy deletes the table with all it holds: set protectData.",
        "The table cannot be set back to a point in time: enable pointInTimeRecovery.",
        "pulumi destroy deletes the bucket with all it holds: set protectData.",
      ]);
    });
  });
});
