import type { LambdaClient } from "@aws-sdk/client-lambda";

/** Footage that is built in, played into the first channel as a camera would. */
export interface Demo {
  /** Starts it, with the admin token to register its people with; has no effect while it runs. */
  start(token: string): Promise<void>;
  /** Stops it; has no effect otherwise. */
  stop(): Promise<void>;
}

/** What the demo's function is invoked with. It returns when the demo runs, or no longer runs. */
export type DemoEvent = { action: "start"; token: string } | { action: "stop" };

/** The demo that a function plays. It throws what the function throws. */
export function createDemo({ functionName, lambda }: { functionName: string; lambda?: LambdaClient }): Demo {
  async function invoke(event: DemoEvent): Promise<void> {
    // Loaded for the demo only, as it takes time to load.
    const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
    const { FunctionError, Payload } = await (lambda ?? new LambdaClient()).send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
    );
    if (FunctionError !== undefined)
      throw new Error(`The function "${functionName}" failed: ${Buffer.from(Payload ?? []).toString("utf8")}`);
  }
  return { start: (token) => invoke({ action: "start", token }), stop: () => invoke({ action: "stop" }) };
}
