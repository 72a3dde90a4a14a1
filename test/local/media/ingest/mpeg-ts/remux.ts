/**
 * What FFmpeg reads in a transport stream, as the packets of its own FLV. A process of its own, as FFmpeg's objects
 * don't survive the garbage collector of a test run.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Demuxer, Muxer } from "node-av/api";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import type { MediaPacket } from "../../../../../local/media/ingest/publication.ts";
import { FlvReader } from "../../../../../local/media/live/flv-reader.ts";

/** Reads a file; times begin near 0. Makes an FLV file beside it. */
export async function readByFfmpeg(file: string): Promise<MediaPacket[]> {
  const flv = `${file}.flv`;
  await promisify(execFile)(process.execPath, [import.meta.filename, file, flv]);
  return [...new FlvReader().push(await readFile(flv))].flatMap((fed) => ("packet" in fed ? [fed.packet] : []));
}

async function remux(file: string, flv: string): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  const input = await Demuxer.open(file);
  const output = await Muxer.open(flv, { format: "flv", useSyncQueue: false, useAsyncWrite: false });
  const streams = input.streams.map((stream) => {
    stream.codecpar.codecTag = 0; // a transport stream's own, which FLV doesn't know
    return output.addStream(stream);
  });
  for (const packet of input.packetsSync()) {
    if (packet === null) continue;
    output.writePacketSync(packet, streams[packet.streamIndex]!);
    packet.free();
  }
  output.closeSync();
  input.closeSync();
}

if (import.meta.main) {
  await remux(process.argv[2] ?? "", process.argv[3] ?? "");
  process.exit();
}
