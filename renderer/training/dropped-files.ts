/** Files and folders that were dropped on the window, with their paths as a folder dialog gives them. */
import type { BrowserFile } from "../host-browser";

export async function droppedFiles(transfer: DataTransfer): Promise<readonly BrowserFile[]> {
  // Entries must be taken while the event is handled; afterwards the list is empty. A picture from a page has none.
  const dropped = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
  const files = dropped.map(async (thing) => (thing instanceof File ? [thing] : filesOf(thing)));
  return (await Promise.all(files)).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<readonly BrowserFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    // A dropped file has no relative path of its own; the entry's begins with a slash.
    const path = entry.fullPath.slice(1);
    return [{ name: file.name, webkitRelativePath: path, arrayBuffer: () => file.arrayBuffer() }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader hands out a folder in parts, and an empty one at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) break;
    found.push(...part);
  }
  return (await Promise.all(found.map(filesOf))).flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
