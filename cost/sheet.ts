import { costOfMonth, halfUntilHours, total, type Cause, type Line, type Month, type Usage } from "./model.ts";
import { foundingDemoPlan, spotlightPlan, type Choices, type Plan, type PricedConfig } from "./plan.ts";
import type { PriceList } from "./prices.ts";
import { markdownTable } from "./table.ts";

/** What a sheet is asked about. */
export interface Question {
  readonly config: PricedConfig;
  readonly choices: Choices;
  readonly usage: Usage;
}

/** The costs of this program beside the founding demo's, as Markdown. @throws {CostError} where a price is missing. */
export function costSheet({ config, choices, usage }: Question, list: PriceList): string {
  const plan = spotlightPlan(config, choices);
  const demo = foundingDemoPlan(config);
  const ours = costOfMonth(plan, usage, list);
  const theirs = costOfMonth(demo, usage, list);
  const unused = { ...usage, hours: 0, idleHours: 0 };
  const rows = [
    ...section("An hour live", ours.hourly, theirs.hourly, "running", "streamed", "watched"),
    ...section("An hour recorded", ours.hourly, theirs.hourly, "recorded", "kept"),
    ["**An hour streamed**, both", bold(ours.hourUsd), bold(theirs.hourUsd), ratio(ours.hourUsd, theirs.hourUsd)],
    ...section(`A month beside its ${usage.hours} streamed hours`, ours.monthly, theirs.monthly, "idle", "standing"),
    ["**A month** in all", bold(ours.usd), bold(theirs.usd), ratio(ours.usd, theirs.usd)],
    [
      "**A month unused**",
      ...[plan, demo].map((of) => bold(costOfMonth(of, unused, list).usd)),
      ratio(costOfMonth(plan, unused, list).usd, costOfMonth(demo, unused, list).usd),
    ],
  ];
  return [
    `List prices of ${list.region}, ${list.date}, in US dollars, without discounts, free tiers and taxes. ` +
      describe(plan, usage),
    "",
    markdownTable(["", "Spotlight", "founding demo", "ratio"], rows),
    "",
    halfway(halfUntilHours(plan, demo, usage, list)),
  ].join("\n");
}

/** What the sheet comes to, in three sentences: the hour first, since it counts for whoever streams a lot. */
export function headline({ config, choices, usage }: Question, list: PriceList): string {
  const [ours, theirs] = both(usage);
  const compared = (one: number, other: number): string =>
    `${(one / other).toFixed(2)} times the founding demo's (${dollars(one)} and ${dollars(other)} US dollars)`;
  // The largest of the uncertainties.
  const convertTier = usage.convertTier === "basic" ? "professional" : "basic";
  const [otherwise, theirsOtherwise] = both({ ...usage, convertTier });
  return (
    `**An hour streamed costs ${compared(ours.hourUsd, theirs.hourUsd)}.** It is ` +
    `${(otherwise.hourUsd / theirsOtherwise.hourUsd).toFixed(2)} times if MediaConvert counts the jobs as ` +
    `${convertTier}. A month with ${usage.hours} streamed hours costs ${compared(ours.usd, theirs.usd)}, because a ` +
    "channel is off until somebody starts it."
  );

  function both(use: Usage): [Month, Month] {
    return [costOfMonth(spotlightPlan(config, choices), use, list), costOfMonth(foundingDemoPlan(config), use, list)];
  }
}

/** What each lever does to the same question, as Markdown. */
export function leverTable(question: Question, list: PriceList): string {
  const { config, choices, usage } = question;
  const [top] = config.ladder;
  const levers: [string, Question][] = [
    ["as configured", question],
    [
      "`celebrities: false`, people by photo only",
      { ...question, config: { ...config, celebrities: false }, choices: { photos: true } },
    ],
    [
      "celebrities and photos: both are looked for",
      { ...question, config: { ...config, celebrities: true }, choices: { photos: true } },
    ],
    ["`shots: true`, moments end at cuts", { ...question, config: { ...config, shots: true } }],
    ["nobody to look for", { ...question, config: { ...config, celebrities: false }, choices: { photos: false } }],
    [
      `\`ladder\`: ${top?.name ?? "top"} only`,
      { ...question, config: { ...config, ladder: config.ladder.slice(0, 1) } },
    ],
    ["`channelClass: STANDARD`", { ...question, config: { ...config, channelClass: "STANDARD" } }],
    ["`rolloverSeconds: 4` (MediaConvert charges 10 s)", { ...question, config: { ...config, rolloverSeconds: 4 } }],
    ["`mediaRetentionDays: 30`", { ...question, config: { ...config, mediaRetentionDays: 30 } }],
    ["MediaConvert's Basic tier", { ...question, usage: { ...usage, convertTier: "basic" } }],
    ["100 viewers", { ...question, usage: { ...usage, viewers: 100 } }],
  ];
  const { idleStopMinutes } = config;
  if (idleStopMinutes > 0)
    levers.push([
      `not stopped after a broadcast: ${idleStopMinutes} idle minutes`,
      { ...question, usage: { ...usage, idleHours: usage.idleHours + idleStopMinutes / 60 } },
    ]);
  const cost = (of: Question): Month => costOfMonth(spotlightPlan(of.config, of.choices), of.usage, list);
  const rows = levers.map(([name, of]) => {
    const month = cost(of);
    return [name, dollars(month.hourUsd), dollars(month.usd)];
  });
  // Forgotten: the channel runs on, without anyone streaming.
  const forgotten = costOfMonth({ ...spotlightPlan(config, choices), alwaysOn: true }, usage, list);
  rows.push(["a channel that nobody stops", dollars(forgotten.hourUsd), dollars(forgotten.usd)]);
  return markdownTable(["", "an hour streamed", `a month of ${usage.hours} hours`], rows);
}

/** The price list with its sources, as Markdown. */
export function priceTable(list: PriceList): string {
  const rows = Object.values(list.prices).map(({ what, usd, unit, source, certainty }) => [
    what,
    decimal(usd),
    unit,
    `[AWS](${source})`,
    certainty,
  ]);
  return markdownTable(["what", "US dollars", "for a", "source", "known"], rows);
}

function section(title: string, ours: readonly Line[], theirs: readonly Line[], ...causes: Cause[]): string[][] {
  const chosen = [...ours, ...theirs].filter(({ cause }) => causes.includes(cause));
  const names = [...new Set(chosen.map(nameOf))];
  const sumOf = (lines: readonly Line[], name: string): number | undefined => {
    const found = lines.filter((line) => causes.includes(line.cause) && nameOf(line) === name);
    return found.length === 0 ? undefined : total(found);
  };
  const sums = [total(ours, ...causes), total(theirs, ...causes)] as const;
  return [
    ...names.map((name) => [name, amount(sumOf(ours, name)), amount(sumOf(theirs, name)), ""]),
    [`**${title}**`, bold(sums[0]), bold(sums[1]), ratio(...sums)],
  ];
}

const services: Record<string, string> = {
  medialive: "MediaLive",
  mediapackage: "MediaPackage",
  mediaconvert: "MediaConvert",
  rekognition: "Rekognition",
  s3: "S3",
  lambda: "Lambda",
  sqs: "SQS",
  sns: "SNS",
  dynamodb: "DynamoDB",
  cloudfront: "CloudFront",
  apigateway: "API Gateway",
  logs: "CloudWatch Logs",
  cloudwatch: "CloudWatch",
  secretsmanager: "Secrets Manager",
  xray: "X-Ray",
};

function nameOf({ price, what }: Line): string {
  const service = price.split(".")[0]!;
  return `${services[service] ?? service}: ${what}`;
}

function describe(plan: Plan, { hours, idleHours, viewers, convertTier }: Usage): string {
  const channels = `${plan.channels} channel${plan.channels === 1 ? "" : "s"} (${plan.channelClass})`;
  const ladder = plan.ladder.map(({ height }) => `${height}p`).join(", ");
  return (
    `${channels}; ${ladder}; recordings of ${plan.recordingSeconds} s; MediaConvert's ${convertTier} tier; ` +
    `${hours} hours streamed and ${Math.round(60 * idleHours)} minutes idle a month; ${viewers} viewers.`
  );
}

function halfway(hours: number): string {
  if (hours <= 0) return "A month costs more than half of the founding demo's.";
  if (hours >= 730) return "A month costs at most half of the founding demo's, however much is streamed.";
  return `A month costs at most half of the founding demo's up to ${Math.floor(hours)} streamed hours.`;
}

function ratio(ours: number, theirs: number): string {
  return theirs === 0 ? "" : `**${(ours / theirs).toFixed(2)}**`;
}

function bold(usd: number): string {
  return `**${dollars(usd)}**`;
}

function amount(usd: number | undefined): string {
  return usd === undefined ? "" : dollars(usd);
}

/** A price in full, never in powers of ten. */
function decimal(usd: number): string {
  return usd.toFixed(10).replace(/\.?0+$/, "");
}

/** Cents, or four places below one. */
function dollars(usd: number): string {
  if (usd > 0 && usd < 0.0001) return "<0.0001";
  return usd < 1 ? usd.toFixed(4) : usd.toFixed(2);
}
