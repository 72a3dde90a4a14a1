import { setTimeout as sleep } from "node:timers/promises";
import { Demuxer, Muxer } from "node-av/api";

/**
 * Streams a file as it is over RTMP, in real time, to its end or until `isStopping`: costs next to nothing. `begun` is
 * told when it begins, in epoch milliseconds: now, or at `startAt`. Packets are sent `delayMs` after their time.
 */
export async function copyInRealTime(
  file: string,
  url: string,
  {
    startAt,
    delayMs,
    begun,
    isStopping,
  }: {
    startAt: number | undefined;
    delayMs: number;
    begun: (atMs: number) => Promise<void>;
    isStopping: () => boolean;
  },
): Promise<void> {
  const source = await Demuxer.open(file);
  const muxer = await Muxer.open(url, {
    format: "flv",
    useSyncQueue: false,
    useAsyncWrite: false,
    options: { flvflags: "no_duration_filesize" },
  });
  const streams = new Map(source.streams.map((stream) => [stream.index, muxer.addStream(stream)]));
  let startedAt: number | undefined;
  for (const packet of source.packetsSync()) {
    if (packet === null || isStopping()) break;
    const { num, den } = packet.timeBase;
    const atMs = (Number(packet.dts) * 1000 * num) / den;
    if (startedAt === undefined) {
      startedAt = (startAt ?? Date.now()) - atMs;
      await begun(startedAt + atMs);
    }
    const ahead = startedAt + delayMs + atMs - Date.now();
    if (ahead > 1) await sleep(ahead);
    muxer.writePacketSync(packet, streams.get(packet.streamIndex)!);
    packet.free();
  }
  muxer.closeSync();
  source.closeSync();
}
