import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { BatchWriteCommand, DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

const writes = [BatchWriteCommand, DeleteCommand, PutCommand, UpdateCommand];

/** The client, which sends only so many writes and fails at all others, as if the function had died. */
export function failingClient(client: DynamoDBDocumentClient, sent: number): DynamoDBDocumentClient {
  let left = sent;
  return new Proxy(client, {
    get(target, name) {
      if (name !== "send") return Reflect.get(target, name) as unknown;
      return async (command: PutCommand) => {
        if (writes.some((kind) => command instanceof kind) && left-- <= 0) throw new Error("cut off");
        return target.send(command);
      };
    },
  });
}
