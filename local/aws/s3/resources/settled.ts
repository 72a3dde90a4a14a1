import type { ResourceProvider } from "../../../engine/provider.ts";
import { block, maybeText, text } from "../../support/inputs.ts";
import { notImplemented } from "../errors.ts";
import type { S3 } from "../service.ts";

/**
 * Configurations that always hold here: objects belong to the account that owns the bucket (there are no ACLs), and
 * encryption at rest is left to the disk.
 */
export function settledBucketProviders(s3: S3): ResourceProvider[] {
  const settled = (type: string, inputs: readonly string[]): ResourceProvider => ({
    type,
    honoured: ["bucket"],
    ignored: inputs,
    replaceOnChanges: ["bucket"],
    async apply(request) {
      const bucket = text(request.inputs, "bucket");
      s3.index.configuration(bucket);
      return { id: bucket, outputs: {} };
    },
  });
  return [
    settled("aws:s3/bucketOwnershipControls:BucketOwnershipControls", ["rule"]),
    settled("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", [
      "rules",
      "expectedBucketOwner",
    ]),
    settled("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", [
      "rules",
      "expectedBucketOwner",
    ]),
  ];
}

/** Versioning is not supported: only a configuration without versions is accepted. */
export function bucketVersioningProvider(s3: S3): ResourceProvider {
  return {
    type: "aws:s3/bucketVersioning:BucketVersioning",
    honoured: ["bucket", "versioningConfiguration"],
    ignored: ["expectedBucketOwner"],
    replaceOnChanges: ["bucket"],
    async apply({ inputs }) {
      const bucket = text(inputs, "bucket");
      s3.index.configuration(bucket);
      const status = maybeText(block(inputs, "versioningConfiguration", ["status"]) ?? {}, "status");
      if (status === "Enabled") throw notImplemented(`Versioning (status Enabled, bucket ${bucket})`);
      return { id: bucket, outputs: {} };
    },
  };
}
