import sharp from "sharp";

/** A real JPEG of this size. */
export function jpeg(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#456" } })
    .jpeg()
    .toBuffer();
}

/** A real PNG of this size. */
export function png(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#456" } })
    .png()
    .toBuffer();
}
