import type { Principal, ServiceModule } from "../cloud.ts";
import { queryApi } from "../protocols/query.ts";

/** STS on this machine: it tells callers who they are, which the AWS CLI and many tools ask first. */
export function createSts({ accountId }: { accountId: string }): ServiceModule {
  return {
    resources: [],
    api: queryApi({
      signingName: "sts",
      operations: {
        /** Needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
        GetCallerIdentity: async (_parameters, { principal }) => ({
          ...identityOf(principal, accountId),
          Account: accountId,
        }),
      },
    }),
    stop: () => Promise.resolve(),
  };
}

/** A role's callers are sessions of it; the machine's owner is the account. */
function identityOf(principal: Principal, accountId: string): { UserId: string; Arn: string } {
  if (principal.kind !== "role") return { UserId: accountId, Arn: `arn:aws:iam::${accountId}:root` };
  const name = principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
  return { UserId: `AROALOCAL:${name}`, Arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${name}` };
}
