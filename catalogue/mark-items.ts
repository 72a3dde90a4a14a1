import { subjectKind, type MarkName } from "../domain/ids.ts";
import { markReachMs, type Mark } from "../domain/marks.ts";
import type { Placement } from "../domain/model.ts";
import { endOf } from "../domain/placement.ts";
import { number, text, type Item } from "./item.ts";
import type { Key, Table } from "./table.ts";

/** The partition of a channel's marks, in the order of their times. */
export function channelMarks(channel: string): string {
  return `MARKS#${channel}`;
}

/** The key of a mark's row. */
export function markKey({ channel, subject, atMs }: MarkName): Key {
  return { pk: channelMarks(channel), sk: `${new Date(atMs).toISOString()}#${subject}` };
}

/** The item of a mark. */
export function markItem(mark: Mark): Item & Key {
  const { channel, subject, label, atMs, beforeMs, afterMs } = mark;
  return { ...markKey(mark), channel, subject, label, atMs, beforeMs, afterMs };
}

/** The mark in an item. */
export function markOf(item: Item): Mark {
  return {
    channel: text(item, "channel"),
    subject: text(item, "subject"),
    label: text(item, "label"),
    atMs: number(item, "atMs"),
    beforeMs: number(item, "beforeMs"),
    afterMs: number(item, "afterMs"),
  };
}

/** The marks of a channel at these times, both included, by time: a consistent read. */
export async function marksBetween(table: Table, channel: string, fromMs: number, toMs: number): Promise<Mark[]> {
  const marks: Mark[] = [];
  let start: Item | undefined;
  do {
    const page = await table.query({
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: {
        ":pk": channelMarks(channel),
        ":from": new Date(fromMs).toISOString(),
        ":to": `${new Date(toMs).toISOString()}$`,
      },
      ExclusiveStartKey: start,
    });
    marks.push(...page.items.map(markOf));
    start = page.last;
  } while (start !== undefined);
  return marks;
}

/** The marks of an event that these recordings of a channel may show; none for a person. */
export async function marksIn(
  table: Table,
  channel: string,
  subject: string,
  timeline: readonly Placement[],
): Promise<Mark[]> {
  if (subjectKind(subject) !== "event" || timeline.length === 0) return [];
  const fromMs = Math.min(...timeline.map(({ startMs }) => startMs)) - markReachMs;
  const toMs = Math.max(...timeline.map(endOf)) + markReachMs;
  return (await marksBetween(table, channel, fromMs, toMs)).filter((mark) => mark.subject === subject);
}
