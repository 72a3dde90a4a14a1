/** A picture in memory: red, green and blue bytes of each pixel, row by row, without gaps. */
export interface Image {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Copies the picture onto a black canvas, its upper left corner at `left`, `top`. The canvas must be large enough. */
export function onCanvas(image: Image, canvasWidth: number, canvasHeight: number, left = 0, top = 0): Image {
  if (image.width === canvasWidth && image.height === canvasHeight) return image;
  const data = new Uint8Array(canvasWidth * canvasHeight * 3);
  for (let y = 0; y < image.height; y++) {
    data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((y + top) * canvasWidth + left) * 3);
  }
  return { data, width: canvasWidth, height: canvasHeight };
}
