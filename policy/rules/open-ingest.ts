import type { Rule } from "../rule.ts";
import { at, items, text } from "../values.ts";

const everywhere = ["0.0.0.0/0", "::/0"];

/**
 * Only known addresses may stream: the stream key is a second lock, not the only one.
 * https://docs.aws.amazon.com/medialive/latest/ug/working-with-input-security-groups.html
 */
export const openIngest: Rule = {
  name: "open-ingest",
  description: "Only known addresses may stream.",
  level: "mandatory",
  judge: ({ type, props }) => {
    const message = "Anyone may connect: list the addresses that may stream (ingestCidrs).";
    if (type === "aws:medialive/inputSecurityGroup:InputSecurityGroup")
      return items(props["whitelistRules"]).some((rule) => everywhere.includes(text(at(rule, "cidr"))))
        ? [message]
        : [];
    if (type === "aws:medialive/input:Input")
      return text(props["type"]).endsWith("_PUSH") &&
        items(props["inputSecurityGroups"]).length === 0 &&
        props["vpc"] === undefined
        ? ["The input has no input security group: give it one."]
        : [];
    if (type === "aws:ec2/securityGroup:SecurityGroup")
      return items(props["ingress"]).some((rule) =>
        [...items(at(rule, "cidrBlocks")), ...items(at(rule, "ipv6CidrBlocks"))].some((cidr) =>
          everywhere.includes(text(cidr)),
        ),
      )
        ? [message]
        : [];
    return [];
  },
};
