import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFileHandlers, safeName } from "./files";
import { HostError } from "./host-error";
import { createIdTable } from "./ids";
import { createRecents } from "./recents";

const encoded = (text: string) => new TextEncoder().encode(text);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tensorloom-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: string[]) => path.join(folder, ...parts);

/** Handlers whose dialogs are answered with these paths; null cancels. */
function filesWith(chosen: string | null) {
  const used: string[] = [];
  const recents = createRecents(at("recents.json"), 10);
  const files = createFileHandlers({
    dialogs: {
      open: async () => ({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] }),
      save: async () => ({ canceled: chosen === null, filePath: chosen ?? "" }),
    },
    ids: createIdTable(),
    recents,
    recentData: createRecents(at("recent-data.json"), 10),
    language: () => "en",
    onProjectUsed: (file) => used.push(file),
  });
  return { files, used };
}

describe("projects", () => {
  test("a project opened can be saved under its id; the one before stays as .bak and nothing else is left", async () => {
    writeFileSync(at("a.loom.json"), "first");
    const { files, used } = filesWith(at("a.loom.json"));
    const opened = await files.openProject();
    expect(new TextDecoder().decode(opened?.bytes)).toBe("first");
    await files.saveProject(opened?.id ?? "", encoded("second"), false);
    expect(readFileSync(at("a.loom.json"), "utf8")).toBe("second");
    expect(readFileSync(at("a.loom.json.bak"), "utf8")).toBe("first");
    expect(readdirSync(folder).sort()).toEqual(["a.loom.json", "a.loom.json.bak", "recents.json"]);
    expect(used).toEqual([at("a.loom.json"), at("a.loom.json")]);
  });

  test("what somebody else has written since is overwritten only when the person wants it", async () => {
    writeFileSync(at("a.loom.json"), "first");
    const { files } = filesWith(at("a.loom.json"));
    const id = (await files.openProject())?.id ?? "";
    writeFileSync(at("a.loom.json"), "other");
    expect(await files.saveProject(id, encoded("mine"), false)).toBe("changed");
    expect(readFileSync(at("a.loom.json"), "utf8")).toBe("other");

    expect(await files.saveProject(id, encoded("mine"), true)).toMatchObject({ id });
    expect(readFileSync(at("a.loom.json"), "utf8")).toBe("mine");
    expect(readFileSync(at("a.loom.json.bak"), "utf8")).toBe("other");
    expect(await files.saveProject(id, encoded("again"), false)).toMatchObject({ id });
  });

  test("a file written again with the same content, or gone, is not in the way of saving", async () => {
    writeFileSync(at("a.loom.json"), "first");
    const { files } = filesWith(at("a.loom.json"));
    const id = (await files.openProject())?.id ?? "";
    utimesSync(at("a.loom.json"), 1, 1);
    expect(await files.saveProject(id, encoded("second"), false)).toMatchObject({ id });
    rmSync(at("a.loom.json"));
    expect(await files.saveProject(id, encoded("third"), false)).toMatchObject({ id });
    expect(readFileSync(at("a.loom.json"), "utf8")).toBe("third");
  });

  test("after reading it again, what is on the disk is what may be overwritten", async () => {
    writeFileSync(at("a.loom.json"), "first");
    const { files } = filesWith(at("a.loom.json"));
    const id = (await files.openProject())?.id ?? "";
    writeFileSync(at("a.loom.json"), "other");
    await files.openRecent(id);
    expect(await files.saveProject(id, encoded("mine"), false)).toMatchObject({ id });
  });

  test("a dropped project can be saved to; a dropped picture cannot; anything else is not read", async () => {
    for (const name of ["a.loom.json", "a.png", "secret.txt"]) writeFileSync(at(name), name);
    const { files } = filesWith(null);
    const project = await files.openDropped(at("a.loom.json"));
    expect(await files.saveProject(project.id, encoded("x"), false)).toMatchObject({ name: "a.loom.json" });
    const picture = await files.openDropped(at("a.png"));
    await expect(files.saveProject(picture.id, encoded("x"), true)).rejects.toThrow("no project");
    await expect(files.openDropped(at("secret.txt"))).rejects.toThrow("secret.txt is no project");
    await expect(files.openDropped("a.loom.json")).rejects.toThrow("a.loom.json is no project");
  });

  test("a cancelled dialog gives null and writes nothing", async () => {
    const { files } = filesWith(null);
    expect(await files.openProject()).toBeNull();
    expect(await files.saveProjectAs("a", encoded("x"))).toBeNull();
    expect(await files.openDataFolder()).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a name without an ending gets the project's", async () => {
    const saved = await filesWith(at("mine")).files.saveProjectAs("mine", encoded("x"));
    expect(saved?.name).toBe("mine.loom.json");
    expect(existsSync(at("mine.loom.json"))).toBe(true);
  });

  test("an id of an export, or an unknown one, may not be saved to", async () => {
    const { files } = filesWith(at("model.ts"));
    const exported = await files.exportFile("model.ts", encoded("export {}"));
    await expect(files.saveProject(exported?.id ?? "", encoded("x"), false)).rejects.toThrow(
      "no project has this id",
    );
    await expect(files.saveProject(crypto.randomUUID(), encoded("x"), false)).rejects.toThrow(
      "no project has this id",
    );
    expect(readFileSync(at("model.ts"), "utf8")).toBe("export {}");
  });

  test("recents survive a restart, and one whose file is gone says so", async () => {
    const saved = await filesWith(at("a.loom.json")).files.saveProjectAs("a", encoded("x"));
    const { files } = filesWith(null);
    const [recent] = await files.recentProjects();
    expect(recent.name).toBe("a.loom.json");
    expect(recent.id).not.toBe(saved?.id);
    expect((await files.openRecent(recent.id))?.name).toBe("a.loom.json");
    rmSync(at("a.loom.json"));
    await expect(files.openRecent(recent.id)).rejects.toThrow(
      /a\.loom\.json could not be opened\. It or its folder/,
    );
    expect(await files.recentProjects()).toEqual([]);
  });

  test("a broken list of recents is an empty one", async () => {
    writeFileSync(at("recents.json"), '{"not": "a list"');
    expect(await filesWith(null).files.recentProjects()).toEqual([]);
  });

  test("a failing write is a sentence, and the file on disk stays as it was", async () => {
    mkdirSync(at("a.loom.json"));
    const failed = filesWith(at("a.loom.json")).files.saveProjectAs("a", encoded("x"));
    await expect(failed).rejects.toBeInstanceOf(HostError);
    await expect(failed).rejects.toThrow(/a\.loom\.json could not be written/);
    expect(readdirSync(folder)).toEqual(["a.loom.json"]);
  });

  test.skipIf(process.platform === "win32")("a link stays a link", async () => {
    writeFileSync(at("real.loom.json"), "first");
    symlinkSync(at("real.loom.json"), at("link.loom.json"));
    await filesWith(at("link.loom.json")).files.saveProjectAs("link", encoded("second"));
    expect(readFileSync(at("real.loom.json"), "utf8")).toBe("second");
    expect(existsSync(at("link.loom.json.bak"))).toBe(false);
  });
});

describe("data", () => {
  test("a folder gives every file by its way from the folder's parent, and nothing hidden", async () => {
    mkdirSync(at("digits", "7"), { recursive: true });
    mkdirSync(at("digits", ".cache"));
    for (const file of ["7/b.png", "7/a.png", "7/.DS_Store", ".cache/x.png", "Thumbs.db"]) {
      writeFileSync(at("digits", file), file);
    }
    const opened = await filesWith(at("digits")).files.openDataFolder();
    expect(opened?.name).toBe("digits");
    expect(opened?.files.map((file) => file.path)).toEqual(["digits/7/a.png", "digits/7/b.png"]);
  });

  test.skipIf(process.platform === "win32")("links out of the folder are not followed", async () => {
    mkdirSync(at("digits"));
    writeFileSync(at("secret"), "secret");
    symlinkSync(at("secret"), at("digits", "a.png"));
    symlinkSync(folder, at("digits", "up"));
    expect((await filesWith(at("digits")).files.openDataFolder())?.files).toEqual([]);
  });
});

test.each([
  ["../../etc/passwd", "-..-etc-passwd"],
  ["C:\\a?b", "C--a-b"],
  ["...", "untitled"],
  ["my net.loom.json", "my net.loom.json"],
  ["图.loom.json", "图.loom.json"],
])("the suggested name %s becomes %s", (suggested, safe) => {
  expect(safeName(suggested)).toBe(safe);
});

describe("data chosen before", () => {
  test("are found again by name, after a restart too, and only those", async () => {
    writeFileSync(at("iris.csv"), "a,b");
    writeFileSync(at("other.csv"), "a,b");
    expect(await filesWith(null).files.reopenData(["iris.csv"])).toBeNull();
    await filesWith(at("iris.csv")).files.openDataFiles();
    const { files } = filesWith(null);
    expect(await files.reopenData(["iris.csv"])).toMatchObject({ files: [{ path: "iris.csv" }] });
    expect(await files.reopenData(["other.csv"])).toBeNull();
    expect(await files.reopenData(["iris.csv", "other.csv"])).toBeNull();
    rmSync(at("iris.csv"));
    expect(await files.reopenData(["iris.csv"])).toBeNull();
  });

  test("may be a folder", async () => {
    mkdirSync(at("digits", "3"), { recursive: true });
    writeFileSync(at("digits", "3", "a.png"), "pixels");
    await filesWith(at("digits")).files.openDataFolder();
    const again = await filesWith(null).files.reopenData(["digits"]);
    expect(again).toMatchObject({ name: "digits", files: [{ path: "digits/3/a.png" }] });
  });
});
