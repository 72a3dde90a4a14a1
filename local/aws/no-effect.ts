import { physicalName } from "../engine/physical-name.ts";
import type { Properties, ResourceProvider } from "../engine/provider.ts";

/**
 * Resources that AWS needs but that have no effect on one machine: logs go to files, alarms notify nobody, and nothing
 * is billed. The list is explicit: any other type without a provider stops the run.
 */
export function noEffectProviders({ accountId, region }: { accountId: string; region: string }): ResourceProvider[] {
  return [
    noEffect(
      "aws:cloudwatch/logGroup:LogGroup",
      ["name", "namePrefix", "retentionInDays", "kmsKeyId", "logGroupClass", "skipDestroy", "tags"],
      (name) => ({ arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}` }),
    ),
    noEffect(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      [
        "name",
        "alarmDescription",
        "comparisonOperator",
        "evaluationPeriods",
        "datapointsToAlarm",
        "metricName",
        "metricQueries",
        "namespace",
        "period",
        "statistic",
        "extendedStatistic",
        "evaluateLowSampleCountPercentiles",
        "threshold",
        "treatMissingData",
        "dimensions",
        "alarmActions",
        "okActions",
        "insufficientDataActions",
        "actionsEnabled",
        "tags",
      ],
      (name) => ({ arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}` }),
    ),
    noEffect("aws:cloudwatch/logMetricFilter:LogMetricFilter", [
      "name",
      "logGroupName",
      "pattern",
      "metricTransformation",
      "applyOnTransformedLogs",
    ]),
    noEffect(
      "aws:cloudwatch/dashboard:Dashboard",
      ["dashboardName", "dashboardBody"],
      (name) => ({ dashboardArn: `arn:aws:cloudwatch::${accountId}:dashboard/${name}` }),
      "dashboardName",
    ),
    noEffect(
      "aws:budgets/budget:Budget",
      [
        "name",
        "namePrefix",
        "budgetType",
        "timeUnit",
        "timePeriodStart",
        "timePeriodEnd",
        "limitAmount",
        "limitUnit",
        "costFilters",
        "costTypes",
        "notifications",
        "tags",
      ],
      (name) => ({ arn: `arn:aws:budgets::${accountId}:budget/${name}` }),
    ),
  ];
}

/** `outputs`: the outputs that a program reads besides the name. `nameInput`: the input that sets the physical name. */
function noEffect(
  type: string,
  ignored: readonly string[],
  outputs: (name: string) => Properties = () => ({}),
  nameInput = "name",
): ResourceProvider {
  return {
    type,
    honoured: [],
    ignored,
    replaceOnChanges: [nameInput, "namePrefix", "logGroupName"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs[nameInput], logicalName, prior);
      return { id: name, outputs: { [nameInput]: name, ...outputs(name) } };
    },
  };
}
