import type { Catalogue } from "../catalogue/index.ts";
import { broadcastStartMs, parseBroadcastId } from "../domain/ids.ts";
import type { Broadcast, Clip } from "../domain/model.ts";
import type { ApiConfig } from "./config.ts";
import { type Html, html } from "./reference/html.ts";

/** What a link to the page shows where it is shared. Paths are on the page's host. */
export interface LinkPreview {
  title: string;
  description: string;
  /** The address that all links to the same thing have in common. */
  path: string;
  image?: { path: string; alt: string } | undefined;
}

/** What is read of the page's address. */
export interface LinkedPlace {
  clip?: string | undefined;
  person?: string[] | undefined;
  channel?: string | undefined;
  broadcast?: string | undefined;
}

type Channels = ApiConfig["channels"];

/** More people are not named in a title. */
const peopleAtMost = 10;
/** Rejected clips count too, so that the newest clip to be seen may be some clips back. */
const newestClips = 10;

/**
 * The preview of a clip, of the moments of people, or of a broadcast. Undefined for whatever viewers don't get: unknown
 * people and broadcasts, unknown and rejected clips. As on the page, the first of the channels is the one that is meant
 * if none is named.
 */
export async function linkPreview(
  { clip: id, person: ids = [], channel, broadcast: name = "" }: LinkedPlace,
  { clips, people, broadcasts }: Pick<Catalogue, "clips" | "people" | "broadcasts">,
  channels: Channels,
): Promise<LinkPreview | undefined> {
  if (id !== undefined) {
    const clip = await clips.get(id);
    return clip === undefined || clip.review === "rejected" ? undefined : ofClip(clip);
  }
  const where = parseBroadcastId(`${channel ?? channels[0]?.id ?? ""}.${name}`);
  const inBroadcast = where && { channel, broadcast: name };
  if (ids.length === 0) {
    const broadcast = where && (await broadcasts.get(`${where.channel}.${where.broadcast}`));
    return broadcast && ofBroadcast(broadcast, channels, pathOf({ ...inBroadcast }));
  }
  const found = await Promise.all([...new Set(ids)].slice(0, peopleAtMost).map((one) => people.get(one)));
  const known = new Map(found.flatMap((person) => (person === undefined ? [] : [[person.id, person.name] as const])));
  if (known.size === 0) return undefined;
  const person = [...known.keys()];
  const { items } = await clips.list({ person, ...where, limit: newestClips });
  const names = new Intl.ListFormat("en").format(known.values());
  const newest = items[0];
  return {
    title: `Moments of ${names}${where === undefined ? "" : `, ${dateOf(where.broadcast)}`}`,
    description: `Watch every moment of ${names}, one after the other.`,
    path: pathOf({ ...inBroadcast, person }),
    image: newest && imageOf(newest),
  };
}

function ofClip(clip: Clip): LinkPreview {
  return {
    title: `${clip.subject.name}, ${timeOf(clip)}`,
    description: `Watch this moment: ${(clip.durationMs / 1000).toFixed(1)} seconds.`,
    path: pathOf({ clip: clip.id }),
    image: imageOf(clip),
  };
}

function ofBroadcast({ channel, broadcast, poster }: Broadcast, channels: Channels, path: string): LinkPreview {
  const title = `${channels.find(({ id }) => id === channel)?.name ?? channel}, ${dateOf(broadcast)}`;
  return {
    title,
    description: "Watch every moment of this broadcast.",
    path,
    image: poster === undefined ? undefined : { path: poster, alt: title },
  };
}

function pathOf({ clip, channel, broadcast, person = [] }: LinkedPlace): string {
  const query = new URLSearchParams();
  if (clip !== undefined) query.set("clip", clip);
  if (channel !== undefined) query.set("channel", channel);
  if (broadcast !== undefined) query.set("broadcast", broadcast);
  for (const one of person) query.append("person", one);
  return `/?${query.toString()}`;
}

function imageOf(clip: Clip): LinkPreview["image"] {
  return clip.poster === "" ? undefined : { path: clip.poster, alt: `${clip.subject.name}, ${timeOf(clip)}` };
}

/** `22 November 2026, 18:12:34 UTC`: who reads it may be anywhere. */
function timeOf({ start }: Clip): string {
  return `${formatted(start, { dateStyle: "long" })}, ${formatted(start, { timeStyle: "medium" })} UTC`;
}

/** `22 November 2026`, in UTC like the name of the broadcast. */
function dateOf(broadcast: string): string {
  return formatted(broadcastStartMs(broadcast), { dateStyle: "long" });
}

function formatted(time: string | number, style: Intl.DateTimeFormatOptions): string {
  // Made when it is needed: that takes some milliseconds of a new function's start.
  return new Intl.DateTimeFormat("en-GB", { ...style, timeZone: "UTC" }).format(new Date(time));
}

const title = /<title>[^<]*<\/title>/;

/**
 * The page with a preview's title and tags: Open Graph (https://ogp.me), and Twitter's where it has no other.
 * `pageUrl` is the page's address, without a slash at its end. There is no `og:video`: the MP4 of a clip that is public
 * is its recording's, which shows more than the moment.
 */
export function withPreview(page: string, pageUrl: string, preview: LinkPreview): string {
  const { image } = preview;
  const url = `${pageUrl}${preview.path}`;
  const property = (name: string, content: string): Html => html`<meta property="${name}" content="${content}" />`;
  const tags = [
    html`<title>${preview.title} · Spotlight</title>`,
    html`<link rel="canonical" href="${url}" />`,
    property("og:site_name", "Spotlight"),
    property("og:type", "video.other"),
    property("og:title", preview.title),
    property("og:description", preview.description),
    property("og:url", url),
    ...(image === undefined
      ? []
      : [property("og:image", `${pageUrl}${image.path}`), property("og:image:alt", image.alt)]),
    html`<meta name="twitter:card" content="${image === undefined ? "summary" : "summary_large_image"}" />`,
  ];
  if (!title.test(page)) throw new Error("The page has no title, in whose place the tags for link previews belong");
  return page.replace(title, () => tags.map(({ text }) => text).join("\n    "));
}
