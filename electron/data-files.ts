/** Reads what a person chose as data: single files, or a folder with everything in it. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { readBytes } from "./disk";
import { HostError } from "./host-error";
import type { Response } from "./ipc";

type OpenedData = NonNullable<Response<"openDataFiles">>;

/** What travels to the renderer in one message has to fit in memory a few times over. */
const limitBytes = 2 ** 31;

/** Names that systems leave behind in folders, beside everything that starts with a dot. */
const leftovers = new Set(["Thumbs.db", "desktop.ini", "__MACOSX"]);

export async function readDataFiles(paths: readonly string[]): Promise<OpenedData> {
  const names = paths.map((file) => path.basename(file));
  return { name: names.join(", "), files: await readAll(paths, (file) => path.basename(file)) };
}

/** Every file under `folder`, its path counted from the folder's parent. Links are not followed: they may lead out of it. */
export async function readDataFolder(folder: string): Promise<OpenedData> {
  const name = path.basename(folder);
  const paths = (await filesUnder(folder)).sort();
  const relative = (file: string) => [name, ...path.relative(folder, file).split(path.sep)].join("/");
  return { name, files: await readAll(paths, relative) };
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const visible = entries.filter((entry) => !entry.name.startsWith(".") && !leftovers.has(entry.name));
  const nested = await Promise.all(
    visible.filter((entry) => entry.isDirectory()).map((entry) => filesUnder(path.join(folder, entry.name))),
  );
  const files = visible.filter((entry) => entry.isFile()).map((entry) => path.join(folder, entry.name));
  return [...files, ...nested.flat()];
}

async function readAll(
  paths: readonly string[],
  relative: (file: string) => string,
): Promise<OpenedData["files"]> {
  const files: OpenedData["files"] = [];
  let total = 0;
  for (const file of paths) {
    const bytes = await readBytes(file);
    total += bytes.byteLength;
    if (total > limitBytes) {
      throw new HostError({
        en: "These files are larger than 2 GiB together, more than can be read at once: choose fewer.",
        zh: "这些文件总计超过 2 GiB，无法一次读取：请减少选择的文件。",
      });
    }
    files.push({ path: relative(file), bytes });
  }
  return files;
}
