import assert from "node:assert/strict";
import { createIam } from "../../../local/aws/iam/index.ts";
import { Inputs } from "../../../local/aws/medialive/inputs.ts";
import { mediaLiveTypes } from "../../../local/aws/medialive/resource-types.ts";
import { createVpc } from "../../../local/aws/vpc.ts";
import type { Properties, ResourceProvider, ResourceState } from "../../../local/engine/provider.ts";

const account = { accountId: "000000000000", region: "us-east-1" };
const isolated = {
  cidrBlock: "10.20.0.0/24",
  numberOfAvailabilityZones: 2,
  natGateways: { strategy: "None" },
  subnetStrategy: "Auto",
  subnetSpecs: [{ type: "Isolated", name: "ingest" }],
};

describe("a private network on this machine", () => {
  let network: ReturnType<typeof createVpc>;
  let iam: ReturnType<typeof createIam>;
  let inputs: Inputs;
  let providers: Map<string, ResourceProvider>;
  let putInput: (properties: Properties) => Promise<{ id: string }>;

  const apply = (type: string, values: Properties, prior?: ResourceState): Promise<ResourceState> => {
    const provider = providers.get(type);
    assert.ok(provider, type);
    return provider.apply({ urn: "urn", name: "ingest", inputs: values, ...(prior === undefined ? {} : { prior }) });
  };
  /** A network with a security group, and a role that may create interfaces in it. */
  const makeNetwork = async (
    ...actions: string[]
  ): Promise<{ Vpc: { SubnetIds: string[]; SecurityGroupIds: string[] }; RoleArn: string }> => {
    const vpc = await apply("awsx:ec2:Vpc", isolated);
    const group = await apply("aws:ec2/securityGroup:SecurityGroup", {
      vpcId: vpc.id,
      ingress: [{ protocol: "tcp", fromPort: 1935, toPort: 1935, cidrBlocks: ["10.9.0.0/16"] }],
    });
    const policy = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const role = await apply("aws:iam/role:Role", {
      name: "network",
      assumeRolePolicy: policy({
        Effect: "Allow",
        Principal: { Service: "medialive.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    });
    await apply("aws:iam/rolePolicy:RolePolicy", {
      name: "network",
      role: "network",
      policy: policy({ Effect: "Allow", Action: actions, Resource: "*" }),
    });
    return {
      Vpc: { SubnetIds: vpc.outputs["isolatedSubnetIds"] as string[], SecurityGroupIds: [group.id] },
      RoleArn: String(role.outputs["arn"]),
    };
  };
  const input = { Name: "main", Type: "RTMP_PUSH", Destinations: [{ StreamName: "live/key" }] };

  beforeEach(() => {
    iam = createIam(account);
    // It needs only the account from the services' shared object.
    network = createVpc(account);
    inputs = new Inputs(network);
    const types = mediaLiveTypes({
      ...account,
      inputs,
      iam,
      networks: network,
      putInput: (input) => inputs.put(input),
      listen: async () => undefined,
      removeInput: async () => undefined,
      putChannel: () => undefined,
      removeChannel: async () => undefined,
      describeInput: () => ({}),
    });
    const inputType = types.find(({ name }) => name === "AWS::MediaLive::Input")!;
    putInput = (properties) => inputType.put(properties);
    providers = new Map([...iam.resources, ...network.resources].map((provider) => [provider.type, provider]));
  });

  it("returns what awsx's component would, unchanged after a restart", async () => {
    const made = await apply("awsx:ec2:Vpc", isolated);
    assert.match(made.id, /^vpc-[0-9a-f]{17}$/);
    const { vpcId, isolatedSubnetIds, privateSubnetIds, publicSubnetIds, routeTables } = made.outputs;
    assert.deepEqual([vpcId, privateSubnetIds, publicSubnetIds], [made.id, [], []]);
    assert.deepEqual([(isolatedSubnetIds as string[]).length, (routeTables as { id: string }[]).length], [2, 2]);
    assert.deepEqual(await apply("awsx:ec2:Vpc", isolated, made), made);
    assert.deepEqual(
      (isolatedSubnetIds as string[]).map((id) => network.subnet(id).availabilityZone),
      ["us-east-1a", "us-east-1b"],
    );
  });

  it("rejects NAT gateways and internet access, which it does not support", async () => {
    await assert.rejects(apply("awsx:ec2:Vpc", { ...isolated, natGateways: undefined }), { code: "NotImplemented" });
    await assert.rejects(apply("awsx:ec2:Vpc", { ...isolated, subnetSpecs: [{ type: "Public" }] }), {
      code: "NotImplemented",
    });
    await assert.rejects(
      apply("aws:ec2/securityGroup:SecurityGroup", {
        vpcId: "vpc-1",
        ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [] }],
      }),
      { code: "NotImplemented" },
    );
    await assert.rejects(
      apply("aws:ec2/securityGroup:SecurityGroup", {
        vpcId: "vpc-1",
        ingress: [{ protocol: "tcp", fromPort: 1, toPort: 2, self: true }],
      }),
      { message: "ingress.self is not supported by the local engine." },
    );
  });

  it("admits clients that a security group allows, on its ports", async () => {
    const { Vpc } = await makeNetwork("ec2:CreateNetworkInterface");
    assert.equal(network.admits(Vpc.SecurityGroupIds, "10.9.3.4", 1935), true);
    assert.equal(network.admits(Vpc.SecurityGroupIds, "10.10.3.4", 1935), false);
    assert.equal(network.admits(Vpc.SecurityGroupIds, "10.9.3.4", 1936), false);
    assert.equal(network.admits(["sg-other"], "10.9.3.4", 1935), false);
    assert.equal(network.admits(Vpc.SecurityGroupIds, "::1", 1935), false);
  });

  it("hosts a MediaLive input for its own publishers only", async () => {
    const { Vpc, RoleArn } = await makeNetwork("ec2:CreateNetworkInterface");
    const { id } = await putInput({ ...input, Vpc, RoleArn });
    const found = (address: string) => inputs.find({ app: ["live"], key: "key" }, address);
    assert.partialDeepStrictEqual(found("10.9.3.4"), { input: { id } });
    assert.ok("problem" in found("127.0.0.1"));
  });

  it("rejects inputs that MediaLive would reject", async () => {
    const { Vpc, RoleArn } = await makeNetwork("ec2:CreateNetworkInterface");
    const refuses = async (values: Properties, message: RegExp): Promise<void> =>
      assert.rejects(putInput({ ...input, ...values }), {
        code: "UnprocessableEntityException",
        message,
      });
    await refuses({ Vpc }, /needs a role/);
    await refuses({ Vpc, RoleArn, InputSecurityGroups: ["1"] }, /must not have input security groups/);
    await refuses(
      { Vpc: { ...Vpc, SubnetIds: Vpc.SubnetIds.slice(1) }, RoleArn },
      /two subnets, in two availability zones/,
    );
    await refuses({ Vpc: { ...Vpc, SecurityGroupIds: [] }, RoleArn }, /one to five security groups/);
    const other = await makeNetwork();
    await refuses({ Vpc: { ...Vpc, SecurityGroupIds: other.Vpc.SecurityGroupIds }, RoleArn }, /of the same VPC/);
    await refuses({}, /needs an input security group, or a VPC/);
    await assert.rejects(putInput({ ...input, Vpc: { ...Vpc, SubnetIds: ["subnet-1", "subnet-2"] }, RoleArn }), {
      code: "InvalidSubnetID.NotFound",
    });
  });

  it("rejects an input whose role may not create interfaces in its subnets", async () => {
    const { Vpc, RoleArn } = await makeNetwork("ec2:DescribeSubnets");
    await assert.rejects(putInput({ ...input, Vpc, RoleArn }), {
      code: "AccessDenied",
      message:
        /not authorized to perform: ec2:CreateNetworkInterface on resource: arn:aws:ec2:us-east-1:0{12}:subnet.subnet-/,
    });
  });
});
