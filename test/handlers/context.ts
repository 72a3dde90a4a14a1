import type { Context } from "../../pipeline/runtime/step-log.ts";

/** What Lambda hands a handler beside the event. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: "clips-function",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:clips-function",
  memoryLimitInMB: "512",
  awsRequestId: "request-1",
  logGroupName: "/spotlight/clips-function",
  logStreamName: "stream",
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
