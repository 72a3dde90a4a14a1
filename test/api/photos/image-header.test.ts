import assert from "node:assert/strict";
import fc from "fast-check";
import sharp from "sharp";
import { imageSizeOf, imageTypeOf } from "../../../api/photos/image-header.ts";
import { jpeg, png } from "../support/images.ts";

describe("image headers", () => {
  it("tell type and size of JPEG and PNG files", async () => {
    const picture = await jpeg(321, 123);
    assert.equal(imageTypeOf(picture), "image/jpeg");
    assert.deepEqual(imageSizeOf(picture, "image/jpeg"), { width: 321, height: 123 });
    const drawing = await png(1, 4096);
    assert.equal(imageTypeOf(drawing), "image/png");
    assert.deepEqual(imageSizeOf(drawing, "image/png"), { width: 1, height: 4096 });
  });

  it("tell the size of progressive JPEGs with EXIF and a colour profile before the frame header", async () => {
    const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#456" } })
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Copyright: "x".repeat(3000) } })
      .withIccProfile("srgb")
      .toBuffer();
    assert.deepEqual(imageSizeOf(picture, "image/jpeg"), { width: 640, height: 480 });
  });

  it("tell other types apart", async () => {
    const webp = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#456" } })
      .webp()
      .toBuffer();
    for (const bytes of [webp, Buffer.alloc(0), Buffer.from("GIF89a"), Buffer.from([0xff, 0xd8])])
      assert.equal(imageTypeOf(bytes), undefined);
  });

  it("are missing from files that end before them", async () => {
    assert.equal(imageSizeOf((await jpeg(200, 100)).subarray(0, 30), "image/jpeg"), undefined);
    assert.equal(imageSizeOf((await png(200, 100)).subarray(0, 20), "image/png"), undefined);
  });

  it("end the search in any garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom("image/jpeg", "image/png"), (garbage, type) => {
        const size = imageSizeOf(Buffer.concat([Buffer.from([0xff, 0xd8]), garbage]), type);
        return size === undefined || (size.width > 0 && size.height > 0);
      }),
    );
  });
});
