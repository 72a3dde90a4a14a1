import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import type { Iam, Principal, ServiceModule } from "./cloud.ts";

/** A request that reached the gateway. */
export interface RecordedCall {
  kind: "call";
  /** SigV4 signing name: `s3`, `mediaconvert`, … */
  service: string;
  method: string;
  /** Path and query. */
  path: string;
  /** `x-amz-target`, in protocols that name the operation there. */
  target?: string;
  caller: string;
  /** The JSON body as sent; strings over 4096 characters are cut. Undefined for other bodies (objects, XML, forms). */
  body?: unknown;
}

/** An IAM decision: whether a caller was allowed to do something. */
export interface RecordedAccess {
  kind: "access";
  caller: string;
  action: string;
  resource: string;
  allowed: boolean;
}

/** A policy added to a role. */
export interface RecordedGrant {
  kind: "grant";
  /** The role's name. */
  role: string;
  /** The policy document, as JSON text. */
  policy: string;
}

/** One line of a recording. */
export type RecordedLine = RecordedCall | RecordedAccess | RecordedGrant;

/** Records calls to AWS, IAM decisions and the policies of roles, as JSON lines. */
export interface Recorder {
  /** Records a request without consuming it: its handler can still read the body. */
  call(service: string, principal: Principal, request: IncomingMessage): void;
  /** Returns the same IAM, with its grants and decisions recorded. */
  watch<Watched extends Iam & ServiceModule>(iam: Watched): Watched;
  close(): void;
}

const longestString = 4096;
/** Of a call with a larger body, only the call itself is recorded. */
const largestBody = 1024 * 1024;

/** Appends to `file`, readable by its owner only: bodies may contain personal data such as speech and faces. */
export function createRecorder(file: string): Recorder {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, "a", 0o600);
  let open = true;
  const write = (line: RecordedLine): void => {
    if (open) writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };
  return {
    call(service, principal, request) {
      const target = request.headers["x-amz-target"];
      const call = {
        kind: "call" as const,
        service,
        method: request.method ?? "",
        path: request.url ?? "",
        ...(typeof target === "string" ? { target } : {}),
        caller: nameOf(principal),
      };
      if (service === "s3" || !/json/.test(request.headers["content-type"] ?? "")) {
        write(call);
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      // Pause first, because a data listener would start the stream before the handler listens.
      request.pause();
      request.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= largestBody) chunks.push(chunk);
      });
      request.once("end", () =>
        write(size > largestBody || size === 0 ? call : { ...call, body: parse(Buffer.concat(chunks)) }),
      );
    },
    watch(iam) {
      return {
        ...iam,
        authorize(principal: Principal, action: string, resource: string, options?: Parameters<Iam["authorize"]>[3]) {
          const access = { kind: "access" as const, caller: nameOf(principal), action, resource };
          try {
            iam.authorize(principal, action, resource, options);
          } catch (cause) {
            write({ ...access, allowed: false });
            throw cause;
          }
          write({ ...access, allowed: true });
        },
        resources: iam.resources.map((provider) =>
          provider.type !== "aws:iam/rolePolicy:RolePolicy"
            ? provider
            : {
                ...provider,
                async apply(request: Parameters<typeof provider.apply>[0]) {
                  write({
                    kind: "grant",
                    role: String(request.inputs["role"]),
                    policy: String(request.inputs["policy"]),
                  });
                  return provider.apply(request);
                },
              },
        ),
      };
    },
    close() {
      open = false;
      closeSync(descriptor);
    },
  };
}

/** `role/NAME`, a service's name, `engine` or `anonymous`. */
function nameOf(principal: Principal): string {
  if (principal.kind === "role") return principal.arn.slice(principal.arn.indexOf(":role/") + 1);
  return principal.kind === "service" ? principal.service : principal.kind;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"), (_key, value: unknown) =>
      typeof value === "string" && value.length > longestString
        ? `${value.slice(0, 64)}… (${value.length} characters)`
        : value,
    );
  } catch {
    return undefined;
  }
}
