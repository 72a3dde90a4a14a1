import { randomBytes } from "node:crypto";
import type { Properties, ResourceProvider } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import type { Manifest } from "./endpoint.ts";
import type { EndpointSettings, MediaPackage } from "./media-package.ts";
import { physicalName } from "../../engine/physical-name.ts";
import { block, flag, maybeNumber, maybeText, properties, text, whole } from "../support/inputs.ts";

/**
 * Names are parts of URLs and ARNs: https://docs.aws.amazon.com/mediapackage/latest/APIReference/API_CreateChannel.html
 */
const namePattern = /^[A-Za-z0-9_-]{1,256}$/;

function nameOf(inputs: Properties, property: string): string {
  const name = text(inputs, property);
  if (!namePattern.test(name))
    throw new AwsError("ValidationException", `${property} is "${name}"; use letters, digits, "-" and "_" only.`);
  return name;
}

/** The name from the program, else from an earlier run, else one derived from the Pulumi name. */
function namedOr(
  inputs: Properties,
  property: string,
  logicalName: string,
  prior: { id: string; outputs: Properties } | undefined,
): string {
  const before = prior?.outputs[property];
  return nameOf(
    {
      [property]: physicalName(
        inputs[property],
        logicalName,
        typeof before === "string" ? { id: before, outputs: { name: before } } : undefined,
      ),
    },
    property,
  );
}

/** The MediaPackage resource types of `@pulumi/aws-native` that have an effect here. */
export function mediaPackageProviders(packager: MediaPackage): ResourceProvider[] {
  const arn = (...path: string[]): string =>
    `arn:aws:mediapackagev2:${packager.region}:${packager.accountId}:${path.join("/")}`;
  const channelArn = (group: string, channel: string): string => arn("channelGroup", group, "channel", channel);
  const now = (): string => new Date().toISOString();

  const channelGroup: ResourceProvider = {
    type: "aws-native:mediapackagev2:ChannelGroup",
    honoured: ["channelGroupName"],
    ignored: ["description", "tags"],
    replaceOnChanges: ["channelGroupName"],
    async apply({ name, inputs, prior }) {
      const channelGroupName = namedOr(inputs, "channelGroupName", name, prior);
      const egressDomain =
        maybeText(prior?.outputs ?? {}, "egressDomain") ??
        `${randomBytes(3).toString("hex")}.egress.${randomBytes(3).toString("hex")}` +
          `.mediapackagev2.${packager.region}.amazonaws.com`;
      packager.putGroup(channelGroupName, egressDomain);
      const createdAt = maybeText(prior?.outputs ?? {}, "createdAt") ?? now();
      return {
        id: arn("channelGroup", channelGroupName),
        outputs: {
          channelGroupName,
          egressDomain,
          arn: arn("channelGroup", channelGroupName),
          createdAt,
          modifiedAt: createdAt,
        },
      };
    },
    async remove({ outputs }) {
      packager.removeGroup(text(outputs, "channelGroupName"));
    },
  };

  const channel: ResourceProvider = {
    type: "aws-native:mediapackagev2:Channel",
    honoured: ["channelGroupName", "channelName", "inputType", "inputSwitchConfiguration"],
    ignored: ["description", "tags"],
    replaceOnChanges: ["channelGroupName", "channelName", "inputType"],
    async apply({ name, inputs, prior }) {
      const channelGroupName = nameOf(inputs, "channelGroupName");
      const channelName = namedOr(inputs, "channelName", name, prior);
      const inputType = maybeText(inputs, "inputType") ?? "HLS";
      if (inputType !== "CMAF")
        throw new AwsError("ValidationException", `inputType is ${inputType}; the local engine ingests CMAF only.`);
      const switching = block(inputs, "inputSwitchConfiguration", ["mqcsInputSwitching"]) ?? {};
      packager.putChannel(channelGroupName, channelName, { byQuality: flag(switching, "mqcsInputSwitching", false) });
      const known =
        maybeText(prior?.outputs ?? {}, "ingestDomain") ??
        `${randomBytes(3).toString("hex")}-1.ingest.${randomBytes(3).toString("hex")}` +
          `.mediapackagev2.${packager.region}.amazonaws.com`;
      const ingestEndpoints = [1, 2].map((id) => ({
        id: String(id),
        url: `https://${known.replace("-1.", `-${id}.`)}/in/v1/${channelGroupName}/${id}/${channelName}/`,
      }));
      const createdAt = maybeText(prior?.outputs ?? {}, "createdAt") ?? now();
      return {
        id: channelArn(channelGroupName, channelName),
        outputs: {
          channelName,
          arn: channelArn(channelGroupName, channelName),
          ingestDomain: known,
          ingestEndpoints,
          ingestEndpointUrls: ingestEndpoints.map(({ url }) => url),
          createdAt,
          modifiedAt: createdAt,
        },
      };
    },
    async remove({ outputs }, inputs) {
      packager.removeChannel(text(inputs, "channelGroupName"), text(outputs, "channelName"));
    },
  };

  const channelPolicy: ResourceProvider = {
    type: "aws-native:mediapackagev2:ChannelPolicy",
    honoured: ["channelGroupName", "channelName", "policy"],
    replaceOnChanges: ["channelGroupName", "channelName"],
    async apply({ inputs }) {
      const [group, name] = [nameOf(inputs, "channelGroupName"), nameOf(inputs, "channelName")];
      packager.setChannelPolicy(group, name, policyOf(inputs));
      return { id: `${group}|${name}`, outputs: {} };
    },
    async remove(_state, inputs) {
      packager.setChannelPolicy(text(inputs, "channelGroupName"), text(inputs, "channelName"), undefined);
    },
  };

  const originEndpoint: ResourceProvider = {
    type: "aws-native:mediapackagev2:OriginEndpoint",
    honoured: [
      "channelGroupName",
      "channelName",
      "originEndpointName",
      "containerType",
      "segment",
      "startoverWindowSeconds",
      "hlsManifests",
      "lowLatencyHlsManifests",
      "dashManifests",
    ],
    ignored: ["description", "tags"],
    replaceOnChanges: ["channelGroupName", "channelName", "originEndpointName"],
    async apply({ name: logicalName, inputs, prior }) {
      const settings = endpointSettings(inputs, namedOr(inputs, "originEndpointName", logicalName, prior));
      packager.putEndpoint(settings);
      const { group, channel: channelName, name } = settings;
      const egress = `/out/v1/${group}/${channelName}/${name}`;
      const urls = (property: string, extension: string): string[] =>
        list(inputs, property).map(
          (manifest) =>
            `https://${packager.egressDomain(group)}${egress}/${text(manifest, "manifestName")}.${extension}`,
        );
      const createdAt = maybeText(prior?.outputs ?? {}, "createdAt") ?? now();
      const endpointArn = `${channelArn(group, channelName)}/originEndpoint/${name}`;
      return {
        id: endpointArn,
        outputs: {
          originEndpointName: name,
          arn: endpointArn,
          hlsManifestUrls: urls("hlsManifests", "m3u8"),
          lowLatencyHlsManifestUrls: urls("lowLatencyHlsManifests", "m3u8"),
          dashManifestUrls: urls("dashManifests", "mpd"),
          mssManifestUrls: [],
          createdAt,
          modifiedAt: createdAt,
        },
      };
    },
    async remove({ outputs }, inputs) {
      packager.removeEndpoint(
        text(inputs, "channelGroupName"),
        text(inputs, "channelName"),
        text(outputs, "originEndpointName"),
      );
    },
  };

  const originEndpointPolicy: ResourceProvider = {
    type: "aws-native:mediapackagev2:OriginEndpointPolicy",
    honoured: ["channelGroupName", "channelName", "originEndpointName", "policy"],
    replaceOnChanges: ["channelGroupName", "channelName", "originEndpointName"],
    async apply({ inputs }) {
      const [group, channelName, name] = [
        nameOf(inputs, "channelGroupName"),
        nameOf(inputs, "channelName"),
        nameOf(inputs, "originEndpointName"),
      ];
      packager.setEndpointPolicy(group, channelName, name, policyOf(inputs));
      return { id: `${group}|${channelName}|${name}`, outputs: {} };
    },
    async remove(_state, inputs) {
      packager.setEndpointPolicy(
        text(inputs, "channelGroupName"),
        text(inputs, "channelName"),
        text(inputs, "originEndpointName"),
        undefined,
      );
    },
  };

  return [channelGroup, channel, channelPolicy, originEndpoint, originEndpointPolicy];
}

function policyOf(inputs: Properties): string {
  const policy = properties(inputs["policy"]);
  if (policy === undefined) throw new AwsError("ValidationException", "policy must be an object: a policy document.");
  return JSON.stringify(policy);
}

function list(inputs: Properties, property: string): Properties[] {
  const value = inputs[property] ?? [];
  if (!Array.isArray(value)) throw new AwsError("ValidationException", `${property} must be a list.`);
  return value.map((item: unknown) => properties(item) ?? {});
}

const hlsOptions = ["manifestName", "manifestWindowSeconds", "programDateTimeIntervalSeconds"];
// minBufferTimeSeconds and segmentTemplateFormat have no effect: both follow from the segments.
const dashOptions = [
  "manifestName",
  "manifestWindowSeconds",
  "minUpdatePeriodSeconds",
  "minBufferTimeSeconds",
  "suggestedPresentationDelaySeconds",
  "segmentTemplateFormat",
];

/** Reads an endpoint's inputs and checks them against MediaPackage's own limits. */
function endpointSettings(inputs: Properties, name: string): EndpointSettings {
  const container = text(inputs, "containerType");
  if (container !== "CMAF")
    throw new AwsError("ValidationException", `containerType is ${container}; the local engine packages CMAF only.`);
  const segment = block(inputs, "segment", ["segmentName", "segmentDurationSeconds"]) ?? {};
  const manifests = (property: string, kind: Manifest["kind"], options: readonly string[]): Manifest[] =>
    list(inputs, property).map((manifest, i) => {
      const known = block({ [`${property}[${i}]`]: manifest }, `${property}[${i}]`, options) ?? {};
      const updateSeconds = maybeNumber(known, "minUpdatePeriodSeconds");
      const delaySeconds = maybeNumber(known, "suggestedPresentationDelaySeconds");
      return {
        kind,
        name: nameOf(known, "manifestName"),
        windowSeconds: whole(known, "manifestWindowSeconds", { fallback: 60, min: 30, max: 1_209_600 }),
        ...(updateSeconds === undefined ? {} : { updateSeconds }),
        ...(delaySeconds === undefined ? {} : { delaySeconds }),
      };
    });
  const all = [
    ...manifests("hlsManifests", "hls", hlsOptions),
    ...manifests("lowLatencyHlsManifests", "low-latency-hls", hlsOptions),
    ...manifests("dashManifests", "dash", dashOptions),
  ];
  // HLS manifests of both kinds share their names.
  const urlOf = ({ name: base, kind }: Manifest): string => `${base}.${kind === "dash" ? "mpd" : "m3u8"}`;
  const twice = all.find((manifest, i) => all.findIndex((other) => urlOf(other) === urlOf(manifest)) !== i);
  if (twice !== undefined)
    throw new AwsError(
      "ConflictException",
      `Two manifests have the address ${urlOf(twice)}; give each its own name.`,
      409,
    );
  return {
    group: nameOf(inputs, "channelGroupName"),
    channel: nameOf(inputs, "channelName"),
    name,
    segmentName: segment["segmentName"] === undefined ? "segment" : nameOf(segment, "segmentName"),
    segmentSeconds: whole(segment, "segmentDurationSeconds", { fallback: 6, min: 1, max: 30 }),
    startoverSeconds: whole(inputs, "startoverWindowSeconds", { fallback: 900, min: 60, max: 1_209_600 }),
    manifests: all,
  };
}
