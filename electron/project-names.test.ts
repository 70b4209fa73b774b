import { expect, test } from "vitest";
import { isProjectName, offeredName } from "./project-names";

test("a project is offered a name by which the system finds its program again", () => {
  expect(offeredName("iris.loom.json", "linux")).toBe("iris.loom.json");
  expect(offeredName("iris.loom.json", "win32")).toBe("iris.loom");
  expect(offeredName("my.net", "darwin")).toBe("my.net.loom");
});

test("both endings are a project's", () => {
  expect(["a.loom", "a.loom.json", "a.json", "loom"].filter(isProjectName)).toEqual([
    "a.loom",
    "a.loom.json",
  ]);
});
