import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud, Origin, Principal, ServiceModule } from "../../local/aws/cloud.ts";
import { createGateway, type Gateway } from "../../local/aws/gateway.ts";
import { createIam } from "../../local/aws/iam/index.ts";
import type { Properties, ResourceState } from "../../local/engine/provider.ts";
import type { Log } from "../../local/log.ts";

/** What a local service sent to a peer. */
export interface Sent {
  to: string;
  message: unknown;
  source: Principal;
}

/** A cloud for tests of storage services: the real IAM and gateway, a temporary folder, and peers that record. */
export interface StorageCloud {
  cloud: Cloud;
  gateway: Gateway;
  sent: Sent[];
  errors: string[];
  /** Settles when `count` messages have been sent. */
  received(count: number): Promise<Sent[]>;
  /** Provisions one resource like the engine and returns its outputs. */
  apply(
    module: ServiceModule,
    type: string,
    inputs: Properties,
    options?: { name?: string; prior?: ResourceState },
  ): Promise<ResourceState>;
  /** Client configuration of the machine's owner. */
  owner: () => ClientConfig;
  /** Creates a role with these policy statements that `service` may assume; returns credentials for an SDK client. */
  role(statements: readonly object[], service?: string): Promise<{ arn: string; config: ClientConfig }>;
  stop(): Promise<void>;
}

/** Options for every SDK client. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
}

export const quietLog: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quietLog,
};

/** With `folder`, continues with an earlier cloud's state and does not delete the folder at the end. */
export async function startStorageCloud(
  options: { folder?: string; fail?: (to: string) => Error | undefined } = {},
): Promise<StorageCloud> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "storage-")));
  const errors: string[] = [];
  const log: Log = { ...quietLog, error: (message) => void errors.push(message), child: () => log };
  const place = { accountId: "000000000000", region: "us-east-1" };
  const iam = createIam(place);
  const origins = new Map<string, Origin>();
  const sent: Sent[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const record = async (to: string, message: unknown, source: Principal): Promise<void> => {
    const failure = options.fail?.(to);
    if (failure !== undefined) throw failure;
    sent.push({ to, message, source });
    for (const one of waiting) if (sent.length >= one.count) one.resolve();
  };
  const absent = async (): Promise<never> => Promise.reject(new Error("This peer is not part of the test."));
  const cloud: Cloud = {
    ...place,
    dataFolder: folder,
    log,
    iam,
    origins: { register: (name, origin) => void origins.set(name, origin), get: (name) => origins.get(name) },
    objects: { file: absent, put: absent },
    functions: { invokeLater: record, invoke: absent },
    queues: { send: record },
    topics: { publish: record },
    events: { put: (event) => record("events", event, { kind: "engine" }) },
    packager: {
      ingest: () => {
        throw new Error("This peer is not part of the test.");
      },
    },
  };
  const gateway = await createGateway({ iam, log });
  let roles = 0;

  const apply: StorageCloud["apply"] = async (module, type, inputs, { name = "thing", prior } = {}) => {
    const provider = module.resources.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`No provider of ${type}`);
    const unknown = Object.keys(inputs).find(
      (input) => ![...provider.honoured, ...(provider.ignored ?? [])].includes(input),
    );
    if (unknown !== undefined) throw new Error(`${type} does not support ${unknown}`);
    const request = { urn: `urn:pulumi:test::spotlight::${type}::${name}`, name, inputs };
    return provider.apply(prior === undefined ? request : { ...request, prior });
  };

  return {
    cloud,
    gateway,
    sent,
    errors,
    apply,
    async received(count) {
      if (sent.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return sent;
    },
    owner: () => ({
      endpoint: gateway.url(),
      region: place.region,
      credentials: iam.ownerKey(),
      maxAttempts: 1,
    }),
    async role(statements, service) {
      const name = `role-${++roles}`;
      const trust =
        service === undefined
          ? []
          : [
              {
                Effect: "Allow",
                Principal: { Service: service },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "aws:SourceAccount": place.accountId } },
              },
            ];
      await apply(iam, "aws:iam/role:Role", {
        name,
        assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
      });
      await apply(iam, "aws:iam/rolePolicy:RolePolicy", {
        name: "grants",
        role: name,
        policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      });
      const arn = `arn:aws:iam::${place.accountId}:role/${name}`;
      return {
        arn,
        config: { endpoint: gateway.url(), region: place.region, credentials: iam.credentials(arn), maxAttempts: 1 },
      };
    },
    async stop() {
      await gateway.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
