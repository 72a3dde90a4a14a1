import type { Input, JobSettings } from "@aws-sdk/client-mediaconvert";
import { exportKey, type ExportPiece } from "../../domain/exports.ts";
import { parseRecordingId } from "../../domain/ids.ts";
import { frameTimecode } from "../../domain/timecode.ts";
import { mp4Key } from "../../domain/vod-keys.ts";

const audioSelector = "Audio Selector 1";

/**
 * The MediaConvert job of an export: an input clipping of a recording's MP4 for each piece, encoded into one MP4. The
 * MP4s are the archive's own pictures from frame 0, and are kept longer than the archive. An end timecode's frame is
 * part of the clip. An input without an audio selector is silent.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/assembling-multiple-inputs-and-input-clips.html
 */
export function exportSettings(id: string, pieces: readonly ExportPiece[], vodBucket: string): JobSettings {
  const shown = pieces.map(({ crop, width, height }) => crop ?? { width, height });
  const largest = shown.reduce((best, size) => (size.height > best.height ? size : best), { width: 0, height: 0 });
  return {
    TimecodeConfig: { Source: "ZEROBASED" },
    Inputs: pieces.map((piece) => input(piece, vodBucket)),
    OutputGroups: [
      {
        Name: "MP4",
        OutputGroupSettings: {
          Type: "FILE_GROUP_SETTINGS",
          FileGroupSettings: { Destination: `s3://${vodBucket}/${exportKey(id).replace(/\.mp4$/, "")}` },
        },
        Outputs: [
          {
            Extension: "mp4",
            ContainerSettings: { Container: "MP4", Mp4Settings: { MoovPlacement: "PROGRESSIVE_DOWNLOAD" } },
            VideoDescription: {
              Width: largest.width - (largest.width % 2),
              Height: largest.height - (largest.height % 2),
              CodecSettings: {
                Codec: "H_264",
                H264Settings: {
                  RateControlMode: "QVBR",
                  QvbrSettings: { QvbrQualityLevel: 8 },
                  // Encoded once more, it needs more than the recording's own to look the same.
                  MaxBitrate: Math.max(1_000_000, 2 * Math.max(...pieces.map(({ bitrate }) => bitrate))),
                  GopSize: 2,
                  GopSizeUnits: "SECONDS",
                  SceneChangeDetect: "DISABLED",
                },
              },
            },
            AudioDescriptions: [
              {
                AudioSourceName: audioSelector,
                CodecSettings: {
                  Codec: "AAC",
                  AacSettings: { Bitrate: 128_000, CodingMode: "CODING_MODE_2_0", SampleRate: 48_000 },
                },
              },
            ],
          },
        ],
      },
    ],
  } satisfies JobSettings;
}

function input({ recording, from, to, frameRate, crop, hasSound }: ExportPiece, vodBucket: string): Input {
  const name = parseRecordingId(recording);
  if (name === undefined) throw new TypeError(`"${recording}" is no recording's id`);
  return {
    FileInput: `s3://${vodBucket}/${mp4Key(name)}`,
    TimecodeSource: "ZEROBASED",
    InputClippings: [{ StartTimecode: frameTimecode(from, frameRate), EndTimecode: frameTimecode(to - 1, frameRate) }],
    VideoSelector: {},
    ...(crop !== undefined && { Crop: { X: crop.x, Y: crop.y, Width: crop.width, Height: crop.height } }),
    ...(hasSound && { AudioSelectors: { [audioSelector]: { DefaultSelection: "DEFAULT" } } }),
  };
}
