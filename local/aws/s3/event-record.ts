import type { Principal } from "../cloud.ts";
import { bucketArn } from "./service.ts";

/** Something that happened to an object. */
export interface ObjectEvent {
  /** As in the record: `ObjectCreated:Put`, `ObjectRemoved:Delete`, … */
  name: string;
  bucket: string;
  key: string;
  /** Of a created object. */
  size?: number;
  etag?: string;
  /** ms since the epoch. */
  time: number;
  requestId: string;
  sourceAddress: string;
  principal: Principal;
}

interface Place {
  region: string;
  accountId: string;
}

/**
 * The message that S3 sends to functions, queues and topics. The key is form-encoded (space is `+`).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function notificationMessage(
  event: ObjectEvent,
  configurationId: string,
  sequence: number,
  place: Place,
): { Records: unknown[] } {
  const object = {
    key: formEncode(event.key),
    ...(event.size === undefined ? {} : { size: event.size }),
    ...(event.etag === undefined ? {} : { eTag: event.etag }),
    sequencer: sequencer(sequence),
  };
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: place.region,
        eventTime: new Date(event.time).toISOString(),
        eventName: event.name,
        userIdentity: { principalId: principalId(event.principal, place) },
        requestParameters: { sourceIPAddress: event.sourceAddress },
        responseElements: { "x-amz-request-id": event.requestId, "x-amz-id-2": event.requestId },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId,
          bucket: { name: event.bucket, ownerIdentity: { principalId: place.accountId }, arn: bucketArn(event.bucket) },
          object,
        },
      },
    ],
  };
}

/**
 * The same event in EventBridge's form; here the key is not encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function eventBridgeEvent(
  event: ObjectEvent,
  sequence: number,
  place: Place,
): { source: string; "detail-type": string; resources: string[]; detail: unknown } {
  const created = event.name.startsWith("ObjectCreated:");
  return {
    source: "aws.s3",
    "detail-type": created ? "Object Created" : "Object Deleted",
    resources: [bucketArn(event.bucket)],
    detail: {
      version: "0",
      bucket: { name: event.bucket },
      object: {
        key: event.key,
        ...(created ? { size: event.size, etag: event.etag } : {}),
        sequencer: sequencer(sequence),
      },
      "request-id": event.requestId,
      requester: place.accountId,
      "source-ip-address": event.sourceAddress,
      reason: reasons[event.name],
      ...(created ? {} : { "deletion-type": "Permanently Deleted" }),
    },
  };
}

const reasons: Record<string, string> = {
  "ObjectCreated:Put": "PutObject",
  "ObjectCreated:Copy": "CopyObject",
  "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
  "ObjectRemoved:Delete": "DeleteObject",
  "LifecycleExpiration:Delete": "Lifecycle Expiration",
};

/** As application/x-www-form-urlencoded, except that S3 leaves slashes readable. */
function formEncode(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}

/** A later write of a key has a greater sequencer, compared as text. */
function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(16, "0");
}

function principalId(principal: Principal, place: Place): string {
  switch (principal.kind) {
    case "role":
      return `AWS:${principal.arn}`;
    case "service":
      return principal.service;
    case "engine":
      return `AWS:${place.accountId}`;
    case "anonymous":
      return "Anonymous";
  }
}
