import type { EventPattern } from "./pattern.ts";

/** A rule of the default bus. */
export interface Rule {
  name: string;
  arn: string;
  enabled: boolean;
  pattern: EventPattern | undefined;
  /** Milliseconds between scheduled events. */
  everyMs: number | undefined;
  /** By target id. */
  targets: Map<string, Target>;
}

/** Where a rule sends its events. */
export interface Target {
  id: string;
  /** A function, a queue or a topic. */
  arn: string;
  deadLetterArn: string | undefined;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
}

/** An event as targets receive it: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601 without milliseconds. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}
