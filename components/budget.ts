import * as budgets from "@pulumi/aws/budgets/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface BudgetArgs {
  /** US dollars a month. */
  monthlyUsd: number;
  /** The topic to notify at 80 % spent, and when the month is forecast to end above the limit. */
  topicArn: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/**
 * A monthly limit with warnings. It covers the whole account: a budget filtered by tag stays at zero, and silent,
 * until someone activates the tag for cost allocation.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
 */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Budget", name, {}, options);
    const warning = {
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [args.topicArn],
    };
    new budgets.Budget(
      name,
      {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(args.monthlyUsd),
        limitUnit: "USD",
        notifications: [
          { ...warning, notificationType: "ACTUAL", threshold: 80 },
          { ...warning, notificationType: "FORECASTED", threshold: 100 },
        ],
        tags: args.tags,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
