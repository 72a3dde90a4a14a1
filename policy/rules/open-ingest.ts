import type { Rule } from "../rule.ts";
import { templateResources, type TemplateResource } from "../template.ts";
import { at, items, text } from "../values.ts";

const everywhere = ["0.0.0.0/0", "::/0"];
const open = "Anyone may connect: list the addresses that may stream (ingestCidrs).";

/**
 * Only known addresses may stream: the stream key is a second lock, not the only one.
 * https://docs.aws.amazon.com/medialive/latest/ug/working-with-input-security-groups.html
 */
export const openIngest: Rule = {
  name: "open-ingest",
  description: "Only known addresses may stream.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (type === "aws:cloudformation/stack:Stack") return templateResources(props).flatMap(judgeMediaLive);
    if (type === "aws:ec2/securityGroup:SecurityGroup")
      return items(props["ingress"]).some((rule) =>
        [...items(at(rule, "cidrBlocks")), ...items(at(rule, "ipv6CidrBlocks"))].some((cidr) =>
          everywhere.includes(text(cidr)),
        ),
      )
        ? [open]
        : [];
    return [];
  },
};

function judgeMediaLive({ type, properties }: TemplateResource): string[] {
  if (type === "AWS::MediaLive::InputSecurityGroup")
    return items(at(properties, "WhitelistRules")).some((rule) => everywhere.includes(text(at(rule, "Cidr"))))
      ? [open]
      : [];
  const isUnguarded =
    type === "AWS::MediaLive::Input" &&
    /_PUSH$|^SRT_LISTENER$/.test(text(at(properties, "Type"))) &&
    items(at(properties, "InputSecurityGroups")).length === 0 &&
    at(properties, "Vpc") === undefined;
  return isUnguarded ? ["The input has no input security group: give it one."] : [];
}
