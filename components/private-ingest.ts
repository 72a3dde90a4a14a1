import * as ec2 from "@pulumi/aws/ec2/index.js";
import { Vpc } from "@pulumi/awsx/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "./service-role.ts";

export interface PrivateIngestArgs {
  /** Addresses of the network, /16 to /26. They must not overlap with those at the other end of the line. */
  cidr: string;
  /** IPv4 ranges beyond the line from which encoders may stream. */
  ingestCidrs: readonly string[];
  accountId: pulumi.Input<string>;
  region: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/** The network that holds channel inputs that are not on the internet. */
export interface IngestNetwork {
  /** Two, in two availability zones. */
  subnetIds: pulumi.Output<string[]>;
  securityGroupIds: pulumi.Output<string>[];
  /** In which MediaLive puts an input into the subnets. */
  roleArn: pulumi.Output<string>;
}

const zones = 2;
const rtmpPort = 1935;

/**
 * A private network for contribution over VPN or Direct Connect: two subnets without a way to the internet (and without
 * NAT gateways, which cost by the hour), and a gateway to which the line is attached. Its routes
 * propagate automatically.
 *
 * Loading `@pulumi/awsx` is slow: import this file only if a private network is configured.
 * https://docs.aws.amazon.com/medialive/latest/ug/rtmp-push-vpc-input.html
 */
export class PrivateIngest extends pulumi.ComponentResource implements IngestNetwork {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupIds: pulumi.Output<string>[];
  readonly roleArn: pulumi.Output<string>;
  /** What a VPN connection or a Direct Connect gateway is attached to. */
  readonly vpnGatewayId: pulumi.Output<string>;

  constructor(name: string, args: PrivateIngestArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:PrivateIngest", name, {}, options);
    const { accountId, region, tags } = args;
    const parent = { parent: this };
    const vpc = new Vpc(
      name,
      {
        cidrBlock: args.cidr,
        numberOfAvailabilityZones: zones,
        natGateways: { strategy: "None" },
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Isolated", name: "ingest" }],
        tags,
      },
      parent,
    );

    const line = new ec2.VpnGateway(name, { vpcId: vpc.vpcId, tags }, parent);
    // Each subnet has its own route table, and all of them need the route back to the encoders.
    for (let zone = 0; zone < zones; zone++) {
      const routeTableId = vpc.routeTables.apply((tables) => at(tables, zone).id);
      new ec2.VpnGatewayRoutePropagation(`${name}-${zone}`, { vpnGatewayId: line.id, routeTableId }, parent);
    }
    // No way out: an input only listens.
    const guard = new ec2.SecurityGroup(
      name,
      {
        description: "RTMP from the encoders that may stream",
        vpcId: vpc.vpcId,
        ingress: [
          {
            protocol: "tcp",
            fromPort: rtmpPort,
            toPort: rtmpPort,
            cidrBlocks: [...args.ingestCidrs],
            description: "RTMP",
          },
        ],
        tags,
      },
      parent,
    );

    const arnOf = (what: pulumi.Input<string>): pulumi.Output<string> =>
      pulumi.interpolate`arn:aws:ec2:${region}:${accountId}:${what}`;
    const subnets = Array.from({ length: zones }, (_, zone) =>
      arnOf(pulumi.interpolate`subnet/${vpc.isolatedSubnetIds.apply((ids) => at(ids, zone))}`),
    );
    const role = new ServiceRole(
      `${name}-network`,
      {
        service: "medialive.amazonaws.com",
        // https://docs.aws.amazon.com/medialive/latest/ug/trusted-entity-requirements.html
        statements: [
          {
            Sid: "CreateInterfaces",
            Action: "ec2:CreateNetworkInterface",
            Resource: [arnOf("network-interface/*"), ...subnets, arnOf(pulumi.interpolate`security-group/${guard.id}`)],
          },
          {
            Sid: "UseInterfaces",
            Action: [
              "ec2:CreateNetworkInterfacePermission",
              "ec2:DeleteNetworkInterface",
              "ec2:DeleteNetworkInterfacePermission",
            ],
            Resource: arnOf("network-interface/*"),
            Condition: { ArnEquals: { "ec2:Vpc": arnOf(pulumi.interpolate`vpc/${vpc.vpcId}`) } },
          },
          // These actions support no resources in IAM.
          {
            Sid: "Look",
            Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"],
            Resource: "*",
          },
        ],
        tags,
      },
      parent,
    );

    this.subnetIds = vpc.isolatedSubnetIds;
    this.securityGroupIds = [guard.id];
    this.roleArn = role.arn;
    this.vpnGatewayId = line.id;
    this.registerOutputs({ vpnGatewayId: this.vpnGatewayId });
  }
}

function at<Item>(items: readonly Item[], zone: number): Item {
  return items[zone] ?? tooFew();
}

function tooFew(): never {
  throw new Error(
    `The private network has fewer than ${zones} subnets; does the region have ${zones} availability zones?`,
  );
}
