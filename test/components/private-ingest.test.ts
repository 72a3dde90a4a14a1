import assert from "node:assert/strict";
import { PrivateIngest } from "../../components/private-ingest.ts";
import { account, deploy, statements, templateOf, type Deployment } from "./mocks.ts";
import { makeParts } from "./pipeline-parts.ts";

const arn = (what: string): string => `arn:aws:ec2:us-east-1:${account}:${what}`;

describe("PrivateIngest", function () {
  // Loads awsx.
  this.timeout(30_000);
  let stack: Deployment<unknown>;

  before(async () => {
    stack = await deploy(() => {
      const network = new PrivateIngest("ingest", {
        cidr: "10.20.0.0/24",
        ingestCidrs: ["10.9.0.0/16", "10.8.0.7/32"],
        accountId: account,
        region: "us-east-1",
        tags: { stack: "test" },
      });
      return makeParts({ network, channelClass: "SINGLE_PIPELINE" });
    });
  });

  it("is a network of two subnets without a way to the internet and without NAT gateways", () => {
    assert.deepEqual(stack.one("awsx:ec2:Vpc").inputs, {
      cidrBlock: "10.20.0.0/24",
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated", name: "ingest" }],
      tags: { stack: "test" },
    });
  });

  it("has a gateway for the line, and every subnet's answers find it", () => {
    assert.deepEqual(stack.one("aws:ec2/vpnGateway:VpnGateway").inputs, {
      vpcId: "vpc-ingest",
      tags: { stack: "test" },
    });
    assert.deepEqual(
      stack.all("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation").map(({ inputs }) => inputs),
      ["rtb-a", "rtb-b"].map((routeTableId) => ({ vpnGatewayId: "ingest-id", routeTableId })),
    );
  });

  it("lets only RTMP in, from the configured ranges, and nothing out", () => {
    assert.deepEqual(stack.one("aws:ec2/securityGroup:SecurityGroup").inputs, {
      description: "RTMP from the encoders that may stream",
      vpcId: "vpc-ingest",
      ingress: [
        {
          protocol: "tcp",
          fromPort: 1935,
          toPort: 1935,
          cidrBlocks: ["10.9.0.0/16", "10.8.0.7/32"],
          description: "RTMP",
        },
      ],
      tags: { stack: "test" },
    });
  });

  it("holds the channels' inputs, which then have no input security group", () => {
    const { Resources } = templateOf(stack.one("aws:cloudformation/stack:Stack"));
    assert.deepEqual(Object.keys(Resources), ["Input", "Channel"]);
    const { Destinations, ...input } = Resources["Input"]!.Properties;
    assert.equal((Destinations as unknown[]).length, 1);
    assert.deepEqual(input, {
      Name: "channel-main",
      Type: "RTMP_PUSH",
      Vpc: { SubnetIds: ["subnet-a", "subnet-b"], SecurityGroupIds: ["ingest-id"] },
      RoleArn: `arn:aws:iam:us-east-1:${account}:ingest-network`,
      Tags: {},
    });
  });

  it("lets MediaLive create interfaces only in these subnets", () => {
    assert.deepEqual(statements(stack.one("aws:iam/role:Role", "ingest-network").inputs["assumeRolePolicy"]), [
      {
        Effect: "Allow",
        Principal: { Service: "medialive.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ]);
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy", "ingest-network").inputs["policy"]), [
      {
        Sid: "CreateInterfaces",
        Effect: "Allow",
        Action: "ec2:CreateNetworkInterface",
        Resource: [
          arn("network-interface/*"),
          arn("subnet/subnet-a"),
          arn("subnet/subnet-b"),
          arn("security-group/ingest-id"),
        ],
      },
      {
        Sid: "UseInterfaces",
        Effect: "Allow",
        Action: [
          "ec2:CreateNetworkInterfacePermission",
          "ec2:DeleteNetworkInterface",
          "ec2:DeleteNetworkInterfacePermission",
        ],
        Resource: arn("network-interface/*"),
        Condition: { ArnEquals: { "ec2:Vpc": arn("vpc/vpc-ingest") } },
      },
      {
        Sid: "Look",
        Effect: "Allow",
        Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"],
        Resource: "*",
      },
    ]);
  });
});
