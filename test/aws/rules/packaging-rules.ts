import { parsePolicy } from "../../../local/aws/iam/policy.ts";
import { byArn, ofType } from "../support/lookup.ts";
import { list, pick, text } from "../support/read.ts";
import type { Stack } from "../support/stacks.ts";

const type = (name: string): string => `aws-native:mediapackagev2:${name}`;

/** What MediaPackage v2 refuses, or does not serve, although its model allows it. */
export function packagingProblems(stack: Stack): string[] {
  return [...endpointProblems(stack), ...referenceProblems(stack), ...accessProblems(stack)];
}

/** https://docs.aws.amazon.com/mediapackage/latest/APIReference/API_CreateOriginEndpoint.html */
function endpointProblems(stack: Stack): string[] {
  return ofType(stack, type("OriginEndpoint")).flatMap(({ name, inputs }) => {
    const segment = Number(pick(inputs["segment"], "segmentDurationSeconds"));
    const manifests = [
      ...list(inputs["hlsManifests"]),
      ...list(inputs["dashManifests"]),
      ...list(inputs["lowLatencyHlsManifests"]),
    ];
    const windows = manifests.map((manifest) => Number(pick(manifest, "manifestWindowSeconds") ?? 60));
    const startover = Number(inputs["startoverWindowSeconds"] ?? 900);
    const problems = [
      [segment >= 1 && segment <= 30, `segments are ${segment} s, not 1 to 30`],
      [windows.every((window) => window >= 30), "a manifest's window is under 30 s"],
      [windows.every((window) => window >= 3 * segment), "a manifest's window holds less than three segments"],
      [startover >= 60 && startover <= 1_209_600, `the startover window is ${startover} s, not 60 to 1209600`],
      [
        manifests.every((manifest) => /^[a-zA-Z0-9-]{1,256}$/.test(text(pick(manifest, "manifestName")))),
        "a manifest's name is not of letters, digits and hyphens",
      ],
      [list(inputs["dashManifests"]).length === 0 || inputs["containerType"] === "CMAF", "DASH needs CMAF segments"],
    ] as const;
    return problems.filter(([fine]) => !fine).map(([, problem]) => `endpoint ${name}: ${problem}`);
  });
}

/**
 * Channels and endpoints are in groups and channels of the stack; encoders put where a channel of the stack takes it.
 */
function referenceProblems(stack: Stack): string[] {
  const groups = ofType(stack, type("ChannelGroup")).map(({ inputs }) => inputs["channelGroupName"]);
  const channels = ofType(stack, type("Channel"));
  const ingest = channels.flatMap(({ outputs }) => list(outputs["ingestEndpointUrls"]));
  const pushed = ofType(stack, "AWS::MediaLive::Channel").flatMap(({ inputs }) =>
    list(inputs["Destinations"]).flatMap((destination) =>
      list(pick(destination, "Settings")).map((setting) => text(pick(setting, "Url"))),
    ),
  );
  return [
    ...[...channels, ...ofType(stack, type("OriginEndpoint"))]
      .filter(({ inputs }) => !groups.includes(inputs["channelGroupName"]))
      .map(({ name }) => `${name} is in no channel group of the stack`),
    ...ofType(stack, type("OriginEndpoint"))
      .filter(({ inputs }) => !channels.some((channel) => channel.inputs["channelName"] === inputs["channelName"]))
      .map(({ name }) => `${name} is of no channel of the stack`),
    ...channels
      .filter(({ inputs }) => inputs["inputType"] !== "CMAF")
      .map(({ name }) => `${name} does not take CMAF, which is what MediaLive's CMAF ingest group puts`),
    ...pushed
      .filter((url) => url.startsWith("https:") && !ingest.includes(url))
      .map((url) => `nothing of the stack takes what is put to ${url}`),
  ];
}

/**
 * Into a channel puts one encoder's role, out of an endpoint gets the stack's distribution; nobody else.
 * https://docs.aws.amazon.com/mediapackage/latest/userguide/policies-channel.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-mediapackage.html
 */
function accessProblems(stack: Stack): string[] {
  const into = ofType(stack, type("ChannelPolicy")).flatMap(({ name, inputs }) =>
    parsePolicy(JSON.stringify(inputs["policy"])).flatMap((statement) => {
      const names =
        statement.principal === undefined || statement.principal === "*"
          ? ["*"]
          : Object.values(statement.principal).flat();
      const roles = ofType(stack, "AWS::MediaLive::Channel").map((channel) => text(channel.inputs["RoleArn"]));
      return names
        .filter((principal) => !roles.includes(principal))
        .map((principal) => `policy ${name}: lets ${principal} put, which is no encoder's role`);
    }),
  );
  const out = ofType(stack, type("OriginEndpointPolicy")).flatMap(({ name, inputs }) =>
    parsePolicy(JSON.stringify(inputs["policy"])).flatMap((statement) => {
      const sources = statement.conditions
        .filter(({ operator, key }) => operator === "StringEquals" && key === "aws:sourcearn")
        .flatMap(({ values }) => values);
      const limited =
        sources.length > 0 &&
        sources.every((arn) => byArn(stack, arn)?.type === "aws:cloudfront/distribution:Distribution");
      const cloudFront =
        typeof statement.principal === "object" &&
        statement.principal["Service"]?.join() === "cloudfront.amazonaws.com";
      return limited && cloudFront ? [] : [`policy ${name}: lets others than the stack's distribution get`];
    }),
  );
  const guarded = (channelName: unknown, policies: string): boolean =>
    ofType(stack, type(policies)).some(({ inputs }) => inputs["channelName"] === channelName);
  return [
    ...into,
    ...out,
    ...ofType(stack, type("Channel"))
      .filter(({ inputs }) => !guarded(inputs["channelName"], "ChannelPolicy"))
      .map(({ name }) => `${name} has no policy: nobody can put`),
    ...ofType(stack, type("OriginEndpoint"))
      .filter(({ inputs }) => !guarded(inputs["channelName"], "OriginEndpointPolicy"))
      .map(({ name }) => `${name} has no policy: nobody can get`),
  ];
}
