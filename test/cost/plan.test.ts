import assert from "node:assert/strict";
import { stackConfig } from "../../cost/question.ts";
import { foundingDemoPlan, spotlightPlan } from "../../cost/plan.ts";
import { encoderSettings } from "../../components/encoder-settings.ts";
import { partLengths } from "../../local/media/live/part-lengths.ts";

describe("cost plans", () => {
  it("have the same live outputs as the program configures in MediaLive", async () => {
    const config = await stackConfig("dev");
    const plan = spotlightPlan(config, { photos: false });
    const settings = JSON.parse(JSON.stringify(encoderSettings(config))) as {
      VideoDescriptions: { Name: string; Height: number; CodecSettings: { H264Settings: { MaxBitrate: number } } }[];
      OutputGroups: { Outputs: { VideoDescriptionName?: string }[] }[];
    };
    const outputs = settings.OutputGroups.flatMap((group) => group.Outputs)
      .flatMap((output) => output.VideoDescriptionName ?? [])
      .map((used) => settings.VideoDescriptions.find(({ Name }) => Name === used)!);
    assert.deepEqual(
      [...plan.ladder, ...plan.archived].map(({ height, bitrate }) => [height, bitrate]),
      outputs.map(({ Height, CodecSettings }) => [Height, CodecSettings.H264Settings.MaxBitrate]),
    );
  });

  it("have the outputs of sound alone that the program configures in MediaLive", async () => {
    const config = await stackConfig("dev");
    const alone = encoderSettings(config)
      .OutputGroups!.flatMap(({ Outputs = [] }) => Outputs)
      .filter(({ VideoDescriptionName, AudioDescriptionNames }) => !VideoDescriptionName && AudioDescriptionNames);
    assert.equal(spotlightPlan(config, { photos: false }).soundOutputs, alone.length);
  });

  it("have the parts that the local packager makes of the program's segments, whatever its frame rate", async () => {
    for (const frameRate of [24, 25, 30, 60]) {
      const config = { ...(await stackConfig("dev")), frameRate };
      const settings = encoderSettings(config);
      const { SegmentLength, SegmentLengthUnits } =
        settings.OutputGroups![0]!.OutputGroupSettings!.CmafIngestGroupSettings!;
      assert.equal(SegmentLengthUnits, "SECONDS");
      const { partSeconds } = spotlightPlan(config, { photos: false });
      assert.equal(partLengths(SegmentLength! * frameRate, frameRate).length, SegmentLength! / partSeconds);
    }
  });

  it("have the outputs of the conversion job that the program sends", async () => {
    const plan = spotlightPlan(await stackConfig("dev"), { photos: false });
    assert.deepEqual(plan.converted, [
      { kind: "passthrough", height: 720 },
      { kind: "encode", height: 480 },
      { kind: "encode", height: 360 },
      { kind: "passthrough", height: 720 },
      { kind: "frames", height: 360 },
    ]);
  });

  it("encode the top rendition and the MP4 where configured", async () => {
    const config = await stackConfig("dev", ["encodeAll=true"]);
    assert.deepEqual(spotlightPlan(config, { photos: false }).converted, [
      { kind: "encode", height: 720 },
      { kind: "encode", height: 480 },
      { kind: "encode", height: 360 },
      { kind: "encode", height: 720 },
      { kind: "frames", height: 360 },
    ]);
  });

  it("look for whom the configuration and the watch list name", async () => {
    const config = await stackConfig("dev");
    assert.deepEqual(spotlightPlan(config, { photos: false }).analyses, ["celebrities"]);
    assert.deepEqual(spotlightPlan(config, { photos: true }).analyses, ["celebrities", "faceSearch"]);
    assert.deepEqual(spotlightPlan({ ...config, celebrities: false }, { photos: false }).analyses, []);
  });

  it(
    "give the founding demo eight renditions up to 1080p, a polling function of 10 GB and a channel that is " +
      "always on",
    async () => {
      const config = await stackConfig("dev");
      const demo = foundingDemoPlan(config);
      assert.equal(demo.converted.length, 8);
      assert.equal(Math.max(...demo.converted.map(({ height }) => height)), 1080);
      assert.ok(demo.converted.every(({ kind }) => kind === "encode"));
      assert.equal(demo.alwaysOn, true);
      assert.equal(demo.functions.at(-1)?.gbSeconds, 36_000);
      // What is not known of it costs the same.
      const ours = spotlightPlan(config, { photos: false });
      assert.deepEqual(
        [demo.ladder, demo.archived, demo.channelClass, demo.recordingSeconds],
        [ours.ladder, ours.archived, ours.channelClass, ours.recordingSeconds],
      );
    },
  );
});
