import { physicalName } from "../engine/physical-name.ts";
import type { ResourceProvider } from "../engine/provider.ts";

/**
 * Resources that AWS needs and that have nothing to do on one machine: logs go to files, alarms have no one to call.
 * The list is explicit: a type that is not here and has no provider stops the run.
 */
export function noEffectProviders({ accountId, region }: { accountId: string; region: string }): ResourceProvider[] {
  return [
    noEffect("aws:cloudwatch/logGroup:LogGroup", ["name", "namePrefix", "retentionInDays", "kmsKeyId", "logGroupClass", "skipDestroy", "tags"], (name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`),
    noEffect(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      ["name", "alarmDescription", "comparisonOperator", "evaluationPeriods", "datapointsToAlarm", "metricName", "metricQueries", "namespace", "period", "statistic", "extendedStatistic", "threshold", "treatMissingData", "dimensions", "alarmActions", "okActions", "insufficientDataActions", "actionsEnabled", "tags"],
      (name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    ),
  ];
}

function noEffect(type: string, ignored: readonly string[], arnOf: (name: string) => string): ResourceProvider {
  return {
    type,
    honoured: [],
    ignored,
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      return { id: name, outputs: { name, arn: arnOf(name) } };
    },
  };
}
