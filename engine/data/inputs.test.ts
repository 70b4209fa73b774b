import { expect, test } from "vitest";
import type { ImageDecoder, InputFile } from "./dataset";
import { readInputs, type TrainedWith } from "./inputs";

const decode: ImageDecoder = async ([grey]) => ({
  width: 1,
  height: 1,
  rgba: Uint8Array.of(grey, grey, grey, 255),
});

const table: TrainedWith = {
  tensors: { features: { shape: [2], dtype: "float32" } },
  classes: ["u", "v"],
  columns: ["a", "b"],
  target: "y",
};
const pictures: TrainedWith = {
  tensors: { image: { shape: [1, 1, 1], dtype: "float32" } },
  classes: ["0", "1"],
  columns: [],
  target: null,
};

function csv(text: string): InputFile {
  return { path: "a.csv", bytes: new TextEncoder().encode(text) };
}

function picture(path: string, grey: number): InputFile {
  return { path, bytes: Uint8Array.of(grey) };
}

const idxImages = { path: "i", bytes: Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 255) };
const idxLabels = { path: "l", bytes: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 0) };

async function inputsOf(files: readonly InputFile[], trained: TrainedWith) {
  const result = await readInputs(files, trained, decode);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value;
}

test("a table's columns are found by name, in the order of training", async () => {
  const inputs = await inputsOf([csv("b,note,a\n1,x,2\n3,y,4\n")], table);
  expect(Array.from(inputs.tensors.features.values)).toEqual([2, 1, 4, 3]);
  expect(inputs).toMatchObject({ rows: 2, names: ["1", "2"], labels: null });
});

test("the target is read where the table has it", async () => {
  expect((await inputsOf([csv("a,b,y\n1,2,v\n3,4,u\n")], table)).labels).toEqual(["v", "u"]);
});

test("images may lie anywhere; their folders are labels only when all are classes", async () => {
  const loose = await inputsOf([picture("2.png", 0), picture("1.png", 255)], pictures);
  expect(loose).toMatchObject({ rows: 2, names: ["1.png", "2.png"], labels: null });
  expect(Array.from(loose.tensors.image.values)).toEqual([1, 0]);
  const sorted = await inputsOf([picture("d/1/a.png", 0), picture("d/0/b.png", 0)], pictures);
  expect(sorted).toMatchObject({ names: ["d/0/b.png", "d/1/a.png"], labels: ["0", "1"] });
});

test("IDX images may come alone or with labels, in any order", async () => {
  expect(await inputsOf([idxImages], pictures)).toMatchObject({ rows: 2, labels: null });
  const both = await inputsOf([idxLabels, idxImages], pictures);
  expect(both).toMatchObject({ rows: 2, names: ["1", "2"], labels: ["1", "0"] });
  expect(Array.from(both.tensors.image.values)).toEqual([0, 1]);
});

test.each([
  ["a column is missing", [csv("a,c\n1,2\n")], table, "csv-column", "no column b"],
  ["images for a table", [picture("1.png", 0)], table, "inputs-kind", "with a table"],
  ["a table for images", [csv("a,b\n1,2\n")], pictures, "inputs-kind", "with images"],
  ["labels alone", [idxLabels], pictures, "inputs-kind", "with images"],
  [
    "images of another size",
    [idxImages],
    { ...pictures, tensors: { image: { shape: [1, 2, 2], dtype: "float32" } } } satisfies TrainedWith,
    "inputs-shape",
    "1×1×1",
  ],
])("it is an error: %s", async (_, files, trained, code, words) => {
  const result = await readInputs(files, trained, decode);
  if (result.ok) throw new Error("it was read");
  expect(result.error.code).toBe(code);
  expect(result.error.message.en).toContain(words);
});
