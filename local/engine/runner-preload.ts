import { createRequire, Module } from "node:module";

// Loaded into Pulumi's runner before anything else. What nobody here looks at takes a third of a run's time
// there, and is off here.
const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js"));

/**
 * Source maps: the runner loads those of every package in every resource's stack trace. They would only map Pulumi's
 * own frames, since Node runs this project's TypeScript without a build.
 */
omit("source-map-support/register");

/** npm's tree of packages: for functions that a program makes of its own code, which this program doesn't. */
omit("@npmcli/arborist");

function omit(name: string): void {
  const file = require.resolve(name);
  require.cache[file] = Object.assign(new Module(file), { loaded: true, filename: file });
}

/** Stack traces of promises: kept for each of some ten thousand, shown only with PULUMI_DEBUG_PROMISE_LEAKS. */
const debuggable = require("@pulumi/pulumi/runtime/debuggable.js") as {
  debuggablePromise: (...args: unknown[]) => unknown;
  debugPromiseLeaks: boolean;
};
const { debuggablePromise, debugPromiseLeaks } = debuggable;
if (!debugPromiseLeaks) {
  debuggable.debuggablePromise = (...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
