import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { examples } from "./examples";

it("lists every file once, each with its text", () => {
  const files = readdirSync("assets/examples").map((file) => file.replace(".loom.json", ""));
  expect(examples.map(({ name }) => name).sort()).toEqual(files.sort());
  expect(examples.filter(({ text }) => typeof text !== "string" || !text.startsWith("{"))).toEqual([]);
});

it("says each in one line, and what it reaches in a shorter one, in both languages", () => {
  const long = examples.filter(
    ({ about, reaches }) =>
      Math.max(about.en.length, about.zh.length) > 50 || Math.max(reaches.en.length, reaches.zh.length) > 36,
  );
  expect(long.map(({ name }) => name)).toEqual([]);
});
