import { join } from "node:path";
import { AccessDenied, AwsError } from "../errors.ts";
import type { Cloud, LiveIngest, Origin, Packager, Principal } from "../cloud.ts";
import { Endpoint, type Manifest } from "./endpoint.ts";
import { InputSwitch } from "./input-switch.ts";
import { LiveWindow } from "./live-window.ts";
import { SegmentIndex } from "./segment-index.ts";

/** The part of an endpoint's configuration that has an effect here. */
export interface EndpointSettings {
  group: string;
  channel: string;
  name: string;
  /** Base name of the segments' files. */
  segmentName: string;
  segmentSeconds: number;
  /** How far back viewers can go. */
  startoverSeconds: number;
  manifests: Manifest[];
}

interface ChannelState {
  arn: string;
  policy: string | undefined;
  inputs: InputSwitch;
  endpoints: Map<string, { arn: string; endpoint: Endpoint; policy: string | undefined }>;
}

/**
 * Channel groups, their channels and endpoints: receives fragments, serves playlists and segments to the distribution.
 */
export class MediaPackage implements Packager {
  readonly region: string;
  readonly accountId: string;
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #index: SegmentIndex;
  readonly #groups = new Map<string, string>();
  readonly #channels = new Map<string, ChannelState>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.region = cloud.region;
    this.accountId = cloud.accountId;
    this.#folder = join(cloud.dataFolder, "live");
    this.#index = new SegmentIndex(join(this.#folder, "segments.db"));
  }

  ingest(principal: Principal, ingestUrl: string): LiveIngest {
    const [, group = "", number = "", channel = ""] =
      /^https:\/\/[^/]+\/in\/v1\/([^/]+)\/([12])\/([^/]+)\/$/.exec(ingestUrl) ?? [];
    const state = this.#channel(group, channel);
    this.#cloud.iam.authorize(
      principal,
      "mediapackagev2:PutObject",
      state.arn,
      state.policy === undefined ? {} : { resourcePolicy: state.policy },
    );
    return state.inputs.input(number);
  }

  putGroup(name: string, egressDomain: string): void {
    this.#groups.set(name, egressDomain);
    this.#cloud.origins.register(egressDomain, this.#origin(name));
  }

  /** The group's endpoints answer 404 from now on. */
  removeGroup(name: string): void {
    this.#groups.delete(name);
  }

  egressDomain(group: string): string {
    const domain = this.#groups.get(group);
    if (domain === undefined)
      throw new AwsError("ResourceNotFoundException", `The channel group ${group} does not exist.`, 404);
    return domain;
  }

  /** @param switching Whether the channel changes to its other input when the quality of one drops. */
  putChannel(group: string, channel: string, switching: { byQuality: boolean }): void {
    this.egressDomain(group);
    const key = `${group}/${channel}`;
    if (this.#channels.has(key)) return;
    const arn = `arn:aws:mediapackagev2:${this.region}:${this.accountId}:channelGroup/${group}/channel/${channel}`;
    const endpoints: ChannelState["endpoints"] = new Map();
    const inputs = new InputSwitch(switching, () => [...endpoints.values()].map(({ endpoint }) => endpoint.window));
    this.#channels.set(key, { arn, policy: undefined, inputs, endpoints });
  }

  removeChannel(group: string, channel: string): void {
    this.#channels.delete(`${group}/${channel}`);
  }

  setChannelPolicy(group: string, channel: string, policy: string | undefined): void {
    if (policy === undefined && !this.#channels.has(`${group}/${channel}`)) return;
    this.#channel(group, channel).policy = policy;
  }

  /** Creates the endpoint, with the segments that an earlier run of the engine packaged for it. */
  putEndpoint(settings: EndpointSettings): void {
    const { group, channel, name, segmentSeconds, startoverSeconds } = settings;
    const state = this.#channel(group, channel);
    const window = new LiveWindow({
      id: `${group}/${channel}/${name}`,
      folder: join(this.#folder, group, channel, name),
      index: this.#index,
      log: this.#cloud.log.child("mediapackage"),
      segmentSeconds,
      windowSeconds: Math.max(...settings.manifests.map(({ windowSeconds }) => windowSeconds), 30),
      startoverSeconds,
    });
    const endpoint = new Endpoint(window, settings.manifests, settings.segmentName);
    state.endpoints.set(name, {
      arn: `${state.arn}/originEndpoint/${name}`,
      endpoint,
      policy: state.endpoints.get(name)?.policy,
    });
  }

  removeEndpoint(group: string, channel: string, name: string): void {
    this.#channels.get(`${group}/${channel}`)?.endpoints.delete(name);
  }

  setEndpointPolicy(group: string, channel: string, name: string, policy: string | undefined): void {
    const endpoint = this.#channels.get(`${group}/${channel}`)?.endpoints.get(name);
    if (policy === undefined && endpoint === undefined) return;
    if (endpoint === undefined)
      throw new AwsError(
        "ResourceNotFoundException",
        `The origin endpoint ${name} of channel ${channel} does not exist.`,
        404,
      );
    endpoint.policy = policy;
  }

  /** Flushes segments that are still in memory. */
  async close(): Promise<void> {
    const windows = [...this.#channels.values()].flatMap(({ endpoints }) =>
      [...endpoints.values()].map(({ endpoint }) => endpoint.window),
    );
    await Promise.all(windows.map((window) => window.close()));
    this.#index.close();
  }

  #channel(group: string, channel: string): ChannelState {
    const state = this.#channels.get(`${group}/${channel}`);
    if (state === undefined)
      throw new AwsError(
        "ResourceNotFoundException",
        `The channel ${channel} of channel group ${group} does not exist.`,
        404,
      );
    return state;
  }

  /** Serves one group's endpoints to principals that their policies allow. */
  #origin(group: string): Origin {
    return async ({ request, response, path, principal }) => {
      try {
        const url = new URL(path, "http://origin");
        const [, pathGroup, channel, name, file] =
          /^\/out\/v1\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
        const found =
          pathGroup === group && this.#groups.has(group)
            ? this.#channels.get(`${group}/${channel ?? ""}`)?.endpoints.get(name ?? "")
            : undefined;
        if (found === undefined || file === undefined)
          throw new AwsError("NotFoundException", "The origin endpoint does not exist.", 404);
        const head = request.method === "HEAD";
        if (!head && request.method !== "GET")
          throw new AwsError("MethodNotAllowed", "An origin endpoint supports GET and HEAD only.", 405);
        const policy = found.policy === undefined ? {} : { resourcePolicy: found.policy };
        this.#cloud.iam.authorize(
          principal,
          head ? "mediapackagev2:GetHeadObject" : "mediapackagev2:GetObject",
          found.arn,
          policy,
        );
        await found.endpoint.serve(file, url.searchParams, response, head);
      } catch (cause) {
        if (!(cause instanceof AwsError)) throw cause;
        response.writeHead(cause.status, {
          "content-type": "application/json",
          "cache-control": "no-cache",
          "x-amzn-errortype": cause instanceof AccessDenied ? "AccessDeniedException" : cause.code,
        });
        response.end(request.method === "HEAD" ? undefined : JSON.stringify({ message: cause.message }));
      }
    };
  }
}
