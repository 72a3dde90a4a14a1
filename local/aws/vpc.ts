import { randomBytes } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type { Properties, ResourceProvider, ResourceState } from "../engine/provider.ts";
import type { Cloud, ServiceModule } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import { maybeNumber, maybeText, properties, text, texts } from "./support/inputs.ts";

/** Private networks on one machine: who may connect to the resources in them. */
export interface Networks {
  /** Throws InvalidSubnetID.NotFound or InvalidGroup.NotFound, as EC2 does. */
  subnet(id: string): { id: string; vpcId: string; availabilityZone: string };
  securityGroup(id: string): { id: string; vpcId: string };
  /** Whether any of the security groups lets an IPv4 address connect to a TCP port. */
  admits(securityGroupIds: readonly string[], address: string, port: number): boolean;
}

interface SecurityGroup {
  id: string;
  vpcId: string;
  rules: { fromPort: number; toPort: number; from: BlockList }[];
}

/**
 * The program's networks. On this machine there is no real one: every address is 127.0.0.1, without routes in or out.
 * Subnets and security groups have ids, and the groups' ingress rules are enforced.
 */
export function createVpc(cloud: Pick<Cloud, "region" | "accountId">): ServiceModule & Networks {
  const subnets = new Map<string, { id: string; vpcId: string; availabilityZone: string }>();
  const groups = new Map<string, SecurityGroup>();
  const arnOf = (what: string): string => `arn:aws:ec2:${cloud.region}:${cloud.accountId}:${what}`;

  /**
   * `awsx.ec2.Vpc` with isolated subnets only. On AWS its provider builds this component; here the engine returns its
   * outputs.
   */
  const vpc: ResourceProvider = {
    type: "awsx:ec2:Vpc",
    honoured: ["cidrBlock", "numberOfAvailabilityZones", "natGateways", "subnetStrategy", "subnetSpecs"],
    ignored: ["enableDnsHostnames", "enableDnsSupport", "subnetNameTagStrategy", "tags"],
    replaceOnChanges: ["cidrBlock", "numberOfAvailabilityZones", "subnetSpecs"],
    async apply({ inputs, prior }) {
      if ((maybeText(properties(inputs["natGateways"]) ?? {}, "strategy") ?? "OnePerAz") !== "None")
        throw notHere("natGateways must have the strategy None: this machine has no NAT gateways");
      const specs = Array.isArray(inputs["subnetSpecs"])
        ? inputs["subnetSpecs"].map((spec: unknown) => maybeText(properties(spec) ?? {}, "type"))
        : [];
      if (specs.length !== 1 || specs[0] !== "Isolated")
        throw notHere("subnetSpecs must have one entry, of type Isolated");
      const zones = maybeNumber(inputs, "numberOfAvailabilityZones") ?? 3;
      const ids = (output: string, prefix: string): string[] =>
        known(prior, output) ?? Array.from({ length: zones }, () => randomId(prefix));
      const vpcId = prior?.id ?? randomId("vpc");
      const isolatedSubnetIds = ids("isolatedSubnetIds", "subnet");
      const routeTables = tableIds(prior) ?? Array.from({ length: zones }, () => randomId("rtb"));
      for (const [zone, id] of isolatedSubnetIds.entries())
        subnets.set(id, { id, vpcId, availabilityZone: `${cloud.region}${"abcdef"[zone] ?? ""}` });
      return {
        id: vpcId,
        outputs: {
          vpcId,
          isolatedSubnetIds,
          privateSubnetIds: [],
          publicSubnetIds: [],
          routeTables: routeTables.map((id) => ({ id })),
        },
      };
    },
    async remove(state) {
      for (const [id, subnet] of subnets) if (subnet.vpcId === state.id) subnets.delete(id);
    },
  };

  const securityGroup: ResourceProvider = {
    type: "aws:ec2/securityGroup:SecurityGroup",
    honoured: ["vpcId", "ingress"],
    ignored: ["name", "namePrefix", "description", "revokeRulesOnDelete", "tags"],
    replaceOnChanges: ["vpcId"],
    async apply({ inputs, prior }) {
      const id = prior?.id ?? randomId("sg");
      const rules = Array.isArray(inputs["ingress"])
        ? inputs["ingress"].map((rule: unknown) => readRule(properties(rule) ?? {}))
        : [];
      groups.set(id, { id, vpcId: text(inputs, "vpcId"), rules });
      return { id, outputs: { arn: arnOf(`security-group/${id}`), ownerId: cloud.accountId } };
    },
    async remove({ id }) {
      groups.delete(id);
    },
  };

  return {
    // This machine has no VPN connection, so gateways and routes have ids but no effect.
    resources: [
      vpc,
      securityGroup,
      lineless("aws:ec2/vpnGateway:VpnGateway", "vgw", ["vpcId", "amazonSideAsn", "availabilityZone", "tags"], arnOf),
      lineless("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", "propagation", [
        "vpnGatewayId",
        "routeTableId",
      ]),
    ],
    subnet: (id) => subnets.get(id) ?? missing("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`),
    securityGroup: (id) =>
      groups.get(id) ?? missing("InvalidGroup.NotFound", `The security group '${id}' does not exist`),
    admits: (ids, address, port) =>
      isIP(address) === 4 &&
      ids.some(
        (id) =>
          groups
            .get(id)
            ?.rules.some((rule) => rule.fromPort <= port && port <= rule.toPort && rule.from.check(address, "ipv4")) ===
          true,
      ),
    async stop() {
      subnets.clear();
      groups.clear();
    },
  };
}

function readRule(rule: Properties): SecurityGroup["rules"][number] {
  const unknown = Object.keys(rule).find(
    (key) =>
      rule[key] !== undefined &&
      rule[key] !== null &&
      !["protocol", "fromPort", "toPort", "cidrBlocks", "description"].includes(key),
  );
  if (unknown !== undefined) throw notHere(`ingress.${unknown} is not supported by the local engine`);
  if (text(rule, "protocol") !== "tcp")
    throw notHere(`ingress.protocol is ${text(rule, "protocol")}; the local engine supports tcp only`);
  const from = new BlockList();
  for (const cidr of texts(rule, "cidrBlocks")) {
    const [address = "", bits = ""] = cidr.split("/");
    if (isIP(address) !== 4 || !/^\d+$/.test(bits) || Number(bits) > 32)
      throw new AwsError("InvalidParameterValue", `CIDR block ${cidr} is malformed`);
    from.addSubnet(address, Number(bits), "ipv4");
  }
  return { fromPort: maybeNumber(rule, "fromPort") ?? 0, toPort: maybeNumber(rule, "toPort") ?? 65_535, from };
}

function lineless(
  type: string,
  prefix: string,
  ignored: readonly string[],
  arnOf?: (what: string) => string,
): ResourceProvider {
  return {
    type,
    honoured: [],
    ignored,
    async apply({ prior }) {
      const id = prior?.id ?? randomId(prefix);
      return { id, outputs: arnOf === undefined ? {} : { arn: arnOf(`vpn-gateway/${id}`) } };
    },
  };
}

function known(prior: ResourceState | undefined, output: string): string[] | undefined {
  return prior === undefined ? undefined : texts(prior.outputs, output);
}

function tableIds(prior: ResourceState | undefined): string[] | undefined {
  const tables = prior?.outputs["routeTables"];
  return Array.isArray(tables) ? tables.map((table: unknown) => text(properties(table) ?? {}, "id")) : undefined;
}

function randomId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
}

function notHere(why: string): AwsError {
  return new AwsError("NotImplemented", `${why}.`, 501);
}

function missing(code: string, message: string): never {
  throw new AwsError(code, message);
}
