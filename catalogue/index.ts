import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createActs } from "./acts.ts";
import { createAdminTokens, type AdminTokens } from "./admin-token.ts";
import { createBroadcasts, type Broadcasts } from "./broadcast-list.ts";
import { createChannels, type Channels } from "./channels.ts";
import { createClips, type Clips } from "./clips.ts";
import { createEvents, type Events } from "./events.ts";
import { createExports, type Exports } from "./exports.ts";
import { createMarks, type Marks } from "./marks.ts";
import { createMoments, type Moments } from "./moments.ts";
import { createPeople, type People } from "./people.ts";
import { createRecordings, type Recordings } from "./recordings.ts";
import { createSearches, type Searches } from "./searches.ts";
import { createTable } from "./table.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";
import { createUndo, type Undo } from "./undo.ts";

export { seedPersonItem } from "./seed-person.ts";
export { tableSchema } from "./schema.ts";
export type { AdminTokens, RotatedToken } from "./admin-token.ts";
export type { Channels } from "./channels.ts";
export type { ClipQuery, Clips } from "./clips.ts";
export type { Marked } from "./marks.ts";
export type { Moments } from "./moments.ts";
export type { People } from "./people.ts";
export type { Converted, Recordings } from "./recordings.ts";
export type { Searches } from "./searches.ts";

/** The catalogue stores channels, people, recordings and clips. */
export interface Catalogue {
  channels: Channels;
  people: People;
  recordings: Recordings;
  /** The runs of channels, as recordings tell them. */
  broadcasts: Broadcasts;
  /** Appearances, and the clips that follow from them: for the functions that index. */
  moments: Moments;
  /** Times that editors marked as events. */
  marks: Marks;
  /** The events that there are clips of. */
  events: Events;
  clips: Clips;
  /** Takes back what editors did. */
  undo: Undo;
  /** Files made of clips. */
  exports: Exports;
  /** Searches for a person in what is archived already. */
  searches: Searches;
  adminTokens: AdminTokens;
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
  const events = createEvents(options);
  const moments = createMoments({ ...options, people, events, recordings });
  const marks = createMarks({ ...options, recordings, moments, acts });
  return {
    channels,
    people,
    recordings,
    broadcasts: createBroadcasts({ table, channels, recordings }),
    moments,
    marks,
    events,
    clips: createClips({ ...options, channels, people, recordings, moments, marks, acts }),
    undo: createUndo({ table, acts, people, moments, marks }),
    exports: createExports(options),
    searches: createSearches({ ...options, channels, recordings }),
    adminTokens: createAdminTokens(options),
    webhooks: createWebhooks(options),
  };
}
