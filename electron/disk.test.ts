import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAtomically } from "./disk";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tensorloom-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
const otherId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

function leave(name: string, ageMinutes: number): string {
  const file = path.join(folder, name);
  writeFileSync(file, "half a sa");
  const then = Date.now() / 1000 - ageMinutes * 60;
  utimesSync(file, then, then);
  return name;
}

test("a save removes what an earlier one of the same file has left when it was killed, and nothing else", async () => {
  const left = leave(`.a.loom.json.${id}.tmp`, 60);
  const kept = [
    // Perhaps of a save that is under way in another window.
    leave(`.a.loom.json.${otherId}.tmp`, 1),
    leave(`.b.loom.json.${id}.tmp`, 60),
    leave(".a.loom.json.mine.tmp", 60),
    leave(`a.loom.json.${id}.tmp`, 60),
    leave(`.a.loom.json.${id}.tmp.json`, 60),
  ];
  await writeAtomically(path.join(folder, "a.loom.json"), new TextEncoder().encode("whole"), {
    backup: true,
  });
  expect(readdirSync(folder).toSorted()).toEqual(["a.loom.json", ...kept].toSorted());
  expect(readdirSync(folder)).not.toContain(left);
});

test.skipIf(process.platform === "win32")(
  "what a link stands for is swept, not where the link is",
  async () => {
    const real = path.join(folder, "real.json");
    writeFileSync(real, "before");
    symlinkSync(real, path.join(folder, "link.json"));
    leave(`.real.json.${id}.tmp`, 60);
    const kept = leave(`.link.json.${id}.tmp`, 60);
    await writeAtomically(path.join(folder, "link.json"), new TextEncoder().encode("after"), {
      backup: false,
    });
    expect(readdirSync(folder).toSorted()).toEqual([kept, "link.json", "real.json"].toSorted());
  },
);
