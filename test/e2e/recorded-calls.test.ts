import assert from "node:assert/strict";
import type { RecordedLine } from "../../local/aws/recorder.ts";
import { checkCall, type CheckedCall } from "../aws/calls/check-call.ts";
import { expectedUnused } from "../aws/least-privilege/expected-unused.ts";
import { grantTable, usageOf } from "../aws/least-privilege/usage.ts";
import { recording } from "../aws/support/recording.ts";
import { recordTour } from "../aws/support/tour.ts";

/** Calls that the pipeline cannot work without: a log that lacks one proves nothing. */
const essential = [
  "dynamodb GetItem",
  "dynamodb PutItem",
  "dynamodb Query",
  "dynamodb UpdateItem",
  "eventbridge PutEvents",
  "mediaconvert CreateJob",
  "mediaconvert Probe",
  "medialive DescribeChannel",
  "medialive StartChannel",
  "medialive StopChannel",
  "rekognition DeleteFaces",
  "rekognition DetectFaces",
  "rekognition GetCelebrityRecognition",
  "rekognition GetFaceSearch",
  "rekognition GetSegmentDetection",
  "rekognition IndexFaces",
  "rekognition StartCelebrityRecognition",
  "rekognition StartFaceSearch",
  "rekognition StartSegmentDetection",
  "sqs ChangeMessageVisibility",
  "sqs SendMessage",
];

/**
 * Checks the calls recorded in the main job, if it ran earlier in the same run, and in a tour of everything else. If
 * this file runs alone, the tour streams too.
 */
describe("calls and grants of functions in a recorded run", function () {
  this.timeout(180_000);
  let lines: RecordedLine[];
  before(async () => {
    const mainJob = await recording.take();
    lines = [...(mainJob ?? []), ...(await recordTour({ live: mainJob === undefined }))];
  });

  it("conform to AWS's models and rules, call by call", () => {
    const checked = lines
      .filter((line) => line.kind === "call")
      .map(checkCall)
      .filter((call): call is CheckedCall => call !== undefined);
    assert.deepEqual([...new Set(checked.flatMap(({ problems }) => problems))], []);
    const operations = new Set(checked.map(({ operation }) => operation));
    assert.deepEqual(
      essential.filter((operation) => !operations.has(operation)),
      [],
    );
    console.log(
      `      ${checked.length} calls of ${operations.size} operations, ` +
        `${checked.reduce((sum, call) => sum + call.checked, 0)} settings`,
    );
  });

  it("include no call that is denied", () => assert.deepEqual(usageOf(lines).refused, []));

  it("include a use of every grant, except those listed with a reason", () => {
    const { grants } = usageOf(lines);
    const unused = grants.filter(({ used }) => used === 0);
    console.log(`      ${grants.length} grants, ${unused.length} of them unused on this machine`);
    const unexplained = unused.filter((grant) => !expectedUnused.some(({ matches }) => matches(grant)));
    assert.equal(
      unexplained.length,
      0,
      `Granted, unused, and not in test/aws/least-privilege/expected-unused.ts:\n${grantTable(unexplained)}`,
    );
    assert.deepEqual(
      expectedUnused.filter(({ matches }) => !grants.some(matches)).map(({ reason }) => reason),
      [],
      "reasons for grants that no longer exist",
    );
  });
});
