import { readFile } from "node:fs/promises";
import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import type { InputFile } from "./dataset";
import { readIdx, readIdxPair } from "./idx";

function idx(path: string, dims: readonly number[], values: readonly number[]): InputFile {
  const size = dims.flatMap((dim) => [dim >>> 24, (dim >>> 16) & 255, (dim >>> 8) & 255, dim & 255]);
  return { path, bytes: Uint8Array.from([0, 0, 8, dims.length, ...size, ...values]) };
}

async function sample(name: string): Promise<InputFile> {
  return { path: name, bytes: new Uint8Array(await readFile(`assets/datasets/${name}`)) };
}

const images = idx("a-images-idx3-ubyte", [2, 1, 2], [0, 51, 255, 0]);
const labels = idx("a-labels-idx1-ubyte", [2], [2, 0]);

test.each([
  ["mnist10k", 10_000, 28],
  ["digits8x8", 1797, 8],
])("%s is read from its gzip files", async (name, rows, side) => {
  const [images, labels] = await Promise.all([
    sample(`${name}-images-idx3-ubyte.gz`),
    sample(`${name}-labels-idx1-ubyte.gz`),
  ]);
  const result = readIdxPair([images, labels]);
  if (!result.ok) throw new Error(result.error.message.en);
  const { dataset } = result.value;
  expect(dataset).toMatchObject({ name, rows, classes: "0123456789".split("") });
  const { image, label } = dataset.tensors;
  expect(image).toMatchObject({ shape: [1, side, side], dtype: "float32" });
  expect(image.values).toHaveLength(rows * side * side);
  expect(Float32Array.from(image.values).reduce((a, b) => Math.max(a, b))).toBe(1);
  expect(label.values).toHaveLength(rows);
});

test.each([
  ["images first", images, labels],
  ["labels first", labels, images],
  ["gzip", { ...images, bytes: gzipSync(images.bytes) }, { ...labels, bytes: gzipSync(labels.bytes) }],
])("a pair is read: %s", (_, first, second) => {
  const result = readIdxPair([first, second]);
  if (!result.ok) throw new Error(result.error.message.en);
  expect(result.value).toMatchObject({ images: images.path, labels: labels.path });
  expect(result.value.dataset).toMatchObject({ name: "a", rows: 2, classes: ["0", "1", "2"] });
  expect(Array.from(result.value.dataset.tensors.image.values)).toEqual([0, Math.fround(0.2), 1, 0]);
  expect(Array.from(result.value.dataset.tensors.label.values)).toEqual([2, 0]);
});

test("four dimensions are (N, C, H, W)", () => {
  const result = readIdxPair([idx("i", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]), labels]);
  expect(result.ok && result.value.dataset.tensors.image.shape).toEqual([3, 1, 1]);
});

test.each([
  ["cut off", { path: "x", bytes: images.bytes.slice(0, -1) }, "idx-length", "cut off"],
  ["cut off in the header", { path: "x", bytes: images.bytes.slice(0, 7) }, "idx-length", "cut off"],
  [
    "longer than it says",
    { path: "x", bytes: Uint8Array.from([...images.bytes, 1]) },
    "idx-length",
    "21 bytes where",
  ],
  ["empty", { path: "x", bytes: new Uint8Array(0) }, "idx-magic", "not an IDX file"],
  ["something else", { path: "x", bytes: new TextEncoder().encode("hello") }, "idx-magic", "68 65 6c 6c"],
  ["of floats", { path: "x", bytes: Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0) }, "idx-type", "0xd"],
  [
    "a gzip file cut off",
    { path: "x", bytes: gzipSync(images.bytes).slice(0, 20) },
    "gzip-broken",
    "unpacked",
  ],
])("a file that is %s is an error", (_, file, code, words) => {
  const result = readIdx(file);
  if (result.ok) throw new Error("it was read");
  expect(result.error).toMatchObject({ code, where: "x" });
  expect(result.error.message.en).toContain(words);
});

test.each([
  ["counts differ", images, idx("l", [3], [0, 1, 2]), "idx-count", "2 images"],
  ["two images files", images, images, "idx-pair", "2×1×2"],
  ["two labels files", labels, labels, "idx-pair", "shapes are 2 and 2"],
  ["one class", images, idx("l", [2], [3, 3]), "one-class", "the same"],
])("a pair is an error: %s", (_, first, second, code, words) => {
  const result = readIdxPair([first, second]);
  if (result.ok) throw new Error("it was read");
  expect(result.error.code).toBe(code);
  expect(result.error.message.en).toContain(words);
});
