/**
 * `program.cjs save|autosave <folder> <number>`: saves as the app does, and kills itself before the file operation with
 * this number. Prints each operation as it begins.
 */
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import promises from "node:fs/promises";
import path from "node:path";
import { createAutosave } from "./autosave";
import { createFileHandlers } from "./files";
import { createIdTable } from "./ids";

const [what, folder, deadly] = process.argv.slice(2);
let count = 0;

function step(name: string): void {
  if (count++ === Number(deadly)) process.kill(process.pid, "SIGKILL");
  writeSync(1, `${name}\n`);
}

type Call = (...args: unknown[]) => Promise<unknown>;

/** Every function of the module and of the files that it opens is counted; those that write are also cut short. */
function watch(target: object, names: readonly string[]): void {
  for (const name of names) {
    const real = (Reflect.get(target, name) as Call).bind(target);
    const watched: Call = async (...args) => {
      step(name);
      if (name === "writeFile") {
        const bytes = args[0] as Uint8Array;
        await real(bytes.subarray(0, bytes.length / 2));
        step("writeFile half");
        return real(bytes.subarray(bytes.length / 2));
      }
      if (name === "copyFile") {
        const [from, to] = args.map(String);
        writeFileSync(to, readFileSync(from).subarray(0, 100));
        step("copyFile half");
      }
      const result = await real(...args);
      if (name === "open") watch(result as object, ["writeFile", "sync", "close"]);
      return result;
    };
    Reflect.set(target, name, watched);
  }
}

const bytes = new TextEncoder().encode("fresh".repeat(1000));
if (what === "autosave") {
  watch(promises, ["realpath", "stat", "open", "copyFile", "rename", "rm"]);
  void createAutosave(path.join(folder, "autosave.json")).write(bytes);
} else void save();

async function save(): Promise<void> {
  const file = path.join(folder, "a.loom.json");
  const files = createFileHandlers({
    dialogs: {
      open: async () => ({ canceled: false, filePaths: [file] }),
      save: async () => ({ canceled: false, filePath: file }),
    },
    ids: createIdTable(),
    recents: { paths: () => [], has: () => true, add: () => {} },
    recentData: { paths: () => [], has: () => true, add: () => {} },
    language: () => "en",
    onProjectUsed: () => {},
  });
  const opened = await files.openProject();
  if (!opened) throw new Error("the project was not opened");
  watch(promises, ["realpath", "stat", "readFile", "open", "copyFile", "rename", "rm"]);
  await files.saveProject(opened.id, bytes, false);
}
