import assert from "node:assert/strict";
import { conversionResult } from "../../../pipeline/conversion/result.ts";
import { fieldsOf } from "../../../pipeline/runtime/event.ts";

const folder = "s3://vod/vod/main/20261122T180000/000012";
const planned = [
  { name: "720p", width: 1280, height: 720, bitrate: 2_500_000 },
  { name: "360p", width: 640, height: 360, bitrate: 700_000 },
];
const encoded = { widthInPx: 640, heightInPx: 358, averageBitrate: 612_345, qvbrAvgQuality: 6.91 };

/**
 * A COMPLETE event's detail as AWS documents it, with what its outputs say of themselves.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
 */
const detail = (top: object, lower: object, mp4: object) =>
  fieldsOf(
    {
      timestamp: 1_795_370_534_000,
      accountId: "111122223333",
      queue: "arn:aws:mediaconvert:us-east-1:111122223333:queues/clips",
      jobId: "1795370520000-abcdef",
      status: "COMPLETE",
      userMetadata: { recording: "main.20261122T180000.000012" },
      outputGroupDetails: [
        {
          outputDetails: [
            { outputFilePaths: [`${folder}/hls/index_720p.m3u8`], ...top },
            { outputFilePaths: [`${folder}/hls/index_360p.m3u8`], ...lower },
          ],
          playlistFilePaths: [`${folder}/hls/index.m3u8`],
          type: "HLS_GROUP",
        },
        { outputDetails: [{ outputFilePaths: [`${folder}/recording.mp4`], ...mp4 }], type: "FILE_GROUP" },
        { outputDetails: [{ outputFilePaths: [`${folder}/posters/poster.0000004.jpg`] }], type: "FILE_GROUP" },
      ],
      paddingInserted: 0,
      blackVideoDetected: 0,
    },
    "event.detail",
  );

describe("the result of a conversion", () => {
  it("is what the event says, with the planned bitrate where none was measured", () => {
    const top = { durationInMs: 9960, videoDetails: { widthInPx: 1280, heightInPx: 718 } };
    const lower = { durationInMs: 9960, videoDetails: encoded };
    assert.deepEqual(conversionResult(detail(top, lower, { durationInMs: 9984 }), planned), {
      durationMs: 9984,
      renditions: [
        { name: "720p", width: 1280, height: 718, bitrate: 2_500_000 },
        { name: "360p", width: 640, height: 358, bitrate: 612_345 },
      ],
    });
  });

  it("has the planned size of an output that was passed through, where the event has no details of its video", () => {
    const lower = { durationInMs: 9960, videoDetails: encoded };
    assert.deepEqual(conversionResult(detail({ durationInMs: 9960 }, lower, { durationInMs: 9984 }), planned), {
      durationMs: 9984,
      renditions: [planned[0], { name: "360p", width: 640, height: 358, bitrate: 612_345 }],
    });
  });

  it("is as long as another output where the event has no duration of what was passed through", () => {
    const result = conversionResult(detail({}, { durationInMs: 9960, videoDetails: encoded }, {}), planned);
    assert.equal(result.durationMs, 9960);
    assert.deepEqual(result.renditions[0], planned[0]);
  });

  it("says what is missing", () => {
    const lower = { durationInMs: 9960, videoDetails: encoded };
    assert.throws(() => conversionResult(detail({}, { videoDetails: encoded }, {}), planned), {
      code: "invalid-event",
      message: "event.detail has no duration",
    });
    assert.throws(() => conversionResult(detail({}, lower, {}), []), {
      code: "invalid-event",
      message: "event.detail.outputGroupDetails[0].outputDetails[0] has no size of its video",
    });
    assert.throws(() => conversionResult(fieldsOf({}, "event.detail"), planned), {
      code: "invalid-event",
      message: "event.detail has no MP4",
    });
  });
});
