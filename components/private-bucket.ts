import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type PolicyStatement } from "./policy.ts";

export interface PrivateBucketArgs {
  /** Days after which objects are deleted. @default never */
  expireAfterDays?: number;
  /** Days after which objects whose keys begin with a prefix are deleted, if that is sooner. @default none */
  expireUnder?: { prefix: string; days: number };
  /**
   * Whether destroying the stack also deletes a bucket that contains objects; otherwise it fails at such a bucket.
   * @default false
   */
  deleteWithObjects?: boolean;
  /**
   * Who reads the bucket besides roles of this account: nobody, or a distribution, created after the bucket and
   * then admitted by {@link PrivateBucket.admitDistribution}. @default "nobody"
   */
  readBy?: "nobody" | "distribution";
  tags?: Record<string, string>;
}

/** An S3 bucket that is private, encrypted, accessible only over TLS and free of unfinished uploads. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly regionalDomainName: pulumi.Output<string>;
  readonly #name: string;
  readonly #publicAccess: s3.BucketPublicAccessBlock;

  constructor(name: string, args: PrivateBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:PrivateBucket", name, {}, options);
    const parent = { parent: this };
    const bucket = new s3.Bucket(name, { forceDestroy: args.deleteWithObjects ?? false, tags: args.tags }, parent);
    this.bucket = bucket.bucket;
    this.arn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.#name = name;
    this.#publicAccess = new s3.BucketPublicAccessBlock(
      name,
      {
        bucket: this.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new s3.BucketOwnershipControls(
      name,
      { bucket: this.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      parent,
    );
    new s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: this.bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      parent,
    );
    new s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: this.bucket,
        rules: [
          {
            id: "abort-unfinished-uploads",
            status: "Enabled",
            filter: {},
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
          ...(args.expireAfterDays === undefined
            ? []
            : [{ id: "expire", status: "Enabled", filter: {}, expiration: { days: args.expireAfterDays } }]),
          ...(args.expireUnder === undefined
            ? []
            : [
                {
                  id: `expire-${args.expireUnder.prefix.replaceAll("/", "")}`,
                  status: "Enabled",
                  filter: { prefix: args.expireUnder.prefix },
                  expiration: { days: args.expireUnder.days },
                },
              ]),
        ],
      },
      parent,
    );
    if (args.readBy !== "distribution") this.#attachPolicy([]);
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }

  /**
   * Lets one CloudFront distribution read the bucket. It may also list it, which it never does, because S3 returns
   * "no such key" (404) only to those who may list, and 403 to others.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
   */
  admitDistribution(distributionArn: pulumi.Input<string>): void {
    const condition = { StringEquals: { "AWS:SourceArn": distributionArn } };
    const principal = { Service: "cloudfront.amazonaws.com" };
    this.#attachPolicy([
      {
        Sid: "DistributionReads",
        Principal: principal,
        Action: "s3:GetObject",
        Resource: pulumi.interpolate`${this.arn}/*`,
        Condition: condition,
      },
      {
        Sid: "DistributionLearnsOfMissingKeys",
        Principal: principal,
        Action: "s3:ListBucket",
        Resource: this.arn,
        Condition: condition,
      },
    ]);
  }

  /** A bucket has one policy, so it contains all statements. */
  #attachPolicy(statements: readonly PolicyStatement[]): void {
    new s3.BucketPolicy(
      this.#name,
      {
        bucket: this.bucket,
        policy: policyDocument([
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [this.arn, pulumi.interpolate`${this.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          ...statements,
        ]),
      },
      { parent: this, dependsOn: [this.#publicAccess] },
    );
  }
}
