import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type DataSettings, defaultData } from "../graph/project";
import type { ImageDecoder, InputFile } from "./dataset";
import { openData } from "./open";
import { prepare } from "./prepare";
import { summarize } from "./summarize";

const decode: ImageDecoder = async (bytes) => ({
  width: 1,
  height: 1,
  rgba: Uint8Array.of(bytes[0], bytes[0], bytes[0], 255),
});

function text(path: string, content: string): InputFile {
  return { path, bytes: new TextEncoder().encode(content) };
}

function picture(path: string, grey: number): InputFile {
  return { path, bytes: Uint8Array.of(grey) };
}

async function sample(name: string): Promise<InputFile> {
  return { path: name, bytes: new Uint8Array(await readFile(`assets/datasets/${name}`)) };
}

async function opened(files: readonly InputFile[], settings: DataSettings | null = null, target?: string) {
  const result = await openData(files, settings, decode, target);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value;
}

test("a CSV alone gets settings by looking", async () => {
  const { settings, sourceColumns, previewRows } = await opened([await sample("iris.csv")]);
  const source = { kind: "csv", file: "iris.csv", target: "species", task: "classification" };
  expect(settings).toEqual({ ...defaultData, source });
  expect(sourceColumns).toEqual(["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]);
  expect(previewRows).toHaveLength(150);
  expect(previewRows[0]).toEqual(["5.1", "3.5", "1.4", "0.2", "setosa"]);
});

test("another target can be asked for, and its task is found", async () => {
  const { dataset, settings } = await opened([text("a.csv", "x,y\n1,0.5\n2,0.7\n3,0.5\n")], null, "x");
  expect(settings.source).toMatchObject({ target: "x", task: "regression" });
  expect(dataset.columns).toEqual(["y"]);
});

test("settings that are given are kept, the file's place among them", async () => {
  const settings: DataSettings = {
    source: { kind: "csv", file: "../data/a.csv", target: "y", task: "regression" },
    validation_split: 0.3,
    standardize: false,
    split_seed: 9,
  };
  const result = await opened([text("a.csv", "x,y\n1,0\n2,1\n3,0\n4,1\n")], settings);
  expect(result.settings).toEqual(settings);
  expect(result.dataset.classes).toEqual([]);
});

test("settings for another kind of files keep all but the source", async () => {
  const settings: DataSettings = {
    ...defaultData,
    source: { kind: "images", folder: "d" },
    validation_split: 0.5,
  };
  const result = await opened([text("a.tsv", "x\ty\n1\tu\n2\tv\n")], settings);
  expect(result.settings).toMatchObject({ source: { kind: "csv", target: "y" }, validation_split: 0.5 });
});

test("a folder of images, whatever else the system left in it", async () => {
  const files = [
    picture("d/b/2.png", 255),
    picture("d/a/1.png", 0),
    text("d/.DS_Store", "x"),
    text("d/a/._1.png", "x"),
    text("d/__MACOSX/a/1.png", "x"),
    text("d/Thumbs.db", "x"),
  ];
  const { dataset, settings } = await opened(files);
  expect(dataset).toMatchObject({ rows: 2, classes: ["a", "b"] });
  expect(settings.source).toEqual({ kind: "images", folder: "d" });
});

test("an IDX pair in either order", async () => {
  const files = await Promise.all(
    ["digits8x8-labels-idx1-ubyte.gz", "digits8x8-images-idx3-ubyte.gz"].map(sample),
  );
  const { dataset, settings } = await opened(files);
  expect(dataset.rows).toBe(1797);
  expect(settings.source).toEqual({ kind: "idx", images: files[1].path, labels: files[0].path });
});

test.each([
  ["nothing", [], "data-no-files", "CSV"],
  ["hidden files alone", [text("d/.DS_Store", "x")], "data-no-files", "CSV"],
  [
    "half a pair",
    [{ path: "t-images-idx3-ubyte.gz", bytes: Uint8Array.of(0x1f, 0x8b) }],
    "data-one-idx",
    "labels file",
  ],
  ["two tables", [text("a.csv", "x"), text("b.csv", "x")], "data-several", "a.csv, b.csv"],
  ["a workbook", [text("a.xlsx", "PK")], "data-unknown", "Save it as CSV"],
  ["something else", [text("a.pdf", "%PDF")], "data-unknown", "a.pdf"],
])("%s is an error that says what to choose", async (_, files, code, words) => {
  const result = await openData(files, null, decode);
  if (result.ok) throw new Error("it was opened");
  expect(result.error.code).toBe(code);
  expect(result.error.message.en).toContain(words);
});

test("the summary shows rows of a table", async () => {
  const data = await opened([await sample("wine.csv")]);
  const prepared = prepare(data.dataset, data.settings);
  if (!prepared.ok) throw new Error(prepared.error.message.en);
  const summary = summarize(data, prepared.value);
  expect(summary).toMatchObject({
    trainRows: 142,
    validationRows: 36,
    classCounts: [59, 71, 48],
    thumbnails: [],
  });
  expect(summary.tensors).toEqual({
    features: { shape: [13], dtype: "float32" },
    label: { shape: [], dtype: "int64" },
  });
  expect(summary.dataset).not.toHaveProperty("tensors");
  expect(summary.preview.header).toHaveLength(14);
  expect(summary.preview.rows).toHaveLength(178);
  expect(structuredClone(summary)).toEqual(summary);
});

test("the summary shows pictures of every class, as they are in the file", async () => {
  const files = Array.from({ length: 60 }, (_, index) =>
    picture(`d/${index < 40 ? "a" : "b"}/${index}.png`, index),
  );
  const data = await opened(files);
  const prepared = prepare(data.dataset, data.settings);
  if (!prepared.ok) throw new Error(prepared.error.message.en);
  const { thumbnails, classCounts, preview } = summarize(data, prepared.value);
  expect(thumbnails.map(({ label }) => label)).toEqual([...Array(20).fill("a"), ...Array(20).fill("b")]);
  expect(Array.from(thumbnails[20].rgba)).toEqual([40, 40, 40, 255]);
  expect(classCounts).toEqual([40, 20]);
  expect(preview).toEqual({ header: [], rows: [] });
});

test("a set that is computed needs no files, and keeps its settings", async () => {
  const source = { kind: "synthetic", set: "spirals", rows: 30, noise: 0, seed: 2 } as const;
  const settings = { ...defaultData, source };
  const opened = await openData([], settings, decode);
  expect(opened).toMatchObject({ ok: true, value: { dataset: { name: "spirals", rows: 30 }, settings } });
  const many = await openData([], { ...settings, source: { ...source, rows: 1e9 } }, decode);
  expect(many).toMatchObject({ ok: false, error: { code: "data-rows" } });
});
