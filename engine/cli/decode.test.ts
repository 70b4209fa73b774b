import { readFile } from "node:fs/promises";
import { encode } from "fast-png";
import sharp from "sharp";
import { expect, test } from "vitest";
import { readImages } from "../data/images";
import { decodeImage } from "./decode";
import { readChosen } from "./files";

const red = [200, 30, 30] as const;

async function firstPixel(bytes: Uint8Array) {
  const { rgba } = await decodeImage(bytes, "x");
  return Array.from(rgba.slice(0, 4));
}

const image = (channels: 3 | 4, background: { r: number; g: number; b: number; alpha?: number }) =>
  sharp({ create: { width: 3, height: 2, channels, background } });
const opaque = image(3, { r: red[0], g: red[1], b: red[2] });

test("the digits folder is read as a person would expect", async () => {
  const result = await readImages(await readChosen("assets/datasets/digits-folder"), decodeImage);
  if (!result.ok) throw new Error(result.error.message.en);
  const { dataset, notes } = result.value;
  expect(dataset).toMatchObject({ name: "digits-folder", rows: 600, classes: "0123456789".split("") });
  expect(notes).toEqual([]);
  const { image, label } = dataset.tensors;
  expect(image.shape).toEqual([1, 28, 28]);
  expect([label.values[0], label.values[59], label.values[60], label.values[599]]).toEqual([0, 0, 1, 9]);
  const { data } = await sharp("assets/datasets/digits-folder/0/000.png")
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(Array.from(image.values.slice(0, 784), (value) => Math.round(value * 255))).toEqual(
    Array.from(data),
  );
});

test.each([
  ["RGB", opaque.clone().png()],
  ["a palette", opaque.clone().png({ palette: true })],
  ["interlaced rows", opaque.clone().png({ progressive: true })],
])("PNG with %s", async (_, picture) => {
  expect(await firstPixel(await picture.toBuffer())).toEqual([...red, 255]);
});

test("PNG with alpha", async () => {
  const picture = image(4, { r: 200, g: 30, b: 30, alpha: 0.2 });
  expect(await firstPixel(await picture.png().toBuffer())).toEqual([...red, 51]);
});

test("PNG with grey and alpha", async () => {
  const png = encode({ width: 1, height: 1, channels: 2, depth: 8, data: Uint8Array.of(90, 128) });
  expect(await firstPixel(png)).toEqual([90, 90, 90, 128]);
});

test("PNG with 16 bits", async () => {
  const png = encode({ width: 1, height: 1, channels: 1, depth: 16, data: Uint16Array.of(0x80ff) });
  expect(await firstPixel(png)).toEqual([128, 128, 128, 255]);
});

test.each([1, 2, 4] as const)("PNG with %d bits of grey", async (depth) => {
  const most = 2 ** depth - 1;
  // Eleven pixels, so that the rows do not end with a byte
  const row = Uint8Array.from({ length: 11 }, (_, column) => column % (most + 1));
  const packed = packBits(row, depth);
  const png = encode({ width: 11, height: 2, channels: 1, depth, data: Uint8Array.of(...packed, ...packed) });
  const { rgba } = await decodeImage(png, "x");
  const expected = Array.from(row, (value) => (value * 255) / most);
  expect(Array.from({ length: 22 }, (_, pixel) => rgba[pixel * 4])).toEqual([...expected, ...expected]);
});

function packBits(values: Uint8Array, depth: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * depth) / 8));
  values.forEach((value, index) => {
    const bit = index * depth;
    bytes[bit >> 3] |= value << (8 - depth - (bit & 7));
  });
  return bytes;
}

test("JPEG", async () => {
  const [r, g, b, alpha] = await firstPixel(await opaque.clone().jpeg({ quality: 95 }).toBuffer());
  for (const [value, expected] of [
    [r, 200],
    [g, 30],
    [b, 30],
  ])
    expect(Math.abs(value - expected)).toBeLessThan(6);
  expect(alpha).toBe(255);
});

test("grey JPEG", async () => {
  const [r, g, b] = await firstPixel(await opaque.clone().greyscale().jpeg().toBuffer());
  expect(g).toBe(r);
  expect(b).toBe(r);
});

test.each([
  ["cut off", async () => (await readFile("assets/datasets/digits-folder/0/000.png")).subarray(0, 120)],
  ["text", async () => new TextEncoder().encode("hello")],
  ["empty", async () => new Uint8Array(0)],
  ["a JPEG cut off", async () => (await opaque.clone().jpeg().toBuffer()).subarray(0, 100)],
])("what is %s throws", async (_, bytes) => {
  await expect(decodeImage(await bytes(), "x.png")).rejects.toThrow();
});
