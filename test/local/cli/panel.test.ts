import assert from "node:assert/strict";
import { panel, readOutputs } from "../../../local/cli/panel.ts";

const main = {
  ingestServer: "rtmp://127.0.0.1:1935/live",
  streamKey: "key-of-main",
  playbackUrl: "http://127.0.0.1:8080/out/v1/g/main/live/index.m3u8",
};
const second = {
  ...main,
  streamKey: "key-of-second",
  playbackUrl: "http://127.0.0.1:8080/out/v1/g/second/live/index.m3u8",
};
const outputs = {
  pageUrl: "http://127.0.0.1:8080",
  apiUrl: "http://127.0.0.1:8080/api",
  adminToken: "token",
  ...main,
  channels: { main },
};

describe("the panel", () => {
  it("shows the URLs and the settings for OBS", () => {
    const text = panel(readOutputs(outputs), 4.25);
    const widths = new Set(text.split("\n").map((line) => line.length));
    assert.equal(widths.size, 1);
    for (const row of [
      "Spotlight is ready (4.3 s)",
      "Page            http://127.0.0.1:8080",
      "Admin           http://127.0.0.1:8080/#admin=token",
      "OBS server      rtmp://127.0.0.1:1935/live",
      "OBS stream key  key-of-main",
    ]) {
      assert.ok(text.includes(`│ ${row} `), row);
    }
  });

  it("says how much of recordings is kept, if not all", () => {
    const row = "Keeps           20 GB of recordings, then deletes the oldest without confirmed clips";
    assert.ok(panel(readOutputs(outputs), 1, { keep: 20e9 }).includes(`│ ${row} `));
    assert.ok(!panel(readOutputs(outputs), 1).includes("Keeps"));
  });

  it("says that recording waits for space", () => {
    const row = "Disk            Almost full: recording and conversion wait until there is space.";
    assert.ok(panel(readOutputs(outputs), 1, { isDiskLow: true }).includes(`│ ${row} `));
    assert.ok(!panel(readOutputs(outputs), 1).includes("Disk"));
  });

  it("shows each channel's key if there are several", () => {
    const text = panel(readOutputs({ ...outputs, channels: { main, second } }), 1);
    assert.match(text, /OBS stream keys +key-of-main {2}main +│\n│ +key-of-second {2}second +│/);
  });

  it("shows where the second encoder of a channel with two pipelines streams to", () => {
    const standby = { ingestServer: "rtmp://127.0.0.1:1935/live2", streamKey: "second-key" };
    assert.match(
      panel(readOutputs({ ...outputs, channels: { main: { ...main, standby } } }), 1),
      /OBS stream key {2}key-of-main +│\n│ Second encoder +rtmp:\/\/127\.0\.0\.1:1935\/live2\/second-key +│/,
    );
  });

  it("shows the whole address of SRT, whose passphrase is the key", () => {
    const srt = { ...main, ingestServer: "srt://127.0.0.1:1935" };
    assert.match(
      panel(readOutputs({ ...outputs, ...srt, channels: { main: srt } }), 1),
      /OBS server +srt:\/\/127\.0\.0\.1:1935\?pbkeylen=32&passphrase=key-of-main +│/,
    );
  });

  it("names the file of the secrets where what is printed may be kept", () => {
    const text = panel(readOutputs(outputs), 1, { secretsIn: "/data/outputs.json" });
    assert.match(text, /OBS server {6}rtmp:\/\/127\.0\.0\.1:1935\/live +│/);
    assert.match(text, /Secrets {9}The stream key and the admin token are in \/data\/outputs\.json +│/);
    assert.doesNotMatch(text, /#admin|key-of-main/);
  });

  it("says what to do instead of showing an admin token that was rotated", () => {
    const text = panel(readOutputs(outputs), 1, { isTokenRotated: true });
    assert.equal(text.includes("#admin=token"), false);
    assert.match(
      text,
      /│ Admin +The token was rotated: open http:\/\/127\.0\.0\.1:8080\/#admin= followed by the new one\. +│\n/,
    );
    assert.match(
      text,
      /│ +Lost it\? Start with another --config adminTokenVersion=NUMBER, which makes a new token\. +│\n/,
    );
  });

  it("names the output that the program is missing", () => {
    assert.throws(() => readOutputs({ ...outputs, adminToken: undefined }), {
      message: 'The program has no stack output "adminToken": index.ts must export it.',
    });
    assert.throws(() => readOutputs({ ...outputs, channels: { main: { ...main, streamKey: "" } } }), {
      message: 'The program has no stack output "channels.main.streamKey": index.ts must export it.',
    });
    assert.throws(() => readOutputs({ ...outputs, channels: undefined }), /"channels"/);
  });
});
