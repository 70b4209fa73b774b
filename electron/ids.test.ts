import { expect, test } from "vitest";
import { createIdTable } from "./ids";

test("an id stands for one path, says its name and nothing of its folder", () => {
  const ids = createIdTable();
  const granted = ids.grant("/home/someone/iris.loom.json");
  expect(granted.name).toBe("iris.loom.json");
  expect(granted.id).not.toContain("home");
  expect(ids.pathOf(granted.id)).toBe("/home/someone/iris.loom.json");
  expect(ids.grant("/home/someone/iris.loom.json")).toEqual(granted);
  expect(ids.grant("/home/someone/other.loom.json").id).not.toBe(granted.id);
});

test("an id that was never granted leads nowhere", () => {
  const ids = createIdTable();
  ids.grant("/home/someone/iris.loom.json");
  expect(ids.pathOf("/home/someone/iris.loom.json")).toBeNull();
  expect(ids.pathOf(crypto.randomUUID())).toBeNull();
});
