import assert from "node:assert/strict";
import { standingResources } from "../../cost/plan.ts";
import { stackConfig } from "../../cost/question.ts";
import { registerProgram } from "../docs/program.ts";

describe("what a month costs whatever happens", function () {
  this.timeout(60_000);

  const settings: Record<string, string>[] = [
    {},
    { idleStopMinutes: "0" },
    { channelClass: "STANDARD", channels: '[{"id":"main"},{"id":"court-2"}]' },
  ];
  for (const values of settings) {
    it(`is counted as the program registers it: ${JSON.stringify(values)}`, async () => {
      const program = await registerProgram(values);
      const metricsOf = (alarm: { inputs: Record<string, unknown> }): number => {
        const { metricQueries } = alarm.inputs;
        return Array.isArray(metricQueries) ? metricQueries.filter((query: object) => "metric" in query).length : 1;
      };
      const config = await stackConfig(
        "dev",
        Object.entries(values).map(([key, value]) => `${key}=${value}`),
      );
      assert.deepEqual(
        standingResources(config),
        {
          alarms: program
            .all("aws:cloudwatch/metricAlarm:MetricAlarm")
            .reduce((sum, alarm) => sum + metricsOf(alarm), 0),
          dashboards: program.all("aws:cloudwatch/dashboard:Dashboard").length,
          // Several filters may feed one metric.
          metrics: new Set(
            program
              .all("aws:cloudwatch/logMetricFilter:LogMetricFilter")
              .map(({ inputs }) => JSON.stringify(inputs["metricTransformation"])),
          ).size,
          // Lambda reads streams for nothing: https://aws.amazon.com/dynamodb/pricing/on-demand/
          polledQueues: program
            .all("aws:lambda/eventSourceMapping:EventSourceMapping")
            .filter(({ inputs }) => inputs["startingPosition"] === undefined).length,
          secrets: program.all("aws:secretsmanager/secret:Secret").length,
          timedCallsPerHour: program.all("aws:cloudwatch/eventRule:EventRule").reduce((sum, { inputs }) => {
            const [, minutes] = /^rate\((\d+) minutes\)$/.exec(String(inputs["scheduleExpression"])) ?? [];
            return sum + (minutes === undefined ? 0 : 60 / Number(minutes));
          }, 0),
        },
        "Put the counts of the program into cost/plan.ts, then run node scripts/write-docs.ts",
      );
    });
  }
});
