/** Reading and writing files so that nothing is lost and every failure is a sentence. */
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFile,
  lstat,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import path from "node:path";
import { HostError } from "./host-error";
import type { LocalText } from "./ipc";

/** @throws HostError naming the file and what is wrong with it. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw asHostError(error, file, { en: "opened", zh: "打开" });
  }
}

/**
 * Puts the bytes into a new file beside the old one, waits until they are on the disk, and only then swaps the names:
 * whatever happens in between, the old file is whole. With `backup` the old content stays as `<file>.bak`, which is made
 * in the same way, so that there is always a whole one of each.
 *
 * @throws HostError naming the file and what is wrong; the file is as it was.
 */
export async function writeAtomically(
  file: string,
  bytes: Uint8Array,
  options: { backup: boolean },
): Promise<void> {
  let temporary: string | null = null;
  try {
    // A link stays a link: what it points to is replaced.
    const target = await realpath(file).catch(() => file);
    const previous = await stat(target).catch(() => null);
    temporary = path.join(path.dirname(target), `${temporaryPrefix(target)}${randomUUID()}.tmp`);
    if (previous && options.backup) {
      await copyFile(target, temporary, constants.COPYFILE_FICLONE);
      await rename(temporary, `${target}.bak`);
    }
    const handle = await open(temporary, "wx", previous?.mode ?? 0o666);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
    await sweep(target);
  } catch (error) {
    if (temporary) await rm(temporary, { force: true });
    throw asHostError(error, file, { en: "written", zh: "写入" });
  }
}

const temporaryPrefix = (target: string): string => `.${path.basename(target)}.`;
const restOfTemporary = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;
/** No save takes this long: whoever made an older one no longer lives. */
const abandonedMilliseconds = 10 * 60_000;

/** Removes what saves of this file have left beside it that were killed. Nothing else, and not that of a save under way. */
async function sweep(target: string): Promise<void> {
  const folder = path.dirname(target);
  const prefix = temporaryPrefix(target);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !restOfTemporary.test(name.slice(prefix.length))) continue;
    const file = path.join(folder, name);
    const found = await lstat(file).catch(() => null);
    if (!found?.isFile() || Date.now() - found.mtimeMs < abandonedMilliseconds) continue;
    // One that stays does no harm.
    await rm(file, { force: true }).catch(() => {});
  }
}

/** So that the swapped names outlive a power cut too. Not every system lets a folder be opened; those need it not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function asHostError(error: unknown, file: string, done: LocalText): HostError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const name = path.basename(file);
  const reason = reasons[code] ?? {
    en: `The system says: ${code}.`,
    zh: `系统提示：${code}。`,
  };
  return new HostError({
    en: `${name} could not be ${done.en}. ${reason.en}`,
    zh: `无法${done.zh} ${name}。${reason.zh}`,
  });
}

const noPermission: LocalText = {
  en: "You have no permission for it: choose another place, or change its permissions.",
  zh: "没有访问权限：请选择其他位置，或更改其权限。",
};

const reasons: Readonly<Record<string, LocalText>> = {
  ENOENT: {
    en: "It or its folder is no longer there: was it moved, renamed or deleted?",
    zh: "文件或其所在的文件夹已不存在：是否被移动、重命名或删除？",
  },
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: { en: "The disk is read-only: choose another place.", zh: "磁盘是只读的：请选择其他位置。" },
  ENOSPC: { en: "The disk is full: make room, then try again.", zh: "磁盘已满：请腾出空间后重试。" },
  EISDIR: { en: "It is a folder: choose a file.", zh: "这是一个文件夹：请选择文件。" },
  ERR_FS_FILE_TOO_LARGE: {
    en: "It is larger than 2 GiB, more than can be read at once: split it.",
    zh: "文件超过 2 GiB，无法一次读取：请拆分后再试。",
  },
};
