import { strToU8, zipSync } from "fflate";
import { expect, it } from "vitest";
import type { ImageDecoder } from "./dataset";
import { openData } from "./open";

/** A grey picture of one pixel, as bright as the file's first byte. */
const decode: ImageDecoder = async ([value]) => ({
  width: 1,
  height: 1,
  rgba: Uint8Array.of(value, value, value, 255),
});

function zip(entries: readonly string[], path = "marks.zip") {
  const files = Object.fromEntries(entries.map((name, index) => [name, Uint8Array.of(index)]));
  return { path, bytes: zipSync(files) };
}

it("a ZIP file is opened like the folder in it, and the project names the file", async () => {
  const entries = ["marks/木/1.png", "marks/木/2.png", "marks/火/1.png", "__MACOSX/marks/木/1.png"];
  const opened = await openData([zip(entries)], null, decode);
  if (!opened.ok) throw new Error(opened.error.message.en);
  const { dataset, settings } = opened.value;
  expect(dataset).toMatchObject({ name: "marks", rows: 3, classes: ["木", "火"] });
  expect(Array.from(dataset.tensors.label.values)).toEqual([0, 0, 1]);
  expect(Array.from(dataset.tensors.image.values, (value) => Math.round(value * 255))).toEqual([0, 1, 2]);
  expect(settings.source).toEqual({ kind: "images", folder: "marks.zip" });
});

it("class folders without one around them take the archive's name", async () => {
  const opened = await openData([zip(["a/1.png", "b/1.png"])], null, decode);
  expect(opened).toMatchObject({ ok: true, value: { dataset: { name: "marks", classes: ["a", "b"] } } });
});

it.each([
  ["zip-no-images", zip(["marks/readme.txt", "marks/.hidden.png"])],
  ["zip-broken", { path: "marks.zip", bytes: zip(["a/1.png", "b/1.png"]).bytes.slice(0, 40) }],
  ["zip-broken", { path: "marks.zip", bytes: strToU8("PK\u0003\u0004 and no more") }],
  ["one-class", zip(["marks/a/1.png"])],
])("%s is an error", async (code, file) => {
  expect(await openData([file], null, decode)).toMatchObject({ ok: false, error: { code } });
});
