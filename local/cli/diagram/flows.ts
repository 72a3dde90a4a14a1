import type { Box, Boxes } from "./boxes.ts";
import type { ProgramResource } from "./program-graph.ts";

/** A flow of data from one box to another. */
export interface Flow {
  from: string;
  to: string;
  /** What flows. */
  label: string;
}

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/** What the holder of a role sends, by the action that the role's policy allows. */
const sendings: readonly { action: RegExp; by?: string; label: string }[] = [
  { action: /^mediapackagev2:PutObject$/, label: "renditions" },
  { action: /^s3:PutObject$/, by: "medialive", label: "recordings" },
  { action: /^s3:PutObject$/, by: "mediaconvert", label: "HLS, MP4, posters" },
  { action: /^mediaconvert:CreateJob$/, label: "job" },
  { action: /^rekognition:StartFaceSearch$/, label: "face search" },
  { action: /^execute-api:ManageConnections$/, label: "messages" },
];

/** What a function does when it is called over HTTP or by a timer; written into its box. */
const deeds: readonly { action: RegExp; text: string }[] = [
  { action: /^medialive:StartChannel$/, text: "starts channels" },
  { action: /^medialive:StopChannel$/, text: "stops channels" },
  { action: /^rekognition:IndexFaces$/, text: "learns faces" },
  { action: /^mediaconvert:CreateJob$/, text: "exports MP4s" },
  { action: /^sqs:SendMessage$/, text: "retries recordings" },
];

/** Labels for the events of each source. */
const eventLabels: Readonly<Record<string, string>> = {
  "aws.mediaconvert": "job done",
  "aws.medialive": "state",
  spotlight: "changes",
};
const eventSources: Readonly<Record<string, string>> = {
  "aws.mediaconvert": "mediaconvert",
  "aws.medialive": "medialive",
  spotlight: "function changes",
};

const originLabels: Readonly<Record<string, string>> = {
  page: "page",
  vod: "clips",
  live: "live",
  api: "JSON",
  stream: "stream",
};

/**
 * Returns the flows between the boxes, read from the triggers, destinations, origins and policies that the program
 * registers. Also adds to the boxes whether they use the catalogue, and what timers and HTTP requests start.
 */
export function flowsOf(resources: readonly ProgramResource[], boxes: Boxes): Flow[] {
  const flows: Flow[] = [];
  const add = (from: Box | undefined, to: Box | undefined, label: string): void => {
    if (from === undefined || to === undefined || from === to) return;
    if (!flows.some((flow) => flow.from === from.id && flow.to === to.id))
      flows.push({ from: from.id, to: to.id, label });
  };
  const byId = (id: string | undefined): Box | undefined => boxes.all.find((box) => box.id === id);
  const workQueues = resources
    .filter(({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping")
    .map(({ inputs }) => String(inputs["eventSourceArn"]));
  const rules = new Map(
    resources
      .filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule")
      .map((rule) => [rule.outputs["name"], rule]),
  );
  const timed = new Set<Box>();
  const done = new Map<Box, Set<string>>();

  for (const resource of resources) {
    const { type, inputs } = resource;
    const box = boxes.of(resource);
    if (type === "aws:s3/bucketNotification:BucketNotification")
      for (const target of listOf(inputs["lambdaFunctions"]))
        add(box, boxes.meant(String(target["lambdaFunctionArn"])), "new object");
    if (type === "aws:sns/topicSubscription:TopicSubscription")
      add(boxes.meant(String(inputs["topic"])), box, "found (SNS)");
    if (type === "aws:cloudfront/distribution:Distribution")
      for (const origin of listOf(inputs["origins"]))
        add(boxes.meant(String(origin["domainName"])), box, originLabels[String(origin["originId"])] ?? "");
    if (type === "aws:cloudwatch/eventTarget:EventTarget") {
      const rule = rules.get(inputs["rule"]);
      const pattern =
        typeof rule?.inputs["eventPattern"] === "string"
          ? (JSON.parse(rule.inputs["eventPattern"]) as { source?: string[] })
          : {};
      for (const source of pattern.source ?? []) add(byId(eventSources[source]), box, eventLabels[source] ?? source);
      const every = rule?.inputs["scheduleExpression"];
      if (typeof every === "string") {
        timed.add(box);
        box.lines.push(every.replace(/^rate\((.*)\)$/, "every $1").replace("every 1 ", "every "));
      }
    }
  }

  const isCatalogue = (target: string): boolean => boxes.meant(target)?.id === "catalogue";
  for (const { resource, actions, targets } of grants(resources)) {
    const box = boxes.of(resource);
    if (actions.some((action) => action.startsWith("dynamodb:")) && targets.some(isCatalogue)) box.catalogue = true;
    const asked = timed.has(box) || box.title === "REST API";
    const work = targets.some((target) => workQueues.includes(target));
    for (const action of actions) {
      if (action === "sqs:SendMessage" && !work) continue;
      if (asked) {
        const deed = deeds.find((candidate) => candidate.action.test(action));
        if (deed !== undefined) done.set(box, (done.get(box) ?? new Set()).add(deed.text));
      } else {
        const label =
          action === "sqs:SendMessage"
            ? "SQS queue"
            : sendings.find(
                (sending) => sending.action.test(action) && (sending.by === undefined || sending.by === box.id),
              )?.label;
        if (label !== undefined) for (const target of targets) add(box, boxes.meant(target), label);
      }
    }
  }
  for (const [box, texts] of done) box.lines.push(...deeds.map(({ text }) => text).filter((text) => texts.has(text)));
  const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm").length;
  if (alarms > 0) byId("operations")?.lines.push(`${alarms} alarms and a dashboard monitor all of it`);
  return flows;
}

/** Returns every statement of every role's policy. */
function grants(
  resources: readonly ProgramResource[],
): { resource: ProgramResource; actions: string[]; targets: string[] }[] {
  return resources
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .flatMap((resource) => {
      const { Statement: statements } = JSON.parse(String(resource.inputs["policy"])) as { Statement: Statement[] };
      return statements.map(({ Action, Resource }) => ({
        resource,
        actions: [Action].flat(),
        targets: [Resource].flat(),
      }));
    });
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
