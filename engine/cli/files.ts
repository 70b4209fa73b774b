/** Projects and their data on disk. */
import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import type { DataResult, InputFile } from "../data/dataset";
import { type OpenedDataset, openData } from "../data/open";
import { parseProject } from "../graph/parse";
import type { DataSettings, DataSource, Project } from "../graph/project";
import { decodeImage } from "./decode";
import { Stop } from "./terminal";

/** @throws Stop when it is not there or not a project */
export async function readProject(file: string): Promise<Project> {
  const parsed = parseProject(new TextDecoder().decode(await readBytes(file)));
  if (parsed.ok) return parsed.project;
  const { where, message } = parsed.error;
  const place = where === "" ? file : `${file}, ${where}`;
  throw new Stop({ en: `${place}: ${message.en}`, zh: `${place}：${message.zh}` });
}

/**
 * The project's own data: paths in a project are relative to its file. Null when it names none.
 *
 * @param target another column of a CSV than the project's
 */
export async function openProjectData(
  file: string,
  { data }: Project,
  target: string | null = null,
): Promise<DataResult<OpenedDataset> | null> {
  if (!data.source) return null;
  const paths = sourcePaths(data.source).map((each) => path.resolve(path.dirname(file), each));
  return openFiles(await readAll(paths), data, target);
}

/**
 * Data that were named on the command line: a table, a folder of images, or one or both files of an IDX pair. The
 * project's target is used where the file has it, unless another is given.
 */
export async function openGivenData(
  given: string,
  { data }: Project,
  target: string | null,
): Promise<DataResult<OpenedDataset>> {
  const files = await readChosen(given);
  const opened = await openFiles(files, data, target);
  if (opened.ok || opened.error.code !== "csv-target" || target !== null) return opened;
  return openFiles(files, { ...data, source: null }, null);
}

/** With another target than the settings have, the task is found by looking. */
function openFiles(files: readonly InputFile[], settings: DataSettings, target: string | null) {
  const known = target === null || (settings.source?.kind === "csv" && settings.source.target === target);
  return openData(files, known ? settings : { ...settings, source: null }, decodeImage, target);
}

/** What a path on the command line stands for: a file, a folder's files, or an IDX file with its other half. */
export async function readChosen(given: string): Promise<InputFile[]> {
  return readAll(await withLabels(given));
}

/** A file, or all files of a folder, with paths that begin at its name. */
async function readAll(paths: readonly string[]): Promise<InputFile[]> {
  const files = await Promise.all(paths.map(readOne));
  return files.flat();
}

export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** Written aside and then moved, so that a file that was there before stays whole whatever happens. */
export async function writeBytes(file: string, bytes: Uint8Array | string): Promise<void> {
  try {
    const existing = await stat(file).catch(() => null);
    // A pipe or a device is written to, never replaced
    if (existing && !existing.isFile()) return await writeFile(file, bytes);
    const place = existing ? await realpath(file) : file;
    await writeFile(`${place}.part`, bytes);
    await rename(`${place}.part`, place);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Asked before hours of work, so that their result will find its place. @throws Stop */
export async function expectWritable(file: string): Promise<void> {
  await access(path.dirname(file), constants.W_OK).catch((error) => Promise.reject(cannotWrite(file, error)));
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(cannotWrite(folder, error)));
}

function sourcePaths(source: DataSource): string[] {
  switch (source.kind) {
    case "csv":
      return [source.file];
    case "images":
      return [source.folder];
    case "idx":
      return [source.images, source.labels];
    case "synthetic":
      return [];
  }
}

async function readOne(file: string): Promise<InputFile[]> {
  const folder = await isFolder(file);
  if (!folder) return [{ path: path.basename(file), bytes: await readBytes(file) }];
  const root = path.dirname(path.resolve(file));
  const files: InputFile[] = [];
  // One after the other: thousands at once would run out of file handles
  for (const name of await readdir(file, { recursive: true })) {
    const inside = path.resolve(file, name);
    if (await isFolder(inside)) continue;
    files.push({
      path: path.relative(root, inside).split(path.sep).join("/"),
      bytes: await readBytes(inside),
    });
  }
  return files;
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** `t10k-images-idx3-ubyte.gz` brings `t10k-labels-idx1-ubyte` with it, packed or not. */
async function withLabels(given: string): Promise<string[]> {
  const name = path.basename(given);
  if (!/images?[-._]idx\d/.test(name)) return [given];
  const folder = path.dirname(given);
  const stem = name.replace(/(image)(s?)([-._])idx\d/, "label$2$3idx1").replace(/\.gz$/, "");
  const labels = (await readdir(folder).catch(() => [])).find(
    (each) => each === stem || each === `${stem}.gz`,
  );
  return labels === undefined ? [given] : [given, path.join(folder, labels)];
}

function cannotRead(file: string, error: unknown): Stop {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new Stop({
      en: `There is no ${file}. Check the path.`,
      zh: `找不到 ${file}。请检查路径。`,
    });
  if (code === "EISDIR")
    return new Stop({
      en: `${file} is a folder; a file is needed here.`,
      zh: `${file} 是文件夹，此处需要文件。`,
    });
  const reason = error instanceof Error ? error.message : String(error);
  return new Stop({
    en: `${file} could not be read (${reason}). Check that you may read it.`,
    zh: `无法读取 ${file}（${reason}）。请检查是否有读取权限。`,
  });
}

function cannotWrite(file: string, error: unknown): Stop {
  const reason = error instanceof Error ? error.message : String(error);
  return new Stop({
    en: `${file} could not be written (${reason}). Choose another place.`,
    zh: `无法写入 ${file}（${reason}）。请选择其他位置。`,
  });
}
