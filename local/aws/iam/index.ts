import { randomBytes } from "node:crypto";
import type { Properties, ResourceProvider } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import { AccessDenied, AwsError } from "../errors.ts";
import type { Iam, Principal, ServiceModule } from "../cloud.ts";
import { evaluate, type AccessRequest } from "./evaluate.ts";
import { managedPolicies } from "./managed-policies.ts";
import { parsePolicy, type Statement } from "./policy.ts";

interface Role {
  arn: string;
  trust: Statement[];
  /** Statements by the resource that added them (the role's inline policies, each RolePolicy, each attachment). */
  policies: Map<string, Statement[]>;
}

/** An access key and its secret, as SDKs expect them. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface AccountKeys {
  /** A key for the machine's owner that may do everything, for example with the AWS CLI. */
  ownerKey(): AccessKey;
}

/**
 * Roles and their policies, enforced on every call that reaches the gateway and on what services do with a role. A
 * grant missing from the program therefore fails here as it would on AWS.
 */
export function createIam(options: { accountId: string; region: string }): Iam & ServiceModule & AccountKeys {
  const roles = new Map<string, Role>();
  const policies = new Map<string, Statement[]>();
  const keys = new Map<string, { principal: Principal; secret: string }>();
  const roleArn = (name: string): string => `arn:aws:iam::${options.accountId}:role/${name}`;

  const role = (nameOrArn: string): Role => {
    const found = roles.get(nameOrArn.startsWith("arn:") ? nameOrArn : roleArn(nameOrArn));
    if (found === undefined) throw new AwsError("NoSuchEntity", `The role ${nameOrArn} cannot be found.`, 404);
    return found;
  };

  const iam: Iam = {
    authorize(principal, action, resource, { resourcePolicy, context = {} } = {}) {
      if (principal.kind === "engine") return;
      const request: AccessRequest = {
        action,
        resource,
        caller: callerOf(principal),
        context: contextOf(principal, context, options),
      };
      const identity = principal.kind === "role" ? [...(roles.get(principal.arn)?.policies.values() ?? [])].flat() : [];
      const decision = evaluate(request, identity, resourcePolicy === undefined ? [] : parsePolicy(resourcePolicy));
      if (decision !== "Allowed") throw new AccessDenied(nameOf(principal), action, resource);
    },
    assume(arn, service, source) {
      const request: AccessRequest = {
        action: "sts:AssumeRole",
        resource: arn,
        caller: { kind: "Service", name: service },
        context: {
          ...globalContext(options),
          // As on AWS, a condition on a key that the service does not send never holds.
          ...(source !== undefined && { "aws:sourceaccount": options.accountId }),
          ...(source?.arn !== undefined && { "aws:sourcearn": source.arn }),
        },
      };
      if (evaluate(request, [], role(arn).trust) !== "Allowed") throw new AccessDenied(service, "sts:AssumeRole", arn);
      return { kind: "role", arn };
    },
    credentials(arn) {
      const known = [...keys].find(([, { principal }]) => principal.kind === "role" && principal.arn === arn);
      return known === undefined
        ? makeKey("ASIA", { kind: "role", arn })
        : { accessKeyId: known[0], secretAccessKey: known[1].secret };
    },
    secretOf: (accessKeyId) => keys.get(accessKeyId)?.secret,
    principal(accessKeyId) {
      return keys.get(accessKeyId)?.principal;
    },
  };

  const makeKey = (prefix: "AKIA" | "ASIA", principal: Principal): AccessKey => {
    const key = {
      accessKeyId: `${prefix}${randomBytes(16).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
    };
    keys.set(key.accessKeyId, { principal, secret: key.secretAccessKey });
    return key;
  };

  return {
    ...iam,
    ownerKey: () => makeKey("AKIA", { kind: "engine" }),
    resources: [roleProvider(), rolePolicyProvider(), policyProvider(), attachmentProvider()],
    stop: async () => undefined,
  };

  function roleProvider(): ResourceProvider {
    return {
      type: "aws:iam/role:Role",
      honoured: ["name", "namePrefix", "assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "path"],
      ignored: ["description", "tags", "maxSessionDuration", "forceDetachPolicies", "permissionsBoundary"],
      replaceOnChanges: ["name", "path"],
      async apply({ name: logicalName, inputs, prior }) {
        const name = physicalName(inputs["name"], logicalName, prior);
        const arn = roleArn(name);
        const statements = list(inputs["inlinePolicies"]).map((policy) =>
          parsePolicy(text((policy as Properties)["policy"])),
        );
        const managed = list(inputs["managedPolicyArns"]).map((policyArn) => policyByArn(text(policyArn)));
        const kept = roles.get(arn)?.policies ?? new Map<string, Statement[]>();
        kept.set("inline", [...statements, ...managed].flat());
        roles.set(arn, { arn, trust: parsePolicy(text(inputs["assumeRolePolicy"])), policies: kept });
        return { id: name, outputs: { name, arn, uniqueId: `AROA${name.length}` } };
      },
      async remove(state) {
        roles.delete(roleArn(state.id));
      },
    };
  }

  function rolePolicyProvider(): ResourceProvider {
    return {
      type: "aws:iam/rolePolicy:RolePolicy",
      honoured: ["name", "namePrefix", "role", "policy"],
      replaceOnChanges: ["role", "name"],
      async apply({ name: logicalName, inputs, prior }) {
        const name = physicalName(inputs["name"], logicalName, prior);
        const target = role(text(inputs["role"]));
        target.policies.set(`policy/${name}`, parsePolicy(text(inputs["policy"])));
        return { id: `${text(inputs["role"])}:${name}`, outputs: { name } };
      },
      async remove(state, inputs) {
        roles.get(roleArn(text(inputs["role"])))?.policies.delete(`policy/${state.id.split(":").at(-1) ?? ""}`);
      },
    };
  }

  function policyProvider(): ResourceProvider {
    return {
      type: "aws:iam/policy:Policy",
      honoured: ["name", "namePrefix", "path", "policy"],
      ignored: ["description", "tags"],
      replaceOnChanges: ["name", "path"],
      async apply({ name: logicalName, inputs, prior }) {
        const name = physicalName(inputs["name"], logicalName, prior);
        const arn = `arn:aws:iam::${options.accountId}:policy/${name}`;
        policies.set(arn, parsePolicy(text(inputs["policy"])));
        return { id: arn, outputs: { name, arn } };
      },
      async remove(state) {
        policies.delete(state.id);
      },
    };
  }

  function attachmentProvider(): ResourceProvider {
    return {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      honoured: ["role", "policyArn"],
      replaceOnChanges: ["role", "policyArn"],
      async apply({ inputs }) {
        const policyArn = text(inputs["policyArn"]);
        role(text(inputs["role"])).policies.set(`attachment/${policyArn}`, policyByArn(policyArn));
        return { id: `${text(inputs["role"])}-${policyArn}`, outputs: {} };
      },
      async remove(_state, inputs) {
        roles.get(roleArn(text(inputs["role"])))?.policies.delete(`attachment/${text(inputs["policyArn"])}`);
      },
    };
  }

  function policyByArn(arn: string): Statement[] {
    const managed = managedPolicies[arn];
    const found = managed === undefined ? policies.get(arn) : parsePolicy(JSON.stringify(managed));
    if (found === undefined)
      throw new AwsError("NoSuchEntity", `The managed policy ${arn} is not supported by the local engine.`, 404);
    return found;
  }
}

function callerOf(principal: Principal): AccessRequest["caller"] {
  switch (principal.kind) {
    case "role":
      return { kind: "AWS", name: principal.arn };
    case "service":
      return { kind: "Service", name: principal.service };
    case "engine":
    case "anonymous":
      return { kind: "Anonymous", name: principal.kind };
  }
}

/** Condition keys of every call. No traffic leaves the machine, so every call counts as made over TLS. */
function globalContext({ accountId, region }: { accountId: string; region: string }): Record<string, string> {
  return { "aws:securetransport": "true", "aws:requestedregion": region, "aws:resourceaccount": accountId };
}

function contextOf(
  principal: Principal,
  given: Record<string, string>,
  options: { accountId: string; region: string },
): Record<string, string> {
  const context = globalContext(options);
  if (principal.kind === "service")
    Object.assign(context, { "aws:sourceaccount": options.accountId, "aws:sourcearn": principal.sourceArn });
  if (principal.kind === "role")
    Object.assign(context, { "aws:principalarn": principal.arn, "aws:principalaccount": options.accountId });
  return { ...context, ...Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value])) };
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case "role":
      return principal.arn.replace(":iam::", ":sts::").replace(":role/", ":assumed-role/");
    case "service":
      return principal.service;
    case "engine":
    case "anonymous":
      return principal.kind;
  }
}

function text(value: unknown): string {
  if (typeof value !== "string" || value === "")
    throw new AwsError("ValidationError", "A required name, ARN or policy document is missing.");
  return value;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
