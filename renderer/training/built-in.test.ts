import { expect, test } from "vitest";
import { parseProject } from "../../engine";
import { examples } from "../examples";
import { builtInOf, readBuiltIn } from "./built-in";

test("every example's data come with the app", () => {
  const missing = examples.filter(({ text }) => {
    const parsed = parseProject(text);
    const source = parsed.ok ? parsed.project.data.source : null;
    return source === null || builtInOf(source) === undefined;
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("a computed set needs no files, whatever its rows", async () => {
  const builtIn = builtInOf({ kind: "synthetic", set: "moons", rows: 7, noise: 0, seed: 3 });
  expect(builtIn?.id).toBe("moons");
  if (builtIn) expect(await readBuiltIn(builtIn)).toEqual([]);
});
