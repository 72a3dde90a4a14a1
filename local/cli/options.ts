import { isIP } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bytesOf } from "./size.ts";

/** The options of `npm start -- …`. */
export interface Options {
  /** Page and API. 0: any free port. */
  port: number;
  /** RTMP ingest. 0: any free port. */
  rtmpPort: number;
  /** Folder for all state; absolute. */
  data: string;
  /** Address that the page and RTMP ingest listen on. */
  host: string;
  /** Names by which the page is reached besides addresses, such as a proxy's; lower case. */
  names: readonly string[];
  /** Stack configuration, `key=value`. */
  config: readonly string[];
  /** Folder of named photos that replace Rekognition's celebrities; absolute. */
  celebrities?: string;
  /** Name or ONNX file of the network that recognises faces. */
  faceModel?: string;
  stack: string;
  /** Whether the terminal shows every line of the functions, not one for each recording. */
  verbose: boolean;
  /** What must stay free on the disk of the data folder, in bytes; 0: nothing. */
  minFree: number;
  /** The most that recordings may take, in bytes; undefined: all that there is. */
  keep?: number;
  /** File to which every AWS call is appended, as JSON lines; absolute. */
  record?: string;
}

/** An invalid command line; `message` says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Usage: npm start -- [options]

  --port PORT            page and API (8080; 0: any free port)
  --rtmp-port PORT       RTMP ingest for OBS (1935; 0: any free port)
  --data FOLDER          folder for all data (.spotlight)
  --host ADDRESS         address to listen on (127.0.0.1: this machine only)
  --name NAME            name by which viewers reach the page, e.g. of a proxy, repeatable
  --config KEY=VALUE     stack configuration, repeatable, e.g. --config rolloverSeconds=10
  --celebrities FOLDER   named photos of well-known people, e.g. "Son Heung-min.jpg"
  --face-model MODEL     what recognises faces: mobilefacenet, dlib, or an .onnx file (mobilefacenet)
  --stack NAME           the Pulumi stack to run (local)
  --min-free SIZE        what stays free on the disk: below it, recording waits and live goes on (1GB; 0: nothing)
  --keep SIZE            how much recordings may take, e.g. 20GB: then the oldest without confirmed clips go
  --verbose              show every step of a recording, not one line for each recording
  --record FILE          append every AWS call and IAM's decision to FILE (JSON lines)
  --help                 this text`;

/** Parses the command line; undefined if help was requested. Throws {@link UsageError}. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: "string", default: "8080" },
        "rtmp-port": { type: "string", default: "1935" },
        data: { type: "string", default: ".spotlight" },
        host: { type: "string", default: "127.0.0.1" },
        name: { type: "string", multiple: true, default: [] },
        config: { type: "string", multiple: true, default: [] },
        celebrities: { type: "string" },
        "face-model": { type: "string" },
        stack: { type: "string", default: "local" },
        "min-free": { type: "string", default: "1GB" },
        keep: { type: "string" },
        verbose: { type: "boolean", default: false },
        record: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`);
  }
  if (values.help) return undefined;
  if (isIP(values.host) === 0)
    throw new UsageError(
      `--host must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0; got "${values.host}".`,
    );
  const names = values.name.map((name) => name.toLowerCase());
  const wrong = names.find((name) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name));
  if (wrong !== undefined)
    throw new UsageError(`--name must be a host name such as match.example.com, without a port; got "${wrong}".`);
  if (!/^[a-zA-Z0-9_.-]+$/.test(values.stack))
    throw new UsageError(`--stack may only contain letters, digits, "-", "_" and "."; got "${values.stack}".`);
  return {
    port: port("--port", values.port),
    rtmpPort: port("--rtmp-port", values["rtmp-port"]),
    data: resolve(values.data),
    host: values.host,
    names,
    config: values.config,
    ...(values.celebrities === undefined ? {} : { celebrities: resolve(values.celebrities) }),
    ...(values["face-model"] === undefined ? {} : { faceModel: values["face-model"] }),
    stack: values.stack,
    minFree: size("--min-free", values["min-free"]),
    ...(values.keep === undefined ? {} : { keep: keep(values.keep) }),
    verbose: values.verbose,
    ...(values.record === undefined ? {} : { record: resolve(values.record) }),
  };
}

function size(option: string, text: string): number {
  const bytes = bytesOf(text);
  if (bytes === undefined) throw new UsageError(`${option} must be a size such as 500MB, 20GB or 0; got "${text}".`);
  return bytes;
}

function keep(text: string): number {
  const bytes = size("--keep", text);
  if (bytes === 0) throw new UsageError("--keep must be more than 0: it would delete every recording.");
  return bytes;
}

function port(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new UsageError(`${option} must be a port number from 0 to 65535; got "${text}".`);
  return value;
}
