/** A bucket's settings that have an effect here. */
export interface BucketConfiguration {
  /** Resource policy, JSON. */
  policy?: string;
  notification?: NotificationConfiguration;
  lifecycle?: readonly LifecycleRule[];
  /** Rejects policies that grant public access. */
  blockPublicPolicy?: boolean;
}

/** Where a bucket's events go. */
export interface NotificationConfiguration {
  rules: readonly NotificationRule[];
  /** Also sends every event to the default bus. */
  eventBridge: boolean;
}

/** Events of objects whose key has this prefix and suffix go to one function, queue or topic. */
export interface NotificationRule {
  id: string;
  destination: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, … */
  events: readonly string[];
  prefix: string;
  suffix: string;
}

/** Expiration of objects under a prefix, and of uploads that nobody completes. */
export interface LifecycleRule {
  id: string;
  prefix: string;
  expirationDays?: number;
  /** ISO 8601; objects expire at this instant. */
  expirationDate?: string;
  abortIncompleteUploadDays?: number;
}

/** Type guards for configurations read back from disk. */
export function isNotification(value: unknown): value is NotificationConfiguration {
  return (
    typeof value === "object" &&
    value !== null &&
    "rules" in value &&
    Array.isArray(value.rules) &&
    "eventBridge" in value
  );
}

export function isLifecycle(value: unknown): value is LifecycleRule[] {
  return Array.isArray(value);
}
