import type { Cloud, ServiceApi, ServiceModule } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { jsonApi, type OperationContext, type Operations } from "../protocols/json.ts";
import { changeMessageVisibility, changeMessageVisibilityBatch } from "./actions/change-message-visibility.ts";
import { deleteMessage, deleteMessageBatch } from "./actions/delete-message.ts";
import { messageMoveTasks } from "./actions/message-move-task.ts";
import { purgeQueue } from "./actions/purge-queue.ts";
import { getQueueAttributes, getQueueUrl, listDeadLetterSourceQueues, listQueues } from "./actions/queue-attributes.ts";
import { receiveMessage } from "./actions/receive-message.ts";
import { newMessage, sendMessage, sendMessageBatch } from "./actions/send-message.ts";
import { createQueueCore, type QueueCore } from "./core.ts";
import { queryError } from "./errors.ts";
import { sqsQueryApi } from "./query-protocol.ts";
import type { QueueService } from "./queue-service.ts";
import { queuePolicyProvider, redriveAllowPolicyProvider, redrivePolicyProvider } from "./resources/policies.ts";
import { queueProvider } from "./resources/queue.ts";

export interface SqsOptions {
  /** The gateway's base URL in this run: queue URLs begin with it. */
  endpoint: () => string;
}

/**
 * SQS on this machine: standard queues over SQLite, with delays, visibility timeouts, retention, dead-letter queues and
 * queue policies. FIFO queues are not supported; messages arrive roughly in order, as on AWS.
 */
export function createSqs(cloud: Cloud, options: SqsOptions): ServiceModule & QueueService {
  const core = createQueueCore(cloud, options.endpoint);
  return {
    ...queueService(core),
    api: sqsApi(core),
    resources: [
      queueProvider(core),
      queuePolicyProvider(core),
      redrivePolicyProvider(core),
      redriveAllowPolicyProvider(core),
    ],
    async stop() {
      core.stop();
    },
  };
}

function queueService(core: QueueCore): QueueService {
  return {
    async send(queueArn, body, source, attributes = {}) {
      const queue = core.table.byArn(queueArn);
      core.authorize(source, "SendMessage", queue);
      core.store.insert(queue.arn, [newMessage(queue, { MessageBody: body, MessageAttributes: attributes }, source)]);
      core.notify(queue.arn);
    },
    async receive(queueArn, principal, { max, waitMs, holder, signal }) {
      const queue = core.table.byArn(queueArn);
      core.authorize(principal, "ReceiveMessage", queue);
      return core.receive(queue, { max, waitMs, holder, signal, visibilitySeconds: queue.visibilityTimeoutSeconds });
    },
    remove(queueArn, principal, receiptHandles) {
      const queue = core.table.byArn(queueArn);
      core.authorize(principal, "DeleteMessage", queue);
      for (const receipt of receiptHandles) core.store.delete(queue.arn, receipt);
    },
    release(queueArn, receiptHandles) {
      for (const receipt of receiptHandles) core.store.unreceive(queueArn, receipt);
      core.notify(queueArn);
    },
    releaseHeld(queueArn, holder) {
      if (core.store.releaseHeld(queueArn, holder) > 0) core.notify(queueArn);
    },
    visibilityTimeoutSeconds: (queueArn) => core.table.byArn(queueArn).visibilityTimeoutSeconds,
    authorizeConsumer(queueArn, principal) {
      const queue = core.table.byArn(queueArn);
      for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
        core.authorize(principal, action, queue);
    },
  };
}

function sqsApi(core: QueueCore): ServiceApi {
  const tasks = messageMoveTasks(core);
  const operations: Operations = {
    ChangeMessageVisibility: changeMessageVisibility(core),
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(core),
    DeleteMessage: deleteMessage(core),
    DeleteMessageBatch: deleteMessageBatch(core),
    GetQueueAttributes: getQueueAttributes(core),
    GetQueueUrl: getQueueUrl(core),
    ListDeadLetterSourceQueues: listDeadLetterSourceQueues(core),
    ListMessageMoveTasks: tasks.list,
    ListQueues: listQueues(core),
    PurgeQueue: purgeQueue(core),
    ReceiveMessage: receiveMessage(core),
    SendMessage: sendMessage(core),
    SendMessageBatch: sendMessageBatch(core),
    StartMessageMoveTask: tasks.start,
  };
  const former = sqsQueryApi(operations);
  return {
    signingName: "sqs",
    handle(call) {
      if (call.request.headers["x-amz-target"] === undefined) return former.handle(call);
      // SQS repeats an error's former name in a header, which the SDK reads as `Error.Code`.
      const withQueryErrors = Object.fromEntries(
        Object.entries(operations).map(([name, operation]) => [
          name,
          async (input: never, context: OperationContext): Promise<unknown> => {
            try {
              return await operation(input, context);
            } catch (cause) {
              if (cause instanceof AwsError) call.response.setHeader("x-amzn-query-error", queryError(cause));
              throw cause;
            }
          },
        ]),
      );
      return jsonApi({ signingName: "sqs", version: "1.0", operations: withQueryErrors }).handle(call);
    },
  };
}
