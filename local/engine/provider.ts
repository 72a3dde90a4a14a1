/** A resource's properties as JSON values: secrets in plain text, files as {@link Asset} or `$archive`. */
export type Properties = Record<string, unknown>;

/** A file or text from the program: `pulumi.asset.FileAsset` or `StringAsset`. */
export interface Asset {
  $asset: { path: string; /** Hex, of the bytes. */ sha256?: string } | { text: string };
}

/** What the engine stores about a provisioned resource. */
export interface ResourceState {
  /** The provider's id, as on AWS (a bucket's name, an ARN, …). */
  id: string;
  /** Outputs beyond the inputs; merged over them when the program reads the resource. */
  outputs: Properties;
}

/** A request to provision one registered resource. */
export interface ResourceRequest {
  urn: string;
  /** The Pulumi name; physical names are derived from it unless the program sets one. */
  name: string;
  inputs: Properties;
  /** The state of an earlier run. The provider must keep its id, random names and secrets. */
  prior?: ResourceState;
}

/** Provisions one resource type of the Pulumi program on this machine. */
export interface ResourceProvider {
  /** Pulumi type token, e.g. `aws:s3/bucket:Bucket` or `aws-native:mediapackagev2:Channel`. */
  type: string;
  /** Inputs that take effect locally. An input in neither list stops the run with an error that names it. */
  honoured: readonly string[];
  /** Inputs that AWS needs but that have no effect on one machine (tags, storage classes, …). */
  ignored?: readonly string[];
  /** Inputs whose changes replace the resource, since AWS cannot change them in place. */
  replaceOnChanges?: readonly string[];
  /**
   * Creates, updates or, after a restart, restores the resource so that it matches `inputs`. Idempotent.
   */
  apply(request: ResourceRequest): Promise<ResourceState>;
  /** Removes a resource that the program no longer registers. */
  remove?(state: ResourceState, inputs: Properties): Promise<void>;
}

/** Implements one provider function (`pulumi.runtime.invoke`), e.g. `aws:index/getRegion:getRegion`. */
export interface FunctionProvider {
  token: string;
  invoke(args: Properties): Promise<Properties>;
}
