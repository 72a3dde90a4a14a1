import assert from "node:assert/strict";
import { OutputGroupType } from "@aws-sdk/client-mediaconvert";
import { pulumiShape, sdkShape } from "./libraries.ts";
import { validate } from "./validate.ts";

describe("checking values against the models that AWS's SDKs ship", () => {
  const createJob = sdkShape("mediaconvert", "CreateJobRequest");
  const job = (outputGroups: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    role: "arn:aws:iam::1:role/r",
    settings: { outputGroups },
    ...more,
  });

  it("finds what is missing, unknown, of a wrong type or not in an enumeration, at any depth", () => {
    const value = {
      settings: {
        inputs: { fileInput: "s3://a/b" },
        outputGroups: [
          {
            outputGroupSettings: {
              type: "HLS_GROUP",
              hlsGroupSettings: { segmentLength: "4", destinatoin: "s3://a/b" },
            },
            outputs: [{ nameModifier: 3 }],
          },
        ],
      },
      userMetadata: { anyKey: "text", number: 3 },
    };
    const { problems } = validate(createJob, value, "job", { camelCase: true });
    assert.deepEqual(problems, [
      'job.settings.inputs: {"fileInput":"s3://a/b"} is not a list',
      `job.settings.outputGroups[0].outputGroupSettings.type: "HLS_GROUP" is not one of OutputGroupType: ` +
        Object.values(OutputGroupType).join(", "),
      'job.settings.outputGroups[0].outputGroupSettings.hlsGroupSettings.segmentLength: "4" is not a number',
      "job.settings.outputGroups[0].outputGroupSettings.hlsGroupSettings.destinatoin: HlsGroupSettings has " +
        "no such member",
      "job.settings.outputGroups[0].outputs[0].nameModifier: 3 is not a string",
      "job.userMetadata.number: 3 is not a string",
      "job.Role: required by CreateJobRequest",
    ]);
  });

  it("passes what is right, and counts what it compared", () => {
    // The request, its two members, the settings' list, its one group.
    assert.deepEqual(
      { ...validate(createJob, job([{ name: "hls" }]), "job", { camelCase: true }) },
      { problems: [], checked: 6 },
    );
  });

  it("accepts lowercase for uppercase only where the protocol does", () => {
    assert.deepEqual(
      validate(sdkShape("sqs", "SendMessageRequest"), { queueUrl: "q", MessageBody: "b" }, "send").problems,
      ["send.queueUrl: SendMessageRequest has no such member", "send.QueueUrl: required by SendMessageRequest"],
    );
  });

  it("validates DynamoDB's attribute values, which have exactly one of several members", () => {
    const getItem = sdkShape("dynamodb", "GetItemInput");
    assert.deepEqual(
      validate(
        getItem,
        { TableName: "t", Key: { pk: { S: "a" }, list: { L: [{ N: "1" }, { M: { x: { BOOL: true } } }] } } },
        "get",
      ).problems,
      [],
    );
    assert.deepEqual(validate(getItem, { TableName: "t", Key: { pk: { S: 1 } } }, "get").problems, [
      "get.Key.pk.S: 1 is not a string",
    ]);
    assert.equal(validate(getItem, { TableName: "t", Key: { pk: "a" } }, "get").problems.length, 1);
  });

  it("reads Pulumi's providers as well: nested types, enumerations, resources in the place of names", () => {
    const endpoint = pulumiShape("aws-native:mediapackagev2:OriginEndpoint");
    const good = {
      channelGroupName: "g",
      channelName: "c",
      containerType: "CMAF",
      segment: { segmentDurationSeconds: 2 },
    };
    assert.deepEqual(validate(endpoint, good, "endpoint").problems, []);
    assert.deepEqual(
      validate(endpoint, { ...good, containerType: "MP4", segment: { length: 2 } }, "endpoint").problems,
      [
        'endpoint.containerType: "MP4" is not one of enums.mediapackagev2.OriginEndpointContainerType: TS, CMAF, ISM',
        "endpoint.segment.length: inputs.mediapackagev2.OriginEndpointSegmentArgs has no such member",
      ],
    );
    assert.deepEqual(validate(pulumiShape("aws:iam/rolePolicy:RolePolicy"), { role: "name" }, "policy").problems, [
      "policy.policy: required by RolePolicyArgs",
    ]);
  });

  it("throws for an undeclared type instead of passing it", () => {
    assert.throws(() => sdkShape("sqs", "SendMassageRequest"), {
      message: "The declarations have no type SendMassageRequest.",
    });
  });
});
