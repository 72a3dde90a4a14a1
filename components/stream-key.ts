import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random/randomPassword.js";
import { keepersOf } from "./secret-version.ts";

export interface StreamKeyArgs {
  /** Another number makes another key. @default 1 */
  version?: number;
  tags?: Record<string, string>;
}

/** The random secret with which one publisher streams, kept in Secrets Manager, so that no template carries it. */
export class StreamKey extends pulumi.ComponentResource {
  /** The key; secret. */
  readonly value: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;
  /**
   * Stands for the key in a CloudFormation template. It names the version, so that a new key changes the template:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
   */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, args: StreamKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:StreamKey", name, {}, options);
    const { version: keyVersion = 1, tags } = args;
    const parent = { parent: this };
    const key = new random.RandomPassword(
      name,
      { length: 32, special: false, ...keepersOf(keyVersion) },
      // Before it had a component of its own, the channel was its parent.
      { parent: this, aliases: [{ parent: options?.parent ?? pulumi.rootStackResource }] },
    );
    // A deleted secret would keep its name, and its price, for 30 days.
    const secret = new secretsmanager.Secret(name, { recoveryWindowInDays: 0, tags }, parent);
    const version = new secretsmanager.SecretVersion(name, { secretId: secret.id, secretString: key.result }, parent);
    this.value = pulumi.secret(key.result);
    this.secretArn = secret.arn;
    const parts = pulumi.interpolate`${this.secretArn}:SecretString:::${version.versionId}`;
    this.reference = pulumi.interpolate`{{resolve:secretsmanager:${parts}}}`;
    this.registerOutputs({ secretArn: this.secretArn });
  }
}
