/** Image decoding in Node: PNG and JPEG. */
import { convertIndexedToRgb, type DecodedPng, decode as decodePng, hasPngSignature } from "fast-png";
import jpeg from "jpeg-js";
import type { DecodedImage, ImageDecoder } from "../data/dataset";

export const decodeImage: ImageDecoder = async (bytes) => {
  if (hasPngSignature(bytes)) return fromPng(decodePng(bytes, { checkCrc: true }));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const { width, height, data } = jpeg.decode(bytes, { useTArray: true });
    return { width, height, rgba: data };
  }
  throw new Error("neither PNG nor JPEG");
};

/** Grey, grey with alpha, RGB, RGBA and palettes, of 1 to 16 bits. */
function fromPng(png: DecodedPng): DecodedImage {
  const { width, height } = png;
  const samples = png.palette ? convertIndexedToRgb(png) : eightBits(png);
  const channels = png.palette ? png.palette[0].length : png.channels;
  const alpha = channels === 2 || channels === 4 ? channels - 1 : null;
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[pixel * 4 + channel] = samples[pixel * channels + (channels < 3 ? 0 : channel)];
    rgba[pixel * 4 + 3] = alpha === null ? 255 : samples[pixel * channels + alpha];
  }
  return { width, height, rgba };
}

function eightBits({ width, height, depth, channels, data }: DecodedPng): ArrayLike<number> {
  if (depth === 8) return data;
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  // Grey of 1, 2 or 4 bits: several pixels a byte, each row padded to a whole byte
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(width / perByte);
  const most = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height * channels }, (_, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    const shift = 8 - depth * ((column % perByte) + 1);
    return (((data[row * rowBytes + Math.floor(column / perByte)] >> shift) & most) * 255) / most;
  });
}
