import { createRequire } from "node:module";
import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type { Properties } from "./provider.ts";
import { secretPaths, toProperties, toWire } from "./property-values.ts";
import { aliasUrns, qualifiedType, urnText, type Alias } from "./urn.ts";

// Pulumi's generated protocol is CommonJS without named exports.
type EmptyModule = typeof import("google-protobuf/google/protobuf/empty_pb.js");
type StructModule = typeof import("google-protobuf/google/protobuf/struct_pb.js");

const require = createRequire(import.meta.url);
const { ResourceMonitorService } =
  require("@pulumi/pulumi/proto/resource_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { EngineService } =
  require("@pulumi/pulumi/proto/engine_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb.js");
const resources = require("@pulumi/pulumi/proto/resource_pb.js") as typeof ResourceMessages;
const engine = require("@pulumi/pulumi/proto/engine_pb.js") as typeof EngineMessages;
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as EmptyModule;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as StructModule;

/** A resource as the program registers it. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  parent: string;
  /** True for a provider's resource, false for a component. */
  custom: boolean;
  /** A component that a provider builds (awsx). */
  remote: boolean;
  inputs: Properties;
  /** Property paths of the inputs that are secret. */
  secrets: string[];
  /** URNs of every resource that the inputs or `dependsOn` refer to. */
  dependencies: string[];
  /** Property paths. */
  ignoreChanges: string[];
  /** Property paths whose changes replace the resource, in addition to the provider's own. */
  replaceOnChanges: string[];
  /** URNs that the resource may have had in an earlier run. */
  aliases: string[];
  deleteBeforeReplace: boolean;
  /** Refuses to delete or replace it. */
  protect: boolean;
  /** Once no longer registered, it is removed from the state but not deleted. */
  retainOnDelete: boolean;
}

/** Provision registered resources and call provider functions. */
export interface MonitorHandlers {
  register(registration: Registration): Promise<{ id: string; outputs: Properties }>;
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** Pulumi's two services for one run of a program. */
export interface Monitor {
  /** `127.0.0.1:PORT`, for the runner's --monitor and --engine. */
  address: string;
  /** Lines that the program logged: `severity` 0 debug, 1 info, 2 warning, 3 error. */
  messages: readonly { severity: number; message: string }[];
  /**
   * Why registrations of resources or calls of functions failed: the original messages, which Pulumi wraps in its own.
   */
  failures: readonly string[];
  /** The stack's outputs; undefined until the program has registered them. */
  stackOutputs(): Properties | undefined;
  /** Whether the program has signalled that it registered everything. */
  finished(): boolean;
  /** Stops the services; settles when all handlers have ended. */
  stop(): Promise<void>;
}

/**
 * Starts the gRPC services that Pulumi's Node runner talks to: ResourceMonitor and Engine.
 * https://github.com/pulumi/pulumi/tree/master/proto/pulumi
 */
export async function startMonitor(
  options: { project: string; stack: string },
  handlers: MonitorHandlers,
): Promise<Monitor> {
  const messages: { severity: number; message: string }[] = [];
  const failures: string[] = [];
  const running = new Set<Promise<unknown>>();
  /** Each URN's aliases. */
  const urns = new Map<string, readonly string[]>();
  let rootUrn = "";
  let outputs: Properties | undefined;
  let finished = false;

  // A function's code and a page's policies may exceed gRPC's default limit of 4 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceMonitorService, {
    getDeploymentInfo: unary(() => {
      const feature = resources.ResourceMonitorFeature;
      const info = new resources.DeploymentInfo();
      info.setSupportedfeaturesList([
        feature.RESOURCE_MONITOR_FEATURE_SECRETS,
        feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
        feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
        feature.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
      ]);
      return info;
    }),
    supportsFeature: unary((request: ResourceMessages.SupportsFeatureRequest) => {
      const response = new resources.SupportsFeatureResponse();
      response.setHassupport(["secrets", "aliasSpecs"].includes(request.getId()));
      return response;
    }),
    registerResource: supervised(async (request: ResourceMessages.RegisterResourceRequest) => {
      const registration = read(request);
      if (urns.has(registration.urn))
        throw new Error(`Two resources have the URN ${registration.urn}: rename one of them.`);
      urns.set(registration.urn, registration.aliases);
      if (request.getImportid() !== "")
        throw new Error(
          `${registration.type} "${registration.name}": the local engine can't import existing resources. ` +
            `Remove the option "import".`,
        );
      const state = await handlers.register(registration);
      const response = new resources.RegisterResourceResponse();
      response.setUrn(registration.urn);
      response.setId(state.id);
      // The inputs in their original form keep their secrets and assets.
      const given = (request.getObject()?.toJavaScript() ?? {}) as Record<string, never>;
      response.setObject(
        Struct.fromJavaScript({ ...given, ...toWire(state.outputs, request.getAdditionalsecretoutputsList()) }),
      );
      return response;
    }),
    registerResourceOutputs: unary((request: ResourceMessages.RegisterResourceOutputsRequest) => {
      if (request.getUrn() === rootUrn) outputs = toProperties(request.getOutputs()?.toJavaScript());
      return new Empty();
    }),
    invoke: supervised(async (request: ResourceMessages.ResourceInvokeRequest) => {
      const response = new resources.ResourceInvokeResponse();
      const result = await handlers.invoke(request.getTok(), toProperties(request.getArgs()?.toJavaScript()));
      response.setReturn(Struct.fromJavaScript(toWire(result)));
      return response;
    }),
    signalAndWaitForShutdown: unary(() => {
      finished = true;
      return new Empty();
    }),
  });
  server.addService(EngineService, {
    log: unary((request: EngineMessages.LogRequest) => {
      messages.push({ severity: request.getSeverity(), message: request.getMessage() });
      return new Empty();
    }),
    getRootResource: unary(() => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(rootUrn);
      return response;
    }),
    setRootResource: unary((request: EngineMessages.SetRootResourceRequest) => {
      rootUrn = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    messages,
    failures,
    stackOutputs: () => outputs,
    finished: () => finished,
    async stop() {
      server.forceShutdown();
      await Promise.all(running);
    },
  };

  /** {@link unary} for the engine's own work: records its failures, and stopping waits for it. */
  function supervised<Request, Response>(
    answer: (request: Request) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return unary((request: Request) => {
      const work = answer(request);
      const settled = work.then(
        () => undefined,
        (cause: unknown) => void failures.push(cause instanceof Error ? cause.message : String(cause)),
      );
      running.add(settled);
      void settled.then(() => running.delete(settled));
      return work;
    });
  }

  function read(request: ResourceMessages.RegisterResourceRequest): Registration {
    const { project, stack } = options;
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const wire = request.getObject()?.toJavaScript();
    const aliases = aliasUrns(
      { stack, project, type, name, parent },
      request.getAliasesList().map(readAlias),
      urns.get(parent) ?? [],
    );
    return {
      urn: urnText({ stack, project, qualifiedType: qualifiedType(parent, type), name }),
      type,
      name,
      parent,
      custom: request.getCustom(),
      remote: request.getRemote(),
      inputs: toProperties(wire),
      secrets: secretPaths(wire ?? {}),
      dependencies: request.getDependenciesList(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      aliases: [...request.getAliasurnsList(), ...aliases],
      deleteBeforeReplace: request.getDeletebeforereplace(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
    };
  }
}

function readAlias(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  const parent = spec.hasNoparent()
    ? { noParent: spec.getNoparent() }
    : spec.hasParenturn()
      ? { parentUrn: spec.getParenturn() }
      : {};
  return { name: spec.getName(), type: spec.getType(), stack: spec.getStack(), project: spec.getProject(), ...parent };
}

function unary<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (cause: unknown) =>
          callback({ code: status.UNKNOWN, message: cause instanceof Error ? cause.message : String(cause) }),
      );
  };
}
