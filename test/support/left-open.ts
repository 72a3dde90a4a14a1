/**
 * Root hook of every mocha process (.mocharc.json): a process whose tests have ended must end by itself. One that
 * something holds open, such as a server that a failed hook left behind, would wait for ever. It says what holds it and
 * fails.
 */
import type { RootHookObject } from "mocha";

/** Time that a process has to end after its last test, in milliseconds. */
const grace = 15_000;

export const mochaHooks: RootHookObject = {
  afterAll() {
    const timer = setTimeout(() => {
      const resources = Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (name) => name));
      const held = resources.map(([name, all]) => `${name} (${all?.length ?? 0})`).join(", ");
      process.stderr.write(`The tests have ended, but this process is held open by: ${held}\n`);
      process.exit(1);
    }, grace);
    timer.unref();
  },
};
