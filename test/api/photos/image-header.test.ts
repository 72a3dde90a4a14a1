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

  it("give the size upright, as EXIF says, in either byte order", async () => {
    const picture = await jpeg(321, 123);
    for (const orientation of [1, 3, 6, 8]) {
      const turned = await sharp(picture).withMetadata({ orientation }).toBuffer();
      const [width, height] = orientation >= 5 ? [123, 321] : [321, 123];
      assert.deepEqual(imageSizeOf(turned, "image/jpeg"), { width, height }, `orientation ${orientation}`);
    }
    const exif = Buffer.from("ffe1002245786966000049492a00080000000100120103000100000008000000000000000000", "hex");
    const little = Buffer.concat([picture.subarray(0, 2), exif.subarray(0, 36), picture.subarray(2)]);
    assert.deepEqual(imageSizeOf(little, "image/jpeg"), { width: 123, height: 321 });
  });

  it("survive stray bytes between segments and a missing end, as in libjpeg", async () => {
    const picture = await jpeg(321, 123);
    const segment = 4 + picture.readUInt16BE(4) - 2 + 2;
    const stray = [picture.subarray(0, segment), Buffer.from("00abcdffff", "hex"), picture.subarray(segment)];
    assert.deepEqual(imageSizeOf(Buffer.concat(stray), "image/jpeg"), { width: 321, height: 123 });
    assert.deepEqual(imageSizeOf(picture.subarray(0, -2), "image/jpeg"), { width: 321, height: 123 });
  });

  it("are those of the first picture in files that hold several", async () => {
    const [photo, preview] = [await jpeg(320, 240), await jpeg(32, 24)];
    assert.deepEqual(imageSizeOf(Buffer.concat([photo, preview]), "image/jpeg"), { width: 320, height: 240 });
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
