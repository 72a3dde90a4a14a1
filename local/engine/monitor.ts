import { createRequire } from "node:module";
import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type { Properties } from "./provider.ts";
import { toProperties, toWire } from "./property-values.ts";

// Pulumi's generated protocol is CommonJS without named exports.
const require = createRequire(import.meta.url);
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb.js");
const resources = require("@pulumi/pulumi/proto/resource_pb.js") as typeof ResourceMessages;
const engine = require("@pulumi/pulumi/proto/engine_pb.js") as typeof EngineMessages;
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as typeof import("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as typeof import("google-protobuf/google/protobuf/struct_pb.js");

/** One resource as the program registers it. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  parent: string;
  /** A provider's resource; components are not. */
  custom: boolean;
  /** A component that a provider would build (awsx). */
  remote: boolean;
  inputs: Properties;
  dependencies: string[];
  ignoreChanges: string[];
}

/** What happens to a registered resource, and what a provider function answers. */
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
  /** The stack's outputs; undefined until the program has registered them. */
  stackOutputs(): Properties | undefined;
  /** Whether the program signalled that it has registered everything. */
  finished(): boolean;
  stop(): void;
}

/**
 * Starts the gRPC services that Pulumi's Node runner talks to: ResourceMonitor and Engine.
 * https://github.com/pulumi/pulumi/tree/master/proto/pulumi
 */
export async function startMonitor(options: { project: string; stack: string }, handlers: MonitorHandlers): Promise<Monitor> {
  const messages: { severity: number; message: string }[] = [];
  const urns = new Set<string>();
  let rootUrn = "";
  let outputs: Properties | undefined;
  let finished = false;

  const server = new Server();
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
    registerResource: unary(async (request: ResourceMessages.RegisterResourceRequest) => {
      const registration: Registration = {
        urn: urnOf(request.getParent(), request.getType(), request.getName()),
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: request.getCustom(),
        remote: request.getRemote(),
        inputs: toProperties(request.getObject()?.toJavaScript()),
        dependencies: request.getDependenciesList(),
        ignoreChanges: request.getIgnorechangesList(),
      };
      if (urns.has(registration.urn)) throw new Error(`Two resources have the URN ${registration.urn}: give one of them another name.`);
      urns.add(registration.urn);
      const state = await handlers.register(registration);
      const response = new resources.RegisterResourceResponse();
      response.setUrn(registration.urn);
      response.setId(state.id);
      response.setObject(Struct.fromJavaScript(toWire({ ...registration.inputs, ...state.outputs })));
      return response;
    }),
    registerResourceOutputs: unary((request: ResourceMessages.RegisterResourceOutputsRequest) => {
      if (request.getUrn() === rootUrn) outputs = toProperties(request.getOutputs()?.toJavaScript());
      return new Empty();
    }),
    invoke: unary(async (request: ResourceMessages.ResourceInvokeRequest) => {
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
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return {
    address: `127.0.0.1:${port}`,
    messages,
    stackOutputs: () => outputs,
    finished: () => finished,
    stop: () => server.forceShutdown(),
  };

  /** `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`; a child of the stack itself has no parent type. */
  function urnOf(parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2] ?? "";
    const qualified = parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    return `urn:pulumi:${options.stack}::${options.project}::${qualified}::${name}`;
  }
}

function unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (cause: unknown) => callback({ code: status.UNKNOWN, message: cause instanceof Error ? cause.message : String(cause) }),
      );
  };
}
