import type { Static } from "typebox";
import type { ChannelSchema } from "../../api/schemas/channel.ts";
import { publish, type Programme, type Publisher } from "../../local/media/publisher/publish.ts";
import { until, type Spotlight } from "../../test/support/spotlight.ts";

type Channel = Static<typeof ChannelSchema>;

/** Small pictures, so that two cores have time for what is measured. */
const smallPictures = { width: 640, height: 360, bitrate: 600_000, preset: "ultrafast" } as const;

/** Options of a Spotlight with these channels, small pictures and short recordings. */
export function smallSystem(channels: readonly string[], ...settings: readonly string[]): string[] {
  return [
    `channels=${JSON.stringify(channels.map((id) => ({ id })))}`,
    `ladder=${JSON.stringify([{ name: "360p", height: 360, bitrate: 600_000 }])}`,
    "rolloverSeconds=4",
    "celebrities=false",
    "shots=false",
    ...settings,
  ].flatMap((setting) => ["--config", setting]);
}

/** Streams small pictures to a channel. */
export function streamTo(
  { outputs }: Spotlight,
  channel: string,
  programme: Pick<Programme, "scenes"> & Partial<Programme>,
): Publisher {
  const to = outputs.channels[channel];
  if (to === undefined) throw new Error(`There is no channel ${channel}.`);
  return publish({ ...smallPictures, ...programme, url: `${to.ingestServer}/${to.streamKey}` });
}

/** Waits until the channels are live and can be played; resolves to the milliseconds that took. */
export async function untilLive(spotlight: Spotlight, channels: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await until(
    async () => {
      const items = await allOf<Channel>(spotlight, "/channels");
      const isLive = channels.every((id) => items.some((channel) => channel.id === id && channel.live));
      const urls = channels.map((id) => spotlight.outputs.channels[id]?.playbackUrl ?? "");
      return isLive && (await Promise.all(urls.map(async (url) => (await fetch(url)).ok))).every(Boolean);
    },
    { within: 30_000, what: () => `${channels.join(", ")} are live; log:\n${spotlight.log()}` },
  );
  return performance.now() - startedAt;
}

/** Waits until a channel has no input as far as the API knows. */
export async function untilOff(spotlight: Spotlight, channel: string): Promise<void> {
  await until(
    async () => (await allOf<Channel>(spotlight, "/channels")).some(({ id, live }) => id === channel && !live),
    { within: 30_000, what: () => `${channel} is known to have no input; log:\n${spotlight.log()}` },
  );
}

/** Stops a channel and waits until its last recording is archived. */
export async function stopChannel(spotlight: Spotlight, channel: string): Promise<void> {
  const { apiUrl, adminToken } = spotlight.outputs;
  const headers = { authorization: `Bearer ${adminToken}` };
  const response = await fetch(`${apiUrl}/channels/${channel}/stop`, { method: "POST", headers });
  if (!response.ok) throw new Error(`The channel ${channel} could not be stopped: ${await response.text()}`);
  await until(
    async () =>
      (await allOf<Channel>(spotlight, "/channels")).some(({ id, state }) => id === channel && state === "idle"),
    { within: 20_000, what: () => `the channel ${channel} has stopped` },
  );
}

/** All items of a list of the API, page by page. */
export async function allOf<Item>({ outputs }: Spotlight, path: string): Promise<Item[]> {
  const items: Item[] = [];
  const url = new URL(`${outputs.apiUrl}${path}`);
  for (;;) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${outputs.adminToken}` } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    const page = (await response.json()) as { items: Item[]; nextCursor?: string | null };
    items.push(...page.items);
    if (page.nextCursor === undefined || page.nextCursor === null) return items;
    url.searchParams.set("cursor", page.nextCursor);
  }
}
