import assert from "node:assert/strict";
import { readProgramMap, readProgramMapPid } from "../../../../../local/media/ingest/mpeg-ts/program-tables.ts";

const checksum = Buffer.alloc(4);

function section(table: number, content: Buffer, current = true): Buffer {
  const length = 5 + content.length + 4;
  return Buffer.concat([Buffer.of(table, 0xb0, length, 0, 1, current ? 0xc1 : 0xc0, 0, 0), content, checksum]);
}

/** A program map; a stream is its type, PID and descriptors. */
const map = (...streams: [type: number, pid: number, information?: Buffer][]): Buffer =>
  section(
    2,
    Buffer.concat([
      Buffer.of(0xe1, 0, 0xf0, 2, 0x0c, 0),
      ...streams.flatMap(([type, pid, information = Buffer.alloc(0)]) => [
        Buffer.of(type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, information.length),
        information,
      ]),
    ]),
  );
const registration = (format: string): Buffer => Buffer.concat([Buffer.of(5, 4), Buffer.from(format)]);

describe("the tables of MPEG-TS", () => {
  it("tell where the first program's map is, and not the network's", () => {
    assert.equal(readProgramMapPid(section(0, Buffer.of(0, 0, 0xe0, 0x10, 0, 1, 0xf0, 0x00))), 0x1000);
    assert.equal(readProgramMapPid(section(0, Buffer.of(0, 1, 0xf0, 0x00), false)), undefined);
  });

  it("list the streams of picture and sound, with the name of a codec that is not supported", () => {
    const streams = readProgramMap(
      map(
        [0x1b, 0x100],
        [0x0f, 0x101],
        [0x24, 0x102],
        [0x81, 0x103],
        [0x86, 0x104],
        [0x06, 0x105, registration("Opus")],
        [0x06, 0x106, Buffer.concat([Buffer.of(0x0a, 4, 1, 2, 3, 0), Buffer.of(0x6a, 1, 0)])],
        [0x06, 0x107],
      ),
    );
    assert.deepEqual(
      streams?.map(({ pid, track, unsupported }) => `${pid.toString(16)} ${track} ${unsupported ?? "supported"}`),
      [
        "100 video supported",
        "101 audio supported",
        "102 video HEVC",
        "103 audio AC-3",
        "105 audio Opus",
        "106 audio AC-3",
      ],
    );
  });

  it("are no program map if they are cut off, of another kind or not in force yet", () => {
    assert.equal(readProgramMap(Buffer.of(2, 0xb0, 5)), undefined);
    assert.equal(readProgramMap(section(0, Buffer.alloc(8))), undefined);
    assert.equal(readProgramMap(section(2, Buffer.alloc(8), false)), undefined);
  });
});
