import * as rekognition from "@pulumi/aws/rekognition/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "./service-role.ts";

export interface RecognitionArgs {
  /** The account for which Rekognition may publish. */
  accountId: pulumi.Input<string>;
  /** Whether the faces survive the stack: they cannot be deleted until this is false. @default false */
  protect?: boolean;
  tags?: Record<string, string>;
}

/** The collection of faces to look for, and the topic on which Rekognition reports finished jobs. */
export class Recognition extends pulumi.ComponentResource {
  readonly collectionId: pulumi.Output<string>;
  readonly collectionArn: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  /** The role that Rekognition assumes to publish. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: RecognitionArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Recognition", name, {}, options);
    const { tags } = args;
    const collection = new rekognition.Collection(
      name,
      { collectionId: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`, tags },
      { parent: this, deleteBeforeReplace: true, protect: args.protect },
    );
    const topic = new sns.Topic(name, { tags }, { parent: this });
    const role = new ServiceRole(
      `${name}-publisher`,
      {
        service: "rekognition.amazonaws.com",
        // A job over a stored video is no resource, so there is only the account to tell:
        // https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html
        source: { account: args.accountId },
        statements: [{ Action: "sns:Publish", Resource: topic.arn }],
        tags,
      },
      { parent: this },
    );
    this.collectionId = collection.collectionId;
    this.collectionArn = collection.arn;
    this.topicArn = topic.arn;
    this.roleArn = role.arn;
    this.registerOutputs({ collectionId: this.collectionId, topicArn: this.topicArn });
  }
}
