import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf, type Fields } from "../pipeline/runtime/event.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";
import { openStream, type Stream } from "../pipeline/stream/open-stream.ts";

/** The event of a change, as `domain/changes.ts` describes its detail. */
export interface ChangeEvent {
  source: "spotlight";
  "detail-type": string;
  detail: Record<string, unknown>;
}

/** What the handler works with. */
export interface PushChangesDeps extends Stream {
  log: StepLog;
}

/** As many posts at once as the SDK's client has connections. */
const atOnce = 50;

/** Something changed: every client of the stream is told. What fails for one client stops nothing for others. */
export function createHandler({
  connections,
  messages,
  sockets,
  log,
}: PushChangesDeps): (event: ChangeEvent) => Promise<void> {
  return async (input) => {
    const { change, content } = contentOf(fieldsOf(input).fields("detail"));
    if (await messages.wasPushed(change)) {
      log.info("change-repeated", { change });
      return;
    }
    // Kept before the clients are listed, so that one that comes in between finds it.
    const message = await messages.add(content);
    const waiting = await connections.all();
    const told = { sent: 0, gone: 0, failed: 0 };
    const tell = async (connection: string): Promise<void> => {
      try {
        const isThere = await sockets.send(connection, message);
        if (!isThere) await connections.remove(connection);
        told[isThere ? "sent" : "gone"] += 1;
      } catch (error) {
        // It learns of it when it asks for what it missed, which clients do every few minutes.
        told.failed += 1;
        if (told.failed === 1) log.warn("push-failed", error, { connection });
      }
    };
    const rest = waiting.values();
    const worker = async (): Promise<void> => {
      for (const connection of rest) await tell(connection);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, worker));
    await messages.setPushed(change);
    // Most changes have nobody listening, on one machine above all.
    if (waiting.length > 0) log.info("change-pushed", { change, type: String(content["type"]), ...told });
  };
}

/**
 * What clients get of a change. The stream is open to all, so each member is named here: ids and states, which anyone
 * may read through the API.
 */
function contentOf(detail: Fields): { change: string; content: Record<string, unknown> } {
  const members = Object.fromEntries(
    ["clip", "channel", "broadcast", "recording", "export", "state"].flatMap((name) => {
      const value = detail.optionalText(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const subject = detail.optionalFields("subject");
  return {
    change: detail.text("id"),
    content: {
      type: detail.text("type"),
      at: detail.text("at"),
      ...members,
      ...(subject !== undefined && { subject: { kind: subject.text("kind"), id: subject.text("id") } }),
    },
  };
}

/** Lambda entry point: EventBridge rule for changes of the catalogue. */
export const handler = entryPoint("push-changes", (log) => createHandler({ ...openStream(), log }));
