import * as cloudwatch from "@pulumi/aws/cloudwatch/logGroup.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction, type Bundler } from "./bundle.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { policyDocument, trustService, type PolicyStatement } from "./policy.ts";

/** What all functions of the stack share. */
export interface FunctionDefaults {
  logRetentionDays: number;
  tags?: Record<string, string>;
  /** @default esbuild of the entry file */
  bundle?: Bundler;
}

export interface FunctionArgs extends FunctionDefaults {
  /** The handler's file in the project, e.g. `handlers/find-people.ts`; it exports `handler`. */
  entry: string;
  environment: Record<string, pulumi.Input<string>>;
  /** Everything that the function may do besides writing its own log. */
  statements: readonly PolicyStatement[];
  /** Seconds. @default 30 */
  timeoutSeconds?: number;
  /** Mebibytes; the CPU grows with it. @default 512 */
  memoryMb?: number;
  /** Events of asynchronous invocations that failed three times go to a queue of the function's own. @default false */
  keepFailedEvents?: boolean;
}

/**
 * Traces have no resources in IAM:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const sendTraces = { Sid: "SendTraces", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" };

/**
 * A Lambda function of one entry file: Node.js 24 on arm64, its own role with only the listed permissions,
 * its own log group with a retention, and traces in X-Ray.
 */
export class Function extends pulumi.ComponentResource {
  /** Its name in the program, used to name related resources. */
  readonly label: string;
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly invokeArn: pulumi.Output<string>;
  readonly timeoutSeconds: number;
  readonly logGroupName: pulumi.Output<string>;
  /** The queue of events that it failed to handle, if they are kept. */
  readonly failed: DeadLetterQueue | undefined;

  constructor(name: string, args: FunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Function", name, {}, options);
    const { tags, timeoutSeconds = 30, memoryMb = 512 } = args;
    const bundle: Bundler = args.bundle ?? ((file, entry) => bundleFunction(file, entry));
    const fileName = args.entry.replace(/^(?:handlers\/)?(.*)\.ts$/, "$1").replaceAll("/", "-");
    this.label = name;
    this.timeoutSeconds = timeoutSeconds;

    const log = new cloudwatch.LogGroup(
      name,
      { name: `/${pulumi.getProject()}/${pulumi.getStack()}/${name}`, retentionInDays: args.logRetentionDays, tags },
      { parent: this },
    );
    const failed =
      args.keepFailedEvents === true
        ? new DeadLetterQueue(`${name}-failed`, { of: name, tags }, { parent: this })
        : undefined;

    const statements: PolicyStatement[] = [
      {
        Sid: "WriteOwnLog",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${log.arn}:*`,
      },
      sendTraces,
      ...(failed === undefined ? [] : [{ Sid: "KeepFailedEvents", Action: "sqs:SendMessage", Resource: failed.arn }]),
      ...args.statements,
    ];
    const role = new iam.Role(name, { assumeRolePolicy: trustService("lambda.amazonaws.com"), tags }, { parent: this });
    const policy = new iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent: this });

    const lambdaFunction = new lambda.Function(
      name,
      {
        description: `Spotlight ${args.entry}`,
        code: bundle(fileName, args.entry),
        handler: "index.handler",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        role: role.arn,
        timeout: timeoutSeconds,
        memorySize: memoryMb,
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        tracingConfig: { mode: "Active" },
        deadLetterConfig: failed === undefined ? undefined : { targetArn: failed.arn },
        tags,
      },
      { parent: this, dependsOn: [policy] },
    );

    this.arn = lambdaFunction.arn;
    this.name = lambdaFunction.name;
    this.invokeArn = lambdaFunction.invokeArn;
    this.logGroupName = log.name;
    this.failed = failed;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  /**
   * Lets an AWS service invoke the function for one source (a rule, a bucket, …). Depend on it where the service checks
   * at once.
   */
  allowInvoke(
    name: string,
    service: string,
    sourceArn: pulumi.Input<string>,
    sourceAccount?: pulumi.Input<string>,
  ): lambda.Permission {
    return new lambda.Permission(
      name,
      { action: "lambda:InvokeFunction", function: this.name, principal: service, sourceArn, sourceAccount },
      { parent: this },
    );
  }
}
