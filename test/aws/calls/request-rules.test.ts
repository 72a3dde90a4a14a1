import assert from "node:assert/strict";
import { requestProblems } from "./request-rules.ts";

type Json = Record<string, unknown>;

const sound = [{ audioSourceName: "Sound", codecSettings: { codec: "AAC" } }];
const h264 = (more: Json = {}): Json => ({
  width: 640,
  height: 360,
  codecSettings: {
    codec: "H_264",
    h264Settings: { rateControlMode: "QVBR", maxBitrate: 700_000, gopSize: 2, gopSizeUnits: "SECONDS", ...more },
  },
});
const rung = (more: Json = {}): Json => ({
  nameModifier: "_360p",
  containerSettings: { container: "M3U8" },
  videoDescription: h264(),
  audioDescriptions: sound,
  ...more,
});
const captures = (more: Json = {}): Json => ({
  name: "Posters",
  outputGroupSettings: { fileGroupSettings: { destination: "s3://vod/a/poster" } },
  outputs: [
    {
      extension: "jpg",
      containerSettings: { container: "RAW" },
      videoDescription: { codecSettings: { codec: "FRAME_CAPTURE" } },
      ...more,
    },
  ],
});
const hls = (outputs: Json[], destination = "s3://vod/a/index"): Json => ({
  name: "HLS",
  outputGroupSettings: { hlsGroupSettings: { destination, segmentLength: 2 } },
  outputs,
});

/** A job with one thing changed, as the wire has it. */
function jobWith(outputGroups: Json[], more: Json = {}): Json {
  return {
    role: "arn:aws:iam::123456789012:role/converter",
    clientRequestToken: "token",
    settings: { inputs: [{ fileInput: "s3://archive/a.ts", audioSelectors: { Sound: {} } }], outputGroups },
    userMetadata: { recording: "main" },
    ...more,
  };
}

describe("what AWS refuses of a request beyond its model", () => {
  const job = (outputGroups: Json[], more?: Json): string[] =>
    requestProblems("mediaconvert", "CreateJob", jobWith(outputGroups, more)).map((problem) =>
      problem.replace("mediaconvert CreateJob: ", ""),
    );

  it("passes a right conversion", () =>
    assert.deepEqual(job([hls([rung(), rung({ nameModifier: "_720p" })]), captures()]), []));

  const wrong: Record<string, [string[], string[]]> = {
    "outputs without name modifiers": [
      job([hls([rung({ nameModifier: undefined }), rung()])]),
      ['the outputs of group "HLS" need name modifiers'],
    ],
    "two outputs of one name": [job([hls([rung(), rung()])]), ["two outputs write s3://vod/a/index_360p.M3U8"]],
    "a destination without a base name": [
      job([hls([rung()], "s3://vod/a/")]),
      ['the destination of group "HLS" is not s3://BUCKET/PATH with a base name'],
    ],
    "sound from nowhere": [
      job([hls([rung({ audioDescriptions: [{ audioSourceName: "Music" }] })])]),
      ['no input has the audio selector "Music"'],
    ],
    "segments that cut GOPs": [
      job([hls([rung({ videoDescription: h264({ gopSize: 3 }) })])]),
      ["segments of 2 s don't hold whole GOPs of output _360p"],
    ],
    "HLS in MP4": [
      job([hls([rung({ containerSettings: { container: "MP4" } })])]),
      ['an HLS output of group "HLS" is not in M3U8'],
    ],
    "QVBR without a bitrate": [
      job([hls([rung({ videoDescription: h264({ maxBitrate: undefined }) })])]),
      ['output _360p of "HLS" is QVBR without maxBitrate'],
    ],
    "an odd width": [
      job([hls([rung({ videoDescription: { ...h264(), width: 641 } })])]),
      ['output _360p of "HLS" has an odd size'],
    ],
    "scaled passthrough": [
      job([hls([rung({ videoDescription: { width: 640, codecSettings: { codec: "PASSTHROUGH" } } })])]),
      ['output _360p of "HLS" passes the picture through and cannot scale it'],
    ],
    "nothing but frame captures": [job([captures()]), ["a job needs another output than frame captures"]],
    "frame captures with sound": [
      job([hls([rung()]), captures({ audioDescriptions: sound })]),
      ["a frame capture has sound or a container"],
    ],
    "a job that may be made twice": [
      job([hls([rung()])], { clientRequestToken: undefined }),
      ["a job without clientRequestToken is made twice when the call is repeated"],
    ],
    "inputs, clips and crops that are none": [
      job([hls([rung()])], {
        settings: {
          inputs: Array.from({ length: 151 }, () => ({
            fileInput: "s3://vod/a.mp4",
            audioSelectors: { Sound: {} },
            crop: { x: 1 },
            inputClippings: [{ startTimecode: "00:00:01:00" }],
          })).map((input, i) => (i === 0 ? { ...input, inputClippings: [{ endTimecode: "1.5" }] } : input)),
          outputGroups: [hls([rung()])],
        },
      }),
      ["151 inputs are more than 150", '"1.5" is no timecode', "a crop has an odd side"],
    ],
    "a role by its name": [job([hls([rung()])], { role: "converter" }), ["role is no role's ARN"]],
    "too much metadata": [
      job([hls([rung()])], { userMetadata: { recording: "x".repeat(257) } }),
      ["userMetadata is over 10 entries, or 128 characters a key, or 256 a value"],
    ],
  };
  for (const [what, [found, expected]] of Object.entries(wrong))
    it(`MediaConvert: ${what}`, () => assert.deepEqual(found, expected));

  const table = (operation: string, input: Json): string[] =>
    requestProblems("dynamodb", operation, input).map((problem) => problem.slice(problem.indexOf(": ") + 2));
  const key = { pk: { S: "a" }, sk: { S: "b" } };

  it("DynamoDB: keys that are not the table's, items without one, index keys that are no strings", () => {
    assert.deepEqual(table("GetItem", { Key: key }), []);
    assert.deepEqual(table("GetItem", { Key: { pk: { S: "a" } } }), ['{"pk":{"S":"a"}} is no key of the table']);
    assert.deepEqual(table("GetItem", { Key: { ...key, sk: { N: "1" } } }), [
      '{"pk":{"S":"a"},"sk":{"N":"1"}} is no key of the table',
    ]);
    assert.deepEqual(table("PutItem", { Item: { pk: { S: "a" } } }), ["an item has no key"]);
    assert.deepEqual(table("PutItem", { Item: { ...key, gsi1pk: { NULL: true } } }), [
      "an item's gsi1pk is not a string that an index can hold",
    ]);
    assert.deepEqual(table("BatchGetItem", { RequestItems: { t: { Keys: [{ pk: { S: "a" } }] } } }), [
      '{"pk":{"S":"a"}} is no key of the table',
    ]);
  });

  it("DynamoDB: placeholders that nothing gives or nothing uses", () => {
    assert.deepEqual(
      table("UpdateItem", {
        Key: key,
        UpdateExpression: "SET #a = :a",
        ExpressionAttributeNames: { "#b": "b" },
        ExpressionAttributeValues: { ":a": { S: "x" } },
      }),
      ["#a is used and not given", "#b is given and not used"],
    );
  });

  it("DynamoDB: a Query that does not go by its keys, or reads an index consistently", () => {
    const query = (KeyConditionExpression: string, more: Json = {}): string[] =>
      table("Query", {
        KeyConditionExpression,
        ExpressionAttributeValues: Object.fromEntries(
          (KeyConditionExpression.match(/:\w+/g) ?? []).map((name) => [name, { S: "x" }]),
        ),
        ...more,
      });
    assert.deepEqual(query("pk = :pk AND begins_with(sk, :prefix)"), []);
    assert.deepEqual(query("gsi1pk = :pk AND gsi1sk BETWEEN :from AND :to", { IndexName: "gsi1" }), []);
    assert.deepEqual(query("sk = :sk"), ['the condition "sk = :sk" does not begin with pk = :value']);
    assert.deepEqual(query("pk = :pk AND id = :id"), ["id is no key of the table"]);
    assert.deepEqual(query("gsi1pk = :pk", { IndexName: "gsi1", ConsistentRead: true }), [
      "an index cannot be read consistently",
    ]);
    assert.deepEqual(query("gsi3pk = :pk", { IndexName: "gsi3" }), ["the table has no index gsi3"]);
  });

  it("DynamoDB: batches that are empty or too large", () => {
    assert.deepEqual(
      table("BatchWriteItem", {
        RequestItems: { t: Array.from({ length: 26 }, () => ({ DeleteRequest: { Key: key } })) },
      }),
      ["BatchWriteItem takes 1 to 25 items, not 26"],
    );
    assert.deepEqual(table("BatchGetItem", { RequestItems: {} }), ["BatchGetItem takes 1 to 100 items, not 0"]);
  });

  it("Rekognition: tokens, tags, ids and numbers out of bounds", () => {
    const good = {
      ClientRequestToken: "main_0v",
      JobTag: "main.0",
      FaceMatchThreshold: 80,
      NotificationChannel: {
        SNSTopicArn: "arn:aws:sns:us-east-1:123456789012:faces",
        RoleArn: "arn:aws:iam::123456789012:role/publisher",
      },
    };
    assert.deepEqual(requestProblems("rekognition", "StartFaceSearch", good), []);
    assert.deepEqual(
      requestProblems("rekognition", "StartFaceSearch", {
        ...good,
        ClientRequestToken: "main.0",
        FaceMatchThreshold: 101,
        NotificationChannel: { SNSTopicArn: "faces" },
      }),
      [
        "rekognition StartFaceSearch: ClientRequestToken is main.0, not 1 to 64 letters, digits, hyphens and " +
          "underscores",
        "rekognition StartFaceSearch: NotificationChannel.SNSTopicArn is faces, not a topic's ARN",
        "rekognition StartFaceSearch: FaceMatchThreshold is 101, not from 0 to 100",
      ],
    );
  });

  it("SQS: a message without a body, or of more than a mebibyte", () => {
    assert.deepEqual(requestProblems("sqs", "SendMessage", { MessageBody: "" }), [
      "sqs SendMessage: a message has 1 to 1048576 bytes, not 0",
    ]);
    assert.deepEqual(requestProblems("sqs", "SendMessage", { MessageBody: "é".repeat(600_000) }), [
      "sqs SendMessage: a message has 1 to 1048576 bytes, not 1200000",
    ]);
  });
});
