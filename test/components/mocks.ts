import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

/** Where a pipeline of MediaLive sends a channel's stream. */
export function ingestUrl(pipeline: number, channel: string, group = "spotlight-test-live"): string {
  const host = `abcde-${pipeline}.ingest.fghij.mediapackagev2.us-east-1.amazonaws.com`;
  return `https://${host}/in/v1/${group}/${pipeline}/${channel}/`;
}

/** A resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  /** Plain values, secrets opened. */
  inputs: Inputs;
}

/** Inputs of a resource, any depth. */
export type Inputs = Record<string, unknown>;

/** What a program registered under Pulumi's mocks. */
export interface Deployment<Result> {
  result: Result;
  resources: Registered[];
  /** The resources of one type, e.g. `aws:sqs/queue:Queue`, by name. */
  all(type: string): Registered[];
  /** The only resource of a type, or the one of that name. Fails when there is none, or more than one. */
  one(type: string, name?: string): Registered;
  /** How many of each type were registered. */
  counts(): Record<string, number>;
}

export const account = "123456789012";

function passwordOf(name: string, { length }: Inputs): string {
  return name.padEnd(Number(length), "x").slice(0, Number(length));
}

/** Outputs that AWS would add, by type. */
const outputs: Record<string, (name: string, inputs: Inputs) => Inputs> = {
  "aws:s3/bucket:Bucket": (name) => ({
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.us-east-1.amazonaws.com`,
  }),
  "aws:dynamodb/table:Table": (name) => ({
    streamArn: `arn:aws:dynamodb:us-east-1:${account}:table/${name}/stream/2026-11-22T18:00:00.000`,
  }),
  "aws:sqs/queue:Queue": (name) => ({ url: `https://sqs.us-east-1.amazonaws.com/${account}/${name}` }),
  "aws:cloudformation/stack:Stack": (name) => ({
    outputs: {
      ChannelId: "1234567",
      ChannelArn: `arn:aws:medialive:us-east-1:${account}:${name}`,
      InputId: `${name}-id`,
      InputArn: `arn:aws:medialive:us-east-1:${account}:${name}`,
    },
  }),
  "aws:secretsmanager/secretVersion:SecretVersion": () => ({ versionId: "v1" }),
  "aws:apigatewayv2/api:Api": (_, { protocolType }) => ({
    apiEndpoint: `${protocolType === "HTTP" ? "https" : "wss"}://a1b2c3.execute-api.us-east-1.amazonaws.com`,
    executionArn: `arn:aws:execute-api:us-east-1:${account}:a1b2c3`,
  }),
  "aws:cloudfront/distribution:Distribution": () => ({ domainName: "d111111abcdef8.cloudfront.net" }),
  "awsx:ec2:Vpc": (name) => ({
    vpcId: `vpc-${name}`,
    isolatedSubnetIds: ["subnet-a", "subnet-b"],
    routeTables: [{ id: "rtb-a" }, { id: "rtb-b" }],
  }),
  "random:index/randomPassword:RandomPassword": (name, inputs) => ({ result: passwordOf(name, inputs) }),
  "aws-native:mediapackagev2:ChannelGroup": () => ({
    egressDomain: "abcde.egress.fghij.mediapackagev2.us-east-1.amazonaws.com",
  }),
  "aws-native:mediapackagev2:Channel": (_, { channelGroupName, channelName }) => ({
    ingestEndpointUrls: [1, 2].map((pipeline) => ingestUrl(pipeline, text(channelName), text(channelGroupName))),
  }),
  "aws-native:mediapackagev2:OriginEndpoint": (_, { channelGroupName, channelName, originEndpointName }) => {
    const path = [channelGroupName, channelName, originEndpointName].map(text).join("/");
    const base = `https://abcde.egress.fghij.mediapackagev2.us-east-1.amazonaws.com/out/v1/${path}`;
    return {
      lowLatencyHlsManifestUrls: [`${base}/low-latency.m3u8`],
      hlsManifestUrls: [`${base}/index.m3u8`],
      dashManifestUrls: [`${base}/index.mpd`],
    };
  },
};

/** Runs `program` against mocked providers and waits until all that it registers is registered. */
export async function deploy<Result>(
  program: () => Result | Promise<Result>,
  config: Record<string, string> = {},
  stack = "test",
): Promise<Deployment<Result>> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, custom }) {
        const given = Object.fromEntries(Object.entries(inputs as Inputs).map(([key, value]) => [key, opened(value)]));
        // Components are not resources, but for awsx's, which a provider makes.
        if (custom === true || type.startsWith("awsx:")) resources.push({ type, name, inputs: given });
        const service = type.split(":")[1]!.split("/")[0]!;
        return {
          id: `${name}-id`,
          state: {
            arn: `arn:aws:${service}:us-east-1:${account}:${name}`,
            name,
            ...given,
            ...outputs[type]?.(name, given),
          },
        };
      },
      call({ token }) {
        if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: account };
        if (token === "aws:index/getRegion:getRegion") return { region: "us-east-1" };
        if (token === "aws:medialive/getInput:getInput") {
          const keys = resources.filter(({ name }) => name.includes("-stream-key"));
          // In any order, as the program must not rely on one.
          return {
            destinations: keys
              .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
              .map((key, at) => ({ url: `rtmp://203.0.113.${at + 1}:1935/live/${passwordOf(key.name, key.inputs)}` }))
              .reverse(),
          };
        }
        throw new Error(`The program called ${token}, which the mocks do not know.`);
      },
    },
    "spotlight",
    stack,
    false,
  );
  pulumi.runtime.setAllConfig(config);
  const result = await program();
  await pulumi.runtime.disconnect();
  const all = (type: string): Registered[] =>
    resources.filter((resource) => resource.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  // The engine refuses a second resource of the same URN; the mocks do not.
  const urns = resources.map(({ type, name }) => `${type} ${name}`);
  assert.deepEqual(
    urns.filter((urn, at) => urns.indexOf(urn) !== at),
    [],
  );
  return {
    result,
    resources,
    all,
    one(type, name) {
      const found = all(type).filter((resource) => name === undefined || resource.name === name);
      assert.equal(
        found.length,
        1,
        `${found.length} resources of ${type}${name === undefined ? "" : ` named ${name}`}; there are: ` +
          resources.map((resource) => `${resource.type} ${resource.name}`).join(", "),
      );
      return found[0]!;
    },
    counts() {
      const counts: Record<string, number> = {};
      for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
      return counts;
    },
  };
}

/** The template of a CloudFormation stack. */
export function templateOf({ inputs }: Registered): {
  Resources: Record<string, { Type: string; Properties: Inputs }>;
  Outputs: Record<string, { Value: unknown }>;
} {
  return JSON.parse(text(inputs["templateBody"])) as ReturnType<typeof templateOf>;
}

/** One statement of a policy, as JSON has it. */
export interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: unknown;
}

/** The statements of a policy that an input holds, as text or as an object. */
export function statements(policy: unknown): Statement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Version: string;
    Statement: Statement[];
  };
  assert.equal(document.Version, "2012-10-17");
  return document.Statement;
}

/** An output's value, secret or not. */
export async function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}

/** A package for functions of which only the entry matters. */
function stubBundle(name: string, entry: string): pulumi.asset.Archive {
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(`// ${name} of ${entry}`) });
}

/** Defaults of functions in tests. */
export const functionDefaults = { logRetentionDays: 30, bundle: stubBundle };

/** Pulumi wraps an input that has a secret anywhere inside. */
function opened(value: unknown): unknown {
  return pulumi.runtime.isRpcSecret(value) ? (pulumi.runtime.unwrapRpcSecret(value) as unknown) : value;
}

function text(value: unknown): string {
  assert.equal(typeof value, "string");
  return String(value);
}
