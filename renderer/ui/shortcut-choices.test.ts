import { expect, test } from "vitest";
import { type Bound, shortcutsOf, withChoice, withoutChoice } from "./shortcut-choices";

const undo: Bound = { id: "undo", shortcuts: ["Mod+Z"] };
const redo: Bound = { id: "redo", shortcuts: ["Mod+Shift+Z", "Mod+Y"] };
const costs: Bound = { id: "costs" };
const all = [undo, redo, costs];
const bound = (choices: Record<string, string>) =>
  all.map((command) => shortcutsOf(command, choices).join(" "));

test("a shortcut that is chosen takes the place of the usual ones", () => {
  expect(bound({})).toEqual(["Mod+Z", "Mod+Shift+Z Mod+Y", ""]);
  expect(bound(withChoice({}, all, redo, "Mod+R"))).toEqual(["Mod+Z", "Mod+R", ""]);
  expect(bound(withChoice({}, all, costs, "F"))).toEqual(["Mod+Z", "Mod+Shift+Z Mod+Y", "F"]);
});

test("whoever has it loses it, and no shortcut is ever two commands'", () => {
  const taken = withChoice({}, all, costs, "Mod+Shift+Z");
  expect(bound(taken)).toEqual(["Mod+Z", "Mod+Y", "Mod+Shift+Z"]);
  expect(bound(withChoice(taken, all, costs, "Mod+Z"))).toEqual(["", "Mod+Y", "Mod+Z"]);
});

test("back to the usual one, where it is free", () => {
  const taken = withChoice({}, all, costs, "Mod+Z");
  expect(bound(withoutChoice(taken, all, undo))).toEqual(["", "Mod+Shift+Z Mod+Y", "Mod+Z"]);
  const freed = withoutChoice(taken, all, costs);
  expect(bound(withoutChoice(freed, all, undo))).toEqual(["Mod+Z", "Mod+Shift+Z Mod+Y", ""]);
  expect(bound(withoutChoice(withChoice({}, all, costs, "Mod+Y"), all, redo))).toEqual([
    "Mod+Z",
    "Mod+Shift+Z",
    "Mod+Y",
  ]);
});
