import { randomUUID } from "node:crypto";
import type { ResourceProvider } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { text } from "../support/inputs.ts";

/** AWS Secrets Manager on this machine: the secrets that the program declares, in memory. */
export interface SecretsManager extends ServiceModule {
  /** The value of a secret, by its ARN, in the given version or the current one. Throws ResourceNotFoundException. */
  valueOf(arn: string, versionId?: string): string;
}

/** Keeps nothing on disk: the engine's state has each value, sealed, and restores it at every start. */
export function createSecretsManager({ region, accountId }: Pick<Cloud, "region" | "accountId">): SecretsManager {
  const secrets = new Map<string, { value: string; versionId: string }>();
  const secret: ResourceProvider = {
    type: "aws:secretsmanager/secret:Secret",
    honoured: ["name"],
    ignored: ["description", "recoveryWindowInDays", "tags"],
    replaceOnChanges: ["name"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      // Six characters after the name, as Secrets Manager adds them.
      const arn =
        prior?.id ?? `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${randomUUID().slice(0, 6)}`;
      return { id: arn, outputs: { arn, name } };
    },
  };
  const version: ResourceProvider = {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    honoured: ["secretId", "secretString"],
    replaceOnChanges: ["secretId", "secretString"],
    async apply({ inputs, prior }) {
      const arn = text(inputs, "secretId");
      const [, known] = prior?.id.split("|") ?? [];
      const versionId = known ?? randomUUID();
      secrets.set(arn, { value: text(inputs, "secretString"), versionId });
      return { id: `${arn}|${versionId}`, outputs: { arn, versionId } };
    },
  };
  return {
    resources: [secret, version],
    valueOf(arn, versionId) {
      const kept = secrets.get(arn);
      if (kept === undefined || (versionId !== undefined && versionId !== kept.versionId))
        throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
      return kept.value;
    },
    stop: () => Promise.resolve(),
  };
}
