import { ofType, type CheckedResource, type Rule, type Violation } from "../rule.ts";
import { at } from "../values.ts";

/**
 * Recordings and the table survive a mistake: `pulumi destroy` stops at them (configuration `protectData`), and the
 * table can be restored. Buckets whose objects the program uploads itself can be recreated, and what the stream's table
 * holds soon expires.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
 */
export const protectedMedia: Rule = {
  name: "protected-media",
  description: "Recordings and the table survive pulumi destroy.",
  level: "advisory",
  judge: tableProblems,
  relate: buckets,
};

function buckets(resources: readonly CheckedResource[]): Violation[] {
  const uploaded = ofType(resources, "aws:s3/bucketObjectv2:BucketObjectv2").map(({ props }) => props["bucket"]);
  return ofType(resources, "aws:s3/bucket:Bucket")
    .filter(({ props }) => props["forceDestroy"] === true && !uploaded.includes(props["bucket"]))
    .map(({ urn }) => ({ urn, message: "pulumi destroy deletes the bucket and its objects: set protectData." }));
}

/** Tables that hold nothing for longer than two hours. */
const shortLived = ["stream"];

function tableProblems({ type, name, props }: CheckedResource): string[] {
  if (type !== "aws:dynamodb/table:Table" || shortLived.includes(name)) return [];
  return [
    ...(props["deletionProtectionEnabled"] === true
      ? []
      : ["pulumi destroy deletes the table and its items: set protectData."]),
    ...(at(props["pointInTimeRecovery"], "enabled") === true
      ? []
      : ["The table cannot be restored to a point in time: enable pointInTimeRecovery."]),
  ];
}
