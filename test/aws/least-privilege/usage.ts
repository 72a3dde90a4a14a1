import type { RecordedAccess, RecordedGrant, RecordedLine } from "../../../local/aws/recorder.ts";
import { parsePolicy } from "../../../local/aws/iam/policy.ts";

/** One action that one role is granted. */
export interface Grant {
  /** The role's Pulumi name. */
  role: string;
  action: string;
  /** Resources of the statement, without the random parts of names. */
  resources: string[];
  /** How often a run used it. */
  used: number;
}

/** Every granted action with how often a recorded run used it, and what was refused. */
export interface Usage {
  grants: Grant[];
  /** `ROLE ACTION RESOURCE`, once each. */
  refused: string[];
}

/** Compares what roles were granted with what they did. */
export function usageOf(lines: readonly RecordedLine[]): Usage {
  const accesses = lines.filter(
    (line): line is RecordedAccess => line.kind === "access" && line.caller.startsWith("role/"),
  );
  const grants = new Map<string, Grant>();
  for (const { role, policy } of lines.filter((line): line is RecordedGrant => line.kind === "grant")) {
    const mine = accesses.filter(({ caller, allowed }) => allowed && caller === `role/${role}`);
    for (const { effect, actions, resources } of parsePolicy(policy)) {
      if (effect !== "Allow") continue;
      for (const action of actions) {
        const used = mine.filter(
          (access) =>
            access.action.toLowerCase() === action.toLowerCase() &&
            resources.some((resource) => covers(resource, access.resource)),
        ).length;
        // A run that is recorded twice, or restarted, grants anew.
        const key = [logical(role), action, ...resources.map(logical)].join(" ");
        const grant = grants.get(key) ?? { role: logical(role), action, resources: resources.map(logical), used: 0 };
        grants.set(key, { ...grant, used: grant.used + used });
      }
    }
  }
  const refused = accesses
    .filter(({ allowed }) => !allowed)
    .map(({ caller, action, resource }) => `${logical(caller.slice("role/".length))} ${action} ${logical(resource)}`);
  return { grants: [...grants.values()], refused: [...new Set(refused)] };
}

/** A readable table of grants. */
export function grantTable(grants: readonly Grant[]): string {
  const rows = grants.map(
    ({ role, action, resources }) =>
      [role, action, resources.map((resource) => resource.replace(/^arn:aws:/, "")).join(", ")] as const,
  );
  const width = (column: 0 | 1): number => Math.max(0, ...rows.map((row) => row[column].length));
  return rows
    .map(([role, action, resources]) => `${role.padEnd(width(0))}  ${action.padEnd(width(1))}  ${resources}`)
    .join("\n");
}

/** A name without what is random in it: the digits that Pulumi adds, and those that MediaLive and API Gateway give. */
function logical(name: string): string {
  return name
    .replace(/-[0-9a-f]{7}(?=$|[/:*])/g, "")
    .replace(/(:channel|:input):\d+$/, "$1:NUMBER")
    .replace(/(:execute-api:[^:]*:[^:]*:)[0-9a-z]+(?=\/)/, "$1API");
}

function covers(pattern: string, resource: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(resource);
}
