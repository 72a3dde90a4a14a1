import type { EventPattern } from "./pattern.ts";

/** A rule of an event bus. */
export interface Rule {
  name: string;
  /** Name of its bus. */
  bus: string;
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

/** What a rule is kept under: names are unique within a bus only. */
export function ruleKey(bus: string, name: string): string {
  return bus === defaultBus ? name : `${bus}/${name}`;
}

/** The bus that every account has, to which AWS services send their events. */
export const defaultBus = "default";

/** A bus's name from its name or ARN. */
export function busName(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:aws:events:[^:]*:\d*:event-bus\//, "") ?? defaultBus;
}
