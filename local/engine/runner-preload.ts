import { createRequire, Module } from "node:module";

/**
 * Loaded into Pulumi's runner before anything else, to disable source maps. The runner loads those of every package in
 * every resource's stack trace, which takes 1.5 s at each start. They would only map Pulumi's own frames, since Node
 * runs this project's TypeScript without a build.
 */
const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js"));
const file = require.resolve("source-map-support/register");
require.cache[file] = Object.assign(new Module(file), { loaded: true, filename: file });
