/**
 * The catalogue is one DynamoDB table. Every question is one Query or GetItem; there is no Scan and no transaction.
 *
 * | item        | pk              | sk                 | gsi1pk         | gsi1sk        | gsi2pk              |
 * | ----------- | --------------- | ------------------ | -------------- | ------------- | ------------------- |
 * | search      | SEARCHES        | SEARCH#p           |                |               |                     |
 * | its list    | SEARCH#p#run    | LIST#0000          |                |               |                     |
 * | channel     | CHANNELS        | CHANNEL#ch         |                |               |                     |
 * | person      | PEOPLE          | PERSON#p           |                |               |                     |
 * | name claim  | PEOPLE          | NAME#slug          |                |               |                     |
 * | timeline    | BROADCAST#ch.bc | TIMELINE#0000      |                |               |                     |
 * | recording   | BROADCAST#ch.bc | RECORDING#000012   | RECORDINGS#ch  | bc#000012#ch  | RECORDINGS#ch#state |
 * | state       | MOMENTS#ch.bc.s | STATE              | BROADCASTS#s   | bc#ch         |                     |
 * | appearances | MOMENTS#ch.bc.s | APPEARANCES#000012 |                |               |                     |
 * | decision    | MOMENTS#ch.bc.s | DECISION#000012-0  |                |               |                     |
 * | clip        | MOMENTS#ch.bc.s | CLIP#000012-0      | PERSON-CLIPS#t | start#clip id | CHANNEL-CLIPS#ch    |
 * | given       | MOMENTS#ch.bc.t | GIVEN#s            |                |               |                     |
 * | mark        | MARKS#ch        | time#e             |                |               |                     |
 * | event       | EVENTS          | EVENT#e            |                |               |                     |
 * | act         | ACT#id          | ACT                |                |               |                     |
 * | export      | EXPORT#id       | EXPORT             |                |               |                     |
 * | admin token | ADMIN-TOKEN     | SEED#sha256        |                |               |                     |
 * | webhook     | WEBHOOKS        | WEBHOOK#id         |                |               |                     |
 *
 * `gsi2sk` is the same as `gsi1sk`. `p` is a person's id, `e` an event's and `s` a subject's. All that decides a
 * person's clips in a broadcast is in one partition, so that one consistent Query reads it whole; an event's also
 * follow from the marks of the channel.
 * `t` is whom a clip shows: `s`, or whom an editor said instead; then `given` counts such clips for `t`.
 * `act` is what an editor can take back until it expires.
 * Of a deleted `recording`, only `deletedAt` is left until it expires, and neither index has it.
 * `state` carries the version on which concurrent re-computations are ordered, and the number of clips that are
 * not rejected; `person` and `event` the number over all broadcasts (see `createClipCounts`).
 */
export const tableSchema = {
  attributes: [
    { name: "pk", type: "S" },
    { name: "sk", type: "S" },
    { name: "gsi1pk", type: "S" },
    { name: "gsi1sk", type: "S" },
    { name: "gsi2pk", type: "S" },
    { name: "gsi2sk", type: "S" },
  ],
  hashKey: "pk",
  rangeKey: "sk",
  globalSecondaryIndexes: [
    { name: "gsi1", hashKey: "gsi1pk", rangeKey: "gsi1sk", projectionType: "ALL" },
    { name: "gsi2", hashKey: "gsi2pk", rangeKey: "gsi2sk", projectionType: "ALL" },
  ],
};

/** How the sort keys of those items begin whose changes may concern users: see `storedIn`. */
export const announcedItems = ["CHANNEL#", "PERSON#", "RECORDING#", "CLIP#", "STATE", "EXPORT"] as const;
