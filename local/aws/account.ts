import type { FunctionProvider } from "../engine/provider.ts";
import { parsePolicy } from "./iam/policy.ts";

/** Provider functions about the account and the region: here, one fixed account on this machine. */
export function accountFunctions({ accountId, region }: { accountId: string; region: string }): FunctionProvider[] {
  return [
    answer("aws:index/getRegion:getRegion", {
      id: region,
      region,
      name: region,
      description: "This machine",
      endpoint: `ec2.${region}.amazonaws.com`,
    }),
    answer("aws:index/getCallerIdentity:getCallerIdentity", {
      id: accountId,
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
    }),
    answer("aws:index/getPartition:getPartition", {
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
    {
      token: "aws:iam/getPolicyDocument:getPolicyDocument",
      async invoke(args) {
        const json = policyDocument(args);
        parsePolicy(json);
        return { id: "policy", json, minifiedJson: json };
      },
    },
  ];
}

function answer(token: string, result: Record<string, unknown>): FunctionProvider {
  return { token, invoke: async () => result };
}

interface StatementArgs {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/** The JSON policy that the provider's data source builds from its arguments. */
function policyDocument(args: Record<string, unknown>): string {
  const statements = (args["statements"] ?? []) as StatementArgs[];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      Sid: statement.sid,
      Effect: statement.effect ?? "Allow",
      Action: statement.actions,
      NotAction: statement.notActions,
      Resource: statement.resources,
      NotResource: statement.notResources,
      Principal: statement.principals?.some(({ type }) => type === "*")
        ? "*"
        : statement.principals &&
          Object.fromEntries(statement.principals.map(({ type, identifiers }) => [type, identifiers])),
      Condition: conditions(statement.conditions),
    })),
  });
}

function conditions(list: StatementArgs["conditions"]): Record<string, Record<string, string[]>> | undefined {
  if (list === undefined || list.length === 0) return undefined;
  const merged: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of list) (merged[test] ??= {})[variable] = values;
  return merged;
}
