/** The app is killed, as by a power cut, before every single file operation of a save and in the middle of every write. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tensorloom-killed-"));
  await build({
    configFile: false,
    logLevel: "warn",
    build: {
      ssr: path.join(import.meta.dirname, "killed.fixture.ts"),
      outDir: folder,
      target: "node20",
      emptyOutDir: false,
      rolldownOptions: { output: { format: "cjs", entryFileNames: "program.cjs" } },
    },
    ssr: { noExternal: true },
  });
  program = path.join(folder, "program.cjs");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Kill {
  readonly what: "save" | "autosave";
  readonly at: number;
}

/** Runs the save in a process of its own, which dies at the operation with this number, and looks at what is left. */
function killed({ what, at }: Kill, prepare: (place: string) => void) {
  const place = mkdtempSync(path.join(folder, `${what}-`));
  prepare(place);
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [program, what, place, String(at)]);
  if (signal === null && status !== 0) throw new Error(stderr.toString());
  const read = (name: string) =>
    existsSync(path.join(place, name)) ? readFileSync(path.join(place, name), "utf8") : null;
  return {
    read,
    place,
    died: signal === "SIGKILL",
    operations: stdout.toString().split("\n").filter(Boolean),
  };
}

const [older, old, fresh] = ["older", "old", "fresh"].map((word) => word.repeat(1000));

function twoSaves(place: string): void {
  writeFileSync(path.join(place, "a.loom.json"), old);
  writeFileSync(path.join(place, "a.loom.json.bak"), older);
}

test("a save that is killed leaves the file as it was or as it is to be, and a whole backup", () => {
  const whole = killed({ what: "save", at: Infinity }, twoSaves);
  expect(whole.died).toBe(false);
  expect(whole.operations).toEqual(
    expect.arrayContaining(["copyFile", "copyFile half", "rename", "writeFile", "writeFile half", "sync"]),
  );
  expect([whole.read("a.loom.json"), whole.read("a.loom.json.bak")]).toEqual([fresh, old]);
  expect(readdirSync(whole.place).toSorted()).toEqual(["a.loom.json", "a.loom.json.bak"]);

  const seen = new Set<string | null>();
  for (let at = 0; at < whole.operations.length; at++) {
    const { read, died, operations } = killed({ what: "save", at }, twoSaves);
    expect(died).toBe(true);
    const where = `killed before ${whole.operations[at]}, after ${operations.join(", ")}`;
    const [file, backup] = [read("a.loom.json"), read("a.loom.json.bak")];
    expect([old, fresh], where).toContain(file);
    expect([older, old], where).toContain(backup);
    seen.add(file);
  }
  expect(seen).toEqual(new Set([old, fresh]));
});

test("an autosave that is killed leaves the journal before it or the one that it writes", () => {
  const prepare = (place: string) => writeFileSync(path.join(place, "autosave.json"), old);
  const whole = killed({ what: "autosave", at: Infinity }, prepare);
  expect(whole.read("autosave.json")).toBe(fresh);
  for (let at = 0; at < whole.operations.length; at++) {
    const { read, died } = killed({ what: "autosave", at }, prepare);
    expect(died).toBe(true);
    expect([old, fresh], `killed before ${whole.operations[at]}`).toContain(read("autosave.json"));
  }
});
