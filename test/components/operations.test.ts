import assert from "node:assert/strict";
import { ChannelEvents } from "../../components/channel-events.ts";
import { ClipPipeline } from "../../components/clip-pipeline.ts";
import { Delivery } from "../../components/delivery.ts";
import type { LiveChannelsArgs } from "../../components/live-channels.ts";
import { Operations, type OperationsArgs } from "../../components/operations.ts";
import { RestApi } from "../../components/rest-api.ts";
import { Stream } from "../../components/stream.ts";
import { Sweeper } from "../../components/sweeper.ts";
import { WorkQueue } from "../../components/work-queue.ts";
import { account, deploy, functionDefaults, statements, type Deployment, type Inputs } from "./mocks.ts";
import { ladder, makeParts } from "./pipeline-parts.ts";

const topicArn = `arn:aws:sns:us-east-1:${account}:alarms`;

async function deployOperations(
  options: Partial<OperationsArgs> = {},
  overrides: Partial<LiveChannelsArgs> = {},
): Promise<Deployment<unknown>> {
  return deploy(() => {
    const { archive, vod, web, catalogue, recognition, live, channels, exports, webhooks } = makeParts(overrides);
    const clips = new ClipPipeline("clips", {
      archive,
      vod,
      catalogue,
      recognition,
      channels: ["main"],
      channelClass: "SINGLE_PIPELINE",
      accountId: account,
      ladder,
      encodeAll: false,
      celebrities: true,
      shots: false,
      similarityThreshold: 80,
      clipPaddingMs: 500,
      clipGapMs: 3000,
      clipMinMs: 500,
      functions: functionDefaults,
    });
    const api = new RestApi("api", {
      catalogue,
      archive,
      vod,
      web,
      recognition,
      work: clips.work,
      searches: clips.searches,
      searchOnRegistration: false,
      accountId: account,
      region: "us-east-1",
      channels,
      exports,
      webhooks,
      functions: functionDefaults,
    });
    const events = new ChannelEvents("channel-changed", { catalogue, channels, functions: functionDefaults });
    const sweeper = new Sweeper("sweeper", {
      catalogue,
      archive,
      pipeline: clips,
      channels: ["main"],
      functions: functionDefaults,
    });
    const stream = new Stream("stream", { api, bus: "changes", functions: functionDefaults });
    const delivery = new Delivery("delivery", {
      web,
      vod,
      live,
      api,
      stream,
      viewerProtocol: "https",
      priceClass: "PriceClass_100",
      region: "us-east-1",
    });
    return new Operations("operations", {
      accountId: account,
      region: "us-east-1",
      channels: channels.all,
      live,
      clips,
      sweeper,
      api,
      webhooks: { deliveries: new WorkQueue("webhooks", { consumerTimeoutSeconds: 20 }) },
      functions: [events.changed, ...clips.functions, sweeper.function, api.server, ...stream.functions],
      delivery,
      ...options,
    });
  });
}

describe("Operations", () => {
  let stack: Deployment<unknown>;
  const alarms = (): { name: string; inputs: Inputs }[] => stack.all("aws:cloudwatch/metricAlarm:MetricAlarm");
  /** Values of a dimension that alarms of a metric watch. */
  const watched = (namespace: string, metricName: string, dimension: string): unknown[] =>
    alarms()
      .filter(({ inputs }) => inputs["namespace"] === namespace && inputs["metricName"] === metricName)
      .map(({ inputs }) => (inputs["dimensions"] as Inputs)[dimension])
      .sort();

  before(async () => {
    stack = await deployOperations();
  });

  it("watches every dead-letter queue and every function", () => {
    const deadLetters = stack
      .all("aws:sqs/queue:Queue")
      .map(({ name }) => name)
      .filter((name) => !["clips-convert", "clips-ended-conversions", "clips-searches", "webhooks"].includes(name));
    assert.equal(deadLetters.length, 8);
    assert.deepEqual(watched("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"), deadLetters);
    const functions = stack.all("aws:lambda/function:Function").map(({ name }) => name);
    for (const metric of ["Errors", "Throttles"])
      assert.deepEqual(watched("AWS/Lambda", metric, "FunctionName"), functions);
  });

  it("fires when a message reaches a dead-letter queue, and reports when it is gone", () => {
    const { alarmDescription, ...alarm } = stack.one(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "alarms-clips-convert-dead",
    ).inputs;
    assert.match(String(alarmDescription), /^clips-convert gave up on work;/);
    assert.deepEqual(alarm, {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "clips-convert-dead" },
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  });

  it("notifies one topic of every alarm, and treats missing data as healthy", () => {
    for (const { name, inputs } of alarms()) {
      assert.deepEqual(
        [inputs["alarmActions"], inputs["okActions"], inputs["treatMissingData"]],
        [[topicArn], [topicArn], "notBreaching"],
        name,
      );
    }
  });

  it("watches conversions, analyses, waiting work and the API", () => {
    const rows = [
      "alarms-clips-convert-age",
      "alarms-conversions",
      "alarms-analyses",
      "alarms-postponed",
      "alarms-http-errors",
      "alarms-http-latency",
    ].map((name) => {
      const { inputs } = stack.one("aws:cloudwatch/metricAlarm:MetricAlarm", name);
      return [
        inputs["namespace"],
        inputs["metricName"],
        inputs["dimensions"],
        inputs["statistic"] ?? inputs["extendedStatistic"],
        inputs["threshold"],
        Number(inputs["period"]) * Number(inputs["evaluationPeriods"]),
      ];
    });
    const api = { ApiId: "api-id", Stage: "api" };
    assert.deepEqual(rows, [
      ["AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "clips-convert" }, "Maximum", 900, 300],
      [
        "AWS/MediaConvert",
        "JobsErroredCount",
        { Queue: `arn:aws:mediaconvert:us-east-1:${account}:clips` },
        "Sum",
        1,
        300,
      ],
      ["spotlight/test", "AnalysesFailed", {}, "Sum", 1, 300],
      ["spotlight/test", "AnalysesPostponed", {}, "Sum", 1, 900],
      ["AWS/ApiGateway", "5xx", api, "Sum", 5, 300],
      ["AWS/ApiGateway", "Latency", api, "p99", 5000, 900],
    ]);
    assert.deepEqual(
      stack.all("aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) => inputs),
      [
        ["clips-index-clips", "recording-failed", "AnalysesFailed"],
        ["sweeper", "recording-failed", "AnalysesFailed"],
        ["clips-find-people", "analysis-postponed", "AnalysesPostponed"],
      ].map(([label, step, name]) => ({
        logGroupName: `/spotlight/test/${label}`,
        pattern: `"${step}"`,
        metricTransformation: { namespace: "spotlight/test", name, value: "1" },
      })),
    );
  });

  it("detects a channel that runs without video, after three minutes and after an hour", () => {
    const metric = (id: string, metricName: string, period: number): unknown => ({
      id,
      metric: {
        namespace: "AWS/MediaLive",
        metricName,
        dimensions: { ChannelId: "1234567", Pipeline: "0" },
        period,
        stat: "Maximum",
      },
      returnData: false,
    });
    for (const [name, period, periods] of [
      ["alarms-main-input-lost", 60, 3],
      ["alarms-main-idle", 300, 12],
    ] as const) {
      const { inputs } = stack.one("aws:cloudwatch/metricAlarm:MetricAlarm", name);
      assert.deepEqual(inputs["metricQueries"], [
        {
          id: "result",
          expression: "IF((FILL(alerts0, -1) >= 0) AND (FILL(frames0, 0) < 1), 1, 0)",
          label: "Result",
          returnData: true,
        },
        metric("alerts0", "ActiveAlerts", period),
        metric("frames0", "InputVideoFrameRate", period),
      ]);
      assert.deepEqual(
        [inputs["threshold"], inputs["evaluationPeriods"], inputs["period"], inputs["metricName"]],
        [1, periods, undefined, undefined],
      );
    }
  });

  it("reports a channel of two pipelines as dark if both are, and as troubled if one is", async () => {
    const redundant = await deployOperations({}, { channelClass: "STANDARD" });
    const expression = (name: string): unknown =>
      (redundant.one("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs["metricQueries"] as Inputs[])[0]![
        "expression"
      ];
    assert.equal(
      expression("alarms-main-input-lost"),
      "IF((FILL(alerts0, -1) >= 0 OR FILL(alerts1, -1) >= 0) AND (FILL(frames0, 0) < 1 AND FILL(frames1, 0) " +
        "< 1), 1, 0)",
    );
    assert.equal(
      expression("alarms-main-trouble"),
      "IF(FILL(frames0, 0) < 1 AND FILL(frames1, 0) < 1, 0, FILL(alerts0, 0) + FILL(alerts1, 0))",
    );
  });

  it("lets only this account's alarms and budgets publish to the topic", () => {
    const of = (sid: string, service: string, source: string): unknown => ({
      Sid: sid,
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": source } },
    });
    assert.deepEqual(statements(stack.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]), [
      of("AlarmsPublish", "cloudwatch.amazonaws.com", `arn:aws:cloudwatch:us-east-1:${account}:alarm:*`),
      of("BudgetsPublish", "budgets.amazonaws.com", `arn:aws:budgets::${account}:*`),
    ]);
  });

  it("sends no email and creates no budget unless configured", async () => {
    assert.deepEqual(
      [
        stack.all("aws:budgets/budget:Budget"),
        stack.all("aws:sns/topicSubscription:TopicSubscription").map(({ name }) => name),
      ],
      [[], ["clips-recognised"]],
    );
    const asked = await deployOperations({ alarmEmail: "ops@example.com", monthlyBudgetUsd: 150 });
    assert.deepEqual(asked.one("aws:sns/topicSubscription:TopicSubscription", "alarms-email").inputs, {
      topic: topicArn,
      protocol: "email",
      endpoint: "ops@example.com",
    });
    const warning = {
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [topicArn],
    };
    assert.deepEqual(asked.one("aws:budgets/budget:Budget").inputs, {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "150",
      limitUnit: "USD",
      notifications: [
        { ...warning, notificationType: "ACTUAL", threshold: 80 },
        { ...warning, notificationType: "FORECASTED", threshold: 100 },
      ],
    });
  });

  it("shows alarms, live, pipeline, API and costs on one dashboard, side by side and without gaps", () => {
    const { dashboardName, dashboardBody } = stack.one("aws:cloudwatch/dashboard:Dashboard").inputs;
    assert.equal(dashboardName, "spotlight-test");
    const { widgets } = JSON.parse(String(dashboardBody)) as {
      widgets: { type: string; x: number; y: number; width: number; height: number; properties: Inputs }[];
    };
    assert.deepEqual(
      widgets.filter(({ type }) => type === "text").map(({ properties }) => properties["markdown"]),
      ["## Live", "## From recordings to clips", "## API", "## What costs money"],
    );
    assert.equal((widgets[0]!.properties["alarms"] as unknown[]).length, alarms().length);
    const cells = new Set(
      widgets.flatMap(({ x, y, width, height }) =>
        Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
      ),
    );
    assert.equal(
      cells.size,
      widgets.reduce((sum, { width, height }) => sum + width * height, 0),
      "no two overlap",
    );
    const graphs = widgets.filter(({ type }) => type === "metric");
    assert.ok(
      graphs.every(
        ({ properties }) => properties["region"] === "us-east-1" && (properties["metrics"] as unknown[][]).length > 0,
      ),
    );
    assert.deepEqual(graphs[0]!.properties["metrics"], [
      [
        "AWS/MediaLive",
        "InputVideoFrameRate",
        "ChannelId",
        "1234567",
        "Pipeline",
        "0",
        { stat: "Maximum", label: "main" },
      ],
    ]);
  });
});
