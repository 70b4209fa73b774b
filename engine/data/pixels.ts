/** One decoded image, grey or RGB, 8 bits a channel. */
import type { DecodedImage } from "./dataset";
import { resize } from "./resize";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 when every pixel is grey, otherwise 3. */
  readonly channels: 1 | 3;
  /** height × width × channels */
  readonly values: Uint8Array;
}

/** Transparent parts are laid on white, as an image viewer shows them. */
export function toPixels({ width, height, rgba }: DecodedImage): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  let grey = true;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = rgba[pixel * 4 + 3] / 255;
    for (let channel = 0; channel < 3; channel++)
      rgb[pixel * 3 + channel] = Math.round(rgba[pixel * 4 + channel] * alpha + 255 * (1 - alpha));
    grey &&= rgb[pixel * 3] === rgb[pixel * 3 + 1] && rgb[pixel * 3] === rgb[pixel * 3 + 2];
  }
  if (!grey) return { width, height, channels: 3, values: rgb };
  return {
    width,
    height,
    channels: 1,
    values: Uint8Array.from({ length: width * height }, (_, pixel) => rgb[pixel * 3]),
  };
}

export function scaleTo(image: Pixels, size: { readonly width: number; readonly height: number }): Pixels {
  if (image.width === size.width && image.height === size.height) return image;
  return { ...image, ...size, values: resize(image.values, image, size, image.channels) };
}

/** Writes it as one sample (channels, H, W) in [0, 1], starting at `offset`. */
export function writeSample(image: Pixels, target: Float32Array, offset: number, channels: number): void {
  const plane = image.width * image.height;
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < plane; pixel++)
      target[offset + channel * plane + pixel] = valueAt(image, pixel, channel, channels) / 255;
  }
}

function valueAt(
  { values, channels: own }: Pixels,
  pixel: number,
  channel: number,
  channels: number,
): number {
  if (own === 1) return values[pixel];
  if (channels === 3) return values[pixel * 3 + channel];
  // Luma of ITU-R BT.601, as Pillow's convert("L")
  return 0.299 * values[pixel * 3] + 0.587 * values[pixel * 3 + 1] + 0.114 * values[pixel * 3 + 2];
}
