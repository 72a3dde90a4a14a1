import assert from "node:assert/strict";
import { dashManifest, type DashManifest } from "../../../../local/aws/mediapackagev2/dash.ts";
import type { IndexedSegment } from "../../../../local/aws/mediapackagev2/segment-index.ts";

const segment = (sequence: number, mediaStart: number, duration: number): IndexedSegment => ({
  sequence,
  mediaStart,
  duration,
  period: 0,
  token: "a",
  startMs: 0,
  present: true,
});
const rendition = {
  name: "720p",
  width: 1280,
  height: 720,
  bitrate: 2_628_000,
  frameRate: 30,
  codecs: "avc1.64001f,mp4a.40.2",
};
const manifest = (change: Partial<DashManifest> = {}): string =>
  dashManifest({
    periods: [
      {
        token: "mwr",
        startedAt: 1_795_349_515_694,
        renditions: [rendition, { ...rendition, name: "360p", width: 640, height: 360, frameRate: 30_000 / 1001 }],
        segments: [segment(7, 0, 2.021354), segment(8, 2.021354, 2), segment(9, 4.021354, 2)],
      },
    ],
    segmentSeconds: 2,
    windowSeconds: 60,
    updateSeconds: 2,
    delaySeconds: 6,
    ended: false,
    now: 1_795_349_600_000,
    segmentName: "segment",
    ...change,
  });

describe("a DASH manifest", () => {
  it("starts each period at its wall-clock time, separates audio and video, and joins equal segments into runs", () => {
    assert.equal(
      manifest(),
      `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" \
type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z" publishTime="2026-11-22T12:13:20.000Z" \
minimumUpdatePeriod="PT2S" minBufferTime="PT2S" timeShiftBufferDepth="PT60S" suggestedPresentationDelay="PT6S">
  <Period id="mwr" start="PT1795349515.694S">
    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
      <SegmentTemplate timescale="1000000" startNumber="7" \
initialization="segment_$RepresentationID$_mwr_init_video.mp4" \
media="segment_$RepresentationID$_mwr_$Number$_video.m4s">
        <SegmentTimeline><S t="0" d="2021354"/><S t="2021354" d="2000000" r="1"/></SegmentTimeline>
      </SegmentTemplate>
      <Representation id="720p" bandwidth="2628000" codecs="avc1.64001f" width="1280" height="720" frameRate="30"/>
      <Representation id="360p" bandwidth="2628000" codecs="avc1.64001f" width="640" height="360" \
frameRate="30000/1001"/>
    </AdaptationSet>
    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" startWithSAP="1">
      <SegmentTemplate timescale="1000000" startNumber="7" \
initialization="segment_720p_mwr_init_audio.mp4" media="segment_720p_mwr_$Number$_audio.m4s">
        <SegmentTimeline><S t="0" d="2021354"/><S t="2021354" d="2000000" r="1"/></SegmentTimeline>
      </SegmentTemplate>
      <Representation id="audio" bandwidth="128000" codecs="mp4a.40.2" audioSamplingRate="48000"/>
    </AdaptationSet>
  </Period>
  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="2026-11-22T12:13:20.000Z"/>
</MPD>
`,
    );
  });

  it("ends with its channel, and omits audio if there is none", () => {
    const silent = { ...rendition, codecs: "avc1.64001f" };
    const text = manifest({
      ended: true,
      periods: [{ token: "a", startedAt: 0, renditions: [silent], segments: [segment(0, 0, 2), segment(1, 2, 1.5)] }],
    });
    assert.ok(!text.includes("minimumUpdatePeriod"));
    assert.ok(!text.includes("audio"));
    assert.match(text, /<Period id="a" start="PT0S" duration="PT3.5S">/);
  });
});
