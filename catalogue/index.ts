import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createActs } from "./acts.ts";
import { createChannels, type Channels } from "./channels.ts";
import { createClips, type Clips } from "./clips.ts";
import { createExports, type Exports } from "./exports.ts";
import { createMoments, type Moments } from "./moments.ts";
import { createPeople, type People } from "./people.ts";
import { createRecordings, type Recordings } from "./recordings.ts";
import { createTable } from "./table.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";
import { createUndo, type Undo } from "./undo.ts";

export { seedPersonItem } from "./seed-person.ts";
export { tableSchema } from "./schema.ts";
export type { Channels } from "./channels.ts";
export type { ClipQuery, Clips } from "./clips.ts";
export type { Moments } from "./moments.ts";
export type { People } from "./people.ts";
export type { Converted, Recordings } from "./recordings.ts";

/** The catalogue stores channels, people, recordings and clips. */
export interface Catalogue {
  channels: Channels;
  people: People;
  recordings: Recordings;
  /** Appearances, and the clips that follow from them: for the functions that index. */
  moments: Moments;
  clips: Clips;
  /** Takes back what editors did. */
  undo: Undo;
  /** Files made of clips. */
  exports: Exports;
  /** Other people's addresses that hear of changes. */
  webhooks: Webhooks;
}

/** Where the catalogue is. */
export interface CatalogueOptions {
  client: DynamoDBDocumentClient;
  table: string;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  now?: () => number;
}

/** Opens the catalogue; nothing is read or written until a call asks for it. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const channels = createChannels(options);
  const table = createTable(options);
  const acts = createActs({ table, now: options.now ?? Date.now });
  const people = createPeople({ ...options, acts });
  const recordings = createRecordings({ ...options, channels });
  const moments = createMoments({ ...options, people, recordings });
  return {
    channels,
    people,
    recordings,
    moments,
    clips: createClips({ ...options, channels, people, recordings, moments, acts }),
    undo: createUndo({ table, acts, people, moments }),
    exports: createExports(options),
    webhooks: createWebhooks(options),
  };
}
