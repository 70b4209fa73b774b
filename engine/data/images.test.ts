import { expect, test } from "vitest";
import type { DecodedImage, ImageDecoder, InputFile } from "./dataset";
import { readImages, readPlainImages } from "./images";

/** A file's bytes stand for its picture: width, height, red, green, blue. */
const decode: ImageDecoder = async ([width, height, ...colour]) => {
  if (colour.length === 0) throw new Error("cut off");
  return solid(width, height, [...colour, 255]);
};

function solid(width: number, height: number, pixel: readonly number[]): DecodedImage {
  return {
    width,
    height,
    rgba: Uint8Array.from({ length: width * height * 4 }, (_, index) => pixel[index % 4]),
  };
}

function files(record: Readonly<Record<string, readonly number[]>>): InputFile[] {
  return Object.entries(record).map(([path, bytes]) => ({ path, bytes: Uint8Array.from(bytes) }));
}

async function dataOf(record: Readonly<Record<string, readonly number[]>>) {
  const result = await readImages(files(record), decode);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value;
}

async function errorOf(record: Readonly<Record<string, readonly number[]>>) {
  const result = await readImages(files(record), decode);
  if (result.ok) throw new Error("it was read");
  return result.error;
}

test("a folder is a class, sorted by name whatever the order of the files", async () => {
  const { dataset } = await dataOf({
    "pets/狗/1.png": [1, 1, 51, 51, 51],
    "pets/cat/2.JPG": [1, 1, 102, 102, 102],
    "pets/cat/more/3.png": [1, 1, 153, 153, 153],
    "pets/cat/notes.txt": [],
  });
  expect(dataset).toMatchObject({ name: "pets", rows: 3, classes: ["cat", "狗"], columns: [] });
  expect(Array.from(dataset.tensors.label.values)).toEqual([0, 0, 1]);
  expect(Array.from(dataset.tensors.image.values)).toEqual([0.4, 0.6, 0.2].map(Math.fround));
});

test("a name in decomposed characters is the same class", async () => {
  const { dataset } = await dataOf({
    "d/caf\u00e9/1.png": [1, 1, 0, 0, 0],
    "d/cafe\u0301/2.png": [1, 1, 0, 0, 0],
    "d/tea/3.png": [1, 1, 0, 0, 0],
  });
  expect(dataset.classes).toEqual(["caf\u00e9", "tea"]);
});

test("grey images have one channel", async () => {
  const { dataset } = await dataOf({ "d/a/1.png": [3, 2, 0, 0, 0], "d/b/2.png": [3, 2, 255, 255, 255] });
  expect(dataset.tensors.image.shape).toEqual([1, 2, 3]);
  expect(Array.from(dataset.tensors.image.values)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
});

test("one colour image makes all of them RGB, channel by channel", async () => {
  const { dataset } = await dataOf({ "d/a/1.png": [1, 2, 51, 51, 51], "d/b/2.png": [1, 2, 255, 0, 51] });
  expect(dataset.tensors.image.shape).toEqual([3, 2, 1]);
  const fifth = Math.fround(0.2);
  expect(Array.from(dataset.tensors.image.values.slice(0, 6))).toEqual(Array(6).fill(fifth));
  expect(Array.from(dataset.tensors.image.values.slice(6))).toEqual([1, 1, 0, 0, fifth, fifth]);
});

test("images of another size are scaled to the most common one, and a note says so", async () => {
  const { dataset, notes } = await dataOf({
    "d/a/1.png": [2, 2, 51, 51, 51],
    "d/a/2.png": [5, 3, 102, 102, 102],
    "d/b/3.png": [2, 2, 51, 51, 51],
  });
  expect(dataset.tensors.image.shape).toEqual([1, 2, 2]);
  expect(Array.from(dataset.tensors.image.values.slice(4, 8))).toEqual(Array(4).fill(Math.fround(0.4)));
  expect(notes).toHaveLength(1);
  expect(notes[0].en).toContain("1 of 3 images");
  expect(notes[0].en).toContain("d/a/2.png");
});

test("what is transparent becomes white", async () => {
  const transparent: ImageDecoder = async () => solid(1, 1, [0, 0, 0, 0]);
  const result = await readImages(files({ "d/a/1.png": [0], "d/b/2.png": [0] }), transparent);
  expect(result.ok && Array.from(result.value.dataset.tensors.image.values)).toEqual([1, 1]);
});

test.each([
  [
    "an image that does not decode",
    { "d/a/1.png": [1, 1, 0, 0, 0], "d/b/2.png": [] },
    "image-broken",
    "d/b/2.png",
  ],
  [
    "an image beside the folders",
    { "d/1.png": [1, 1, 0, 0, 0], "d/a/2.png": [1, 1, 0, 0, 0] },
    "images-need-folders",
    "d/1.png",
  ],
  ["images without a folder", { "1.png": [1, 1, 0, 0, 0] }, "images-need-folders", "1.png"],
  ["one class", { "d/a/1.png": [1, 1, 0, 0, 0] }, "one-class", "d"],
  [
    "parts of a set",
    { "d/train/1.png": [1, 1, 0, 0, 0], "d/test/2.png": [1, 1, 0, 0, 0] },
    "images-split-folders",
    "d",
  ],
])("%s is an error that says where", async (_, record: Record<string, number[]>, code, where) => {
  const error = await errorOf(record);
  expect(error).toMatchObject({ code, where });
  expect(error.message.en).toContain(where);
  expect(error.message.zh).toContain(where);
});

test("too many pixels are an error before they fill the memory", async () => {
  const large: ImageDecoder = async () => ({ width: 2 ** 15, height: 2 ** 15, rgba: new Uint8Array(0) });
  const result = await readPlainImages(files({ "1.png": [0] }), large, [1, 2, 2]);
  expect(result).toMatchObject({ ok: false, error: { code: "images-too-large" } });
});

test("images to predict from are brought to the network's shape", async () => {
  const result = await readPlainImages(
    files({ "1.png": [4, 4, 255, 0, 0], "2.png": [2, 2, 255, 255, 255] }),
    decode,
    [1, 2, 2],
  );
  if (!result.ok) throw new Error(result.error.message.en);
  expect(result.value.shape).toEqual([1, 2, 2]);
  const luma = Math.fround(0.299);
  expect(Array.from(result.value.values)).toEqual([luma, luma, luma, luma, 1, 1, 1, 1]);
});
