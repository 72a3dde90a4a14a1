import { parseArgs } from "node:util";
import { listPrices } from "./prices.ts";
import { stackConfig } from "./question.ts";
import { costSheet } from "./sheet.ts";

const usage = `Usage: npm run cost -- [options]

  --hours N             hours streamed to each channel in a month (2)
  --idle MINUTES        minutes a month that each channel runs on after its streams, until it is stopped (0)
  --viewers N           viewers at any time of these hours (0)
  --channels N          live channels (as configured)
  --photos              people on the watch list have photos, so faces are searched too
  --tier TIER           what MediaConvert counts the jobs as: professional (default) or basic
  --stack NAME          whose configuration to take (dev)
  --config KEY=VALUE    stack configuration on top, repeatable, e.g. --config celebrities=false
  --ladder LADDER       shorthand for a ladder, e.g. 1080p:5000000,720p:2500000
  --help                this text`;

/** An invalid command line; `message` says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * What `npm run cost -- ARGV` prints.
 *
 * @throws {UsageError} for a wrong option, {CostError} where a price is missing, {ConfigError} for wrong configuration.
 */
export async function answer(argv: readonly string[]): Promise<string> {
  const { help, tier, config, ladder, channels, stack, photos, hours, idle, viewers } = parseOptions(argv);
  if (help) return usage;
  if (tier !== "basic" && tier !== "professional") throw new UsageError(`--tier ${tier}: give basic or professional.`);
  const overrides = [
    ...config,
    ...(ladder === undefined ? [] : [`ladder=${ladderJson(ladder)}`]),
    ...(channels === undefined ? [] : [`channels=${channelsJson(number("--channels", channels))}`]),
  ];
  return costSheet(
    {
      config: await stackConfig(stack, overrides),
      choices: { photos },
      usage: {
        hours: number("--hours", hours),
        idleHours: number("--idle", idle) / 60,
        viewers: number("--viewers", viewers),
        convertTier: tier,
      },
    },
    listPrices,
  );
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        hours: { type: "string", default: "2" },
        idle: { type: "string", default: "0" },
        viewers: { type: "string", default: "0" },
        channels: { type: "string" },
        photos: { type: "boolean", default: false },
        tier: { type: "string", default: "professional" },
        stack: { type: "string", default: "dev" },
        config: { type: "string", multiple: true, default: [] },
        ladder: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`);
  }
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`${option} ${text}: give a number.`);
  return value;
}

/** `720p:2500000,360p:700000` in the configuration's form; the name of a rendition begins with its height. */
function ladderJson(text: string): string {
  return JSON.stringify(
    text.split(",").map((item) => {
      const [name = "", bitrate = ""] = item.split(":");
      return { name, height: Number.parseInt(name, 10), bitrate: number("--ladder", bitrate) };
    }),
  );
}

function channelsJson(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_, at) => ({ id: `channel-${at + 1}` })));
}

/** Exit codes: 0 printed, 1 no answer, 2 wrong command line; the message says why. */
if (import.meta.main) {
  answer(process.argv.slice(2)).then(
    (text) => console.log(text),
    (cause: unknown) => {
      console.error(cause instanceof Error ? cause.message : String(cause));
      process.exitCode = cause instanceof UsageError ? 2 : 1;
    },
  );
}
