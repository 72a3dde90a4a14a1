import assert from "node:assert/strict";
import { commonVariants, namedVariants, sourceVariant, type NamedVariant } from "../../domain/clip-variants.ts";

const variant = (rendition: string, bandwidth: number, codecs = ["avc1.64001f"]): NamedVariant => ({
  rendition,
  uri: `index_${rendition}.m3u8`,
  bandwidth,
  averageBandwidth: bandwidth / 2,
  width: 1280,
  height: 720,
  codecs,
  frameRate: 30,
});

describe("the variants of a clip", () => {
  it("have the names of their renditions", () => {
    const { rendition, ...own } = variant("720p", 2_000_000);
    assert.deepEqual(namedVariants([own, { ...own, uri: "audio.m3u8" }]), [{ ...own, rendition }]);
  });

  it("are those that all recordings have, at the highest rate of any and with the codecs of all", () => {
    const [high, low] = [variant("720p", 2_000_000), variant("360p", 700_000)];
    const loud = variant("360p", 800_000, ["avc1.64001f", "mp4a.40.2"]);
    assert.deepEqual(commonVariants([[high, low], [loud]]), [loud]);
    assert.deepEqual(commonVariants([[high, low]]), [high, low]);
    assert.deepEqual(commonVariants([[high], [low]]), []);
    assert.deepEqual(commonVariants([]), []);
  });

  it("promise what holds for every recording: its rates, its largest picture and its codecs", () => {
    const first = { ...variant("720p", 2_000_000), width: 960 };
    const second = { ...variant("720p", 3_000_000, ["avc1.4d401f"]), frameRate: 60 };
    const both = { ...second, codecs: ["avc1.64001f", "avc1.4d401f"] };
    assert.deepEqual(commonVariants([[first], [second]]), [both]);
    assert.deepEqual(sourceVariant([[first, variant("360p", 9_000_000)], [second]]), both);
    assert.deepEqual(sourceVariant([[variant("360p", 700_000)], [second]])?.bandwidth, 3_000_000);
    assert.equal(sourceVariant([]), undefined);
  });
});
