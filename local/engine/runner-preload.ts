import { createRequire, Module } from "node:module";

/**
 * Loaded into Pulumi's runner before anything else. The runner asks for source maps of every package in the stack trace
 * of every resource, which costs a second and a half at each start; only Pulumi's own frames would be mapped, since
 * this project's TypeScript runs as it is written.
 */
const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js"));
const file = require.resolve("source-map-support/register");
require.cache[file] = Object.assign(new Module(file), { loaded: true, filename: file });
