/** A resource's properties, as plain JSON values: secrets opened, assets as {@link Asset} and {@link Archive}. */
export type Properties = Record<string, unknown>;

/** A file or text that the program hands over, `pulumi.asset.FileAsset` or `StringAsset`. */
export interface Asset {
  $asset: { path: string; /** Hex, of the bytes. */ sha256?: string } | { text: string };
}

/** What the engine remembers of a provisioned resource. */
export interface ResourceState {
  /** The provider's id, as AWS would give it (a bucket's name, an ARN, …). */
  id: string;
  /** Outputs beyond the inputs; merged over them when the program reads the resource. */
  outputs: Properties;
}

/** One registered resource, asked to exist. */
export interface ResourceRequest {
  urn: string;
  /** The Pulumi name; physical names are derived from it where the program gives none. */
  name: string;
  inputs: Properties;
  /** The state of an earlier run: keep its id, random names and secrets. */
  prior?: ResourceState;
}

/** Provisions one resource type of the Pulumi program on this machine. */
export interface ResourceProvider {
  /** Pulumi type token, e.g. `aws:s3/bucket:Bucket` or `aws-native:mediapackagev2:Channel`. */
  type: string;
  /** Inputs that have their effect here. An input in neither list stops the run with an error that names it. */
  honoured: readonly string[];
  /** Inputs that AWS needs and that change nothing on one machine (tags, storage classes, …). */
  ignored?: readonly string[];
  /** Inputs whose change makes another resource (AWS cannot change them in place). */
  replaceOnChanges?: readonly string[];
  /**
   * Brings the resource to `inputs`: creates, updates or, after a restart, restores it. Doing it twice changes nothing.
   */
  apply(request: ResourceRequest): Promise<ResourceState>;
  /** Removes a resource that the program no longer registers. */
  remove?(state: ResourceState, inputs: Properties): Promise<void>;
}

/** Answers one provider function (`pulumi.runtime.invoke`), e.g. `aws:index/getRegion:getRegion`. */
export interface FunctionProvider {
  token: string;
  invoke(args: Properties): Promise<Properties>;
}
