import { expect, test } from "vitest";
import type { BrowserFile } from "./host-browser";
import { dataName, openedData } from "./host-browser";

const file = (name: string, webkitRelativePath = ""): BrowserFile => ({
  name,
  webkitRelativePath,
  arrayBuffer: async () => new TextEncoder().encode(name).buffer,
});

test("a folder's files keep their path and come in a fixed order, without the system's own files", async () => {
  const data = await openedData([
    file("001.png", "digits/1/001.png"),
    file(".DS_Store", "digits/.DS_Store"),
    file("000.png", "digits/0/000.png"),
    file("Thumbs.db", "digits/1/Thumbs.db"),
  ]);
  expect(data?.name).toBe("digits");
  expect(data?.files.map(({ path }) => path)).toEqual(["digits/0/000.png", "digits/1/001.png"]);
  expect(new TextDecoder().decode(data?.files[1].bytes)).toBe("001.png");
});

test("files chosen one by one are known by their name", async () => {
  expect((await openedData([file("iris.csv")]))?.files[0].path).toBe("iris.csv");
  expect(dataName(["iris.csv"])).toBe("iris.csv");
  expect(await openedData([])).toBeNull();
});
