import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";

/** The options of `npm run preview -- …`. */
export interface PreviewOptions {
  stack: string;
  /** Stack configuration, `key=value`. */
  config: readonly string[];
  /** The data folder to compare with; absolute. */
  data: string;
}

export const previewUsage = `Usage: npm run preview -- [options]

Shows what npm start (or, for the stack dev, pulumi up on AWS) would create, update, replace and delete.

  --stack NAME           the Pulumi stack: local or dev (local)
  --config KEY=VALUE     stack configuration, repeatable, e.g. --config rolloverSeconds=20
  --data FOLDER          data folder of npm start to compare with (.spotlight)
  --help                 this text`;

/** Parses the command line; undefined if help was requested. Throws {@link UsageError}. */
export function parsePreviewOptions(argv: readonly string[]): PreviewOptions | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        stack: { type: "string", default: "local" },
        config: { type: "string", multiple: true, default: [] },
        data: { type: "string", default: ".spotlight" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${previewUsage}`);
  }
  if (values.help) return undefined;
  return { stack: values.stack, config: values.config, data: resolve(values.data) };
}
