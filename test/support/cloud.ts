import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createIam } from "../../local/aws/iam/index.ts";
import { createGateway } from "../../local/aws/gateway.ts";
import { createLambda, type LambdaOptions } from "../../local/aws/lambda/index.ts";
import { createApiGateway } from "../../local/aws/apigateway/index.ts";
import type { SocketLimits } from "../../local/aws/apigateway/websocket/socket.ts";
import { createDynamoDb } from "../../local/aws/dynamodb/index.ts";
import { createEvents } from "../../local/aws/events/index.ts";
import { createSns } from "../../local/aws/sns/index.ts";
import { createSqs } from "../../local/aws/sqs/index.ts";
import type { Cloud, Origin, ServiceModule } from "../../local/aws/cloud.ts";
import type { Properties, ResourceState } from "../../local/engine/provider.ts";
import type { Log } from "../../local/log.ts";

/** A log that records its lines, for assertions. */
export interface TestLog extends Log {
  lines: string[];
}

/**
 * A running part of the local engine: IAM, the gateway and services that call one another, without a program.
 */
export interface TestCloud extends Cloud {
  log: TestLog;
  url: string;
  /** Provisions a resource like the engine, and keeps its state for the next `apply` of the same name. */
  apply(type: string, name: string, inputs: Properties): Promise<ResourceState>;
  remove(type: string, name: string): Promise<void>;
  /** Creates a role that `service` may assume, with the permissions in `statements`. Returns its ARN. */
  role(name: string, service: string, statements?: readonly object[]): Promise<string>;
  /** Returns an SDK client configuration that signs as the role. */
  clientOf: (roleArn: string) => {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Starts the services' pollers, like the engine after provisioning. */
  start(): Promise<void>;
  /** Stops everything; with `keep`, the data folder remains for another cloud. */
  stop(options?: { keep: boolean }): Promise<void>;
}

export interface TestCloudOptions {
  /** The data folder of an earlier cloud, to restart it. */
  dataFolder?: string;
  /** The resources of an earlier cloud: share one map between the two. */
  states?: Map<string, Known>;
  lambda?: Partial<LambdaOptions>;
  /** Base URL of HTTP APIs; without it there is no API Gateway. */
  pageUrl?: () => string;
  /** Of WebSocket APIs. @default those of API Gateway */
  socketLimits?: SocketLimits;
}

/** A provisioned resource. */
export interface Known {
  inputs: Properties;
  state: ResourceState;
}

/** Builds a cloud in a temporary folder on a free port. */
export async function createTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), "spotlight-cloud-")));
  const log = testLog();
  const region = "us-east-1";
  const accountId = "000000000000";
  const iam = createIam({ region, accountId });
  const gateway = await createGateway({ iam, log });
  const services: ServiceModule[] = [iam];
  const known = options.states ?? new Map<string, Known>();
  const origins = new Map<string, Origin>();
  const absent = (part: string) => (): never => {
    throw new Error(`The test's cloud has no ${part}.`);
  };
  // Services use their peers only after creation, so the peers can be set one by one.
  const peers = {
    functions: { invokeLater: absent("functions"), invoke: absent("functions") } as Cloud["functions"],
    queues: { send: absent("queues") } as Cloud["queues"],
    topics: { publish: absent("topics") } as Cloud["topics"],
    events: { put: absent("events") } as Cloud["events"],
  };
  const cloud: Cloud = {
    region,
    accountId,
    dataFolder,
    log,
    iam,
    origins: {
      register: (domainName, origin) => void origins.set(domainName, origin),
      get: (domainName) => origins.get(domainName),
    },
    objects: { file: absent("objects"), put: absent("objects") },
    packager: { ingest: absent("packager") },
    get functions() {
      return peers.functions;
    },
    get queues() {
      return peers.queues;
    },
    get topics() {
      return peers.topics;
    },
    get events() {
      return peers.events;
    },
  };
  const endpoint = (): string => gateway.url();
  const sqs = createSqs(cloud, { endpoint });
  peers.queues = sqs;
  const dynamoDb = await createDynamoDb(cloud);
  const { streams } = dynamoDb;
  const lambda = createLambda(cloud, { endpoint, queues: sqs, streams, ...options.lambda });
  peers.functions = lambda;
  const sns = createSns(cloud);
  peers.topics = sns;
  const events = createEvents(cloud);
  peers.events = events;
  services.push(dynamoDb, sqs, lambda, sns, events);
  if (options.pageUrl !== undefined)
    services.push(createApiGateway(cloud, { endpoint: options.pageUrl, gateway, limits: options.socketLimits }));
  for (const service of services) if (service.api !== undefined) gateway.register(service.api);

  const providerOf = (type: string) => {
    const provider = services.flatMap((service) => service.resources).find((candidate) => candidate.type === type);
    if (provider === undefined) throw new Error(`No provider for ${type}.`);
    return provider;
  };

  const apply: TestCloud["apply"] = async (type, name, inputs) => {
    const provider = providerOf(type);
    const listed = new Set([...provider.honoured, ...(provider.ignored ?? [])]);
    const unknown = Object.keys(inputs).find((input) => !listed.has(input));
    if (unknown !== undefined) throw new Error(`${type} does not support ${unknown}.`);
    const key = `${type}::${name}`;
    const prior = known.get(key)?.state;
    const state = await provider.apply({
      urn: `urn:pulumi:local::spotlight::${key}`,
      name,
      inputs,
      ...(prior === undefined ? {} : { prior }),
    });
    known.set(key, { inputs, state });
    return state;
  };

  return {
    // All peers are set by now, so their getters can be read once.
    ...cloud,
    log,
    url: endpoint(),
    apply,
    async remove(type: string, name: string) {
      const key = `${type}::${name}`;
      const entry = known.get(key);
      if (entry === undefined) throw new Error(`${key} was not applied.`);
      await providerOf(type).remove?.(entry.state, entry.inputs);
      known.delete(key);
    },
    async role(name: string, service: string, statements: readonly object[] = []) {
      const { outputs } = await apply("aws:iam/role:Role", name, {
        name,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
        }),
      });
      if (statements.length > 0) {
        await apply("aws:iam/rolePolicy:RolePolicy", name, {
          role: name,
          policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
        });
      }
      return String(outputs["arn"]);
    },
    clientOf: (roleArn: string) => ({
      region,
      endpoint: endpoint(),
      credentials: iam.credentials(roleArn),
      maxAttempts: 1,
    }),
    async start() {
      for (const service of services) await service.start?.();
    },
    async stop({ keep } = { keep: false }) {
      // Like the engine: what accepts work stops before what carries it out.
      for (const service of [...services].reverse()) await service.stop();
      await gateway.stop();
      if (!keep) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

function testLog(lines: string[] = []): TestLog {
  const write = (level: string) => (message: string, cause?: unknown) =>
    void lines.push(`${level} ${message}${cause === undefined ? "" : `: ${inspect(cause)}`}`);
  return { lines, info: write("info"), warn: write("warn"), error: write("error"), child: () => testLog(lines) };
}

/** Polls every 10 ms until `check` returns a value other than undefined; fails after `deadlineMs`. */
export async function eventually<Value>(
  check: () => Value | undefined | Promise<Value | undefined>,
  what: string,
  deadlineMs = 8000,
): Promise<Value> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${deadlineMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
