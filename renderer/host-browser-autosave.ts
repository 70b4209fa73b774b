/**
 * The journal of unsaved work in a browser: an entry of IndexedDB for each tab. A tab holds a lock under its own name for
 * as long as it lives, so that another one knows an entry that is in use from one that was left.
 */
import type { Host } from "./host";

type Autosave = Pick<Host, "writeAutosave" | "clearAutosave" | "leftAutosave">;

const store = "autosave";

export function browserAutosave(): Autosave {
  const own = `tensorloom-autosave-${crypto.randomUUID()}`;
  // Held until the tab is gone. Nobody asks for it twice, so there is nothing to wait for.
  if (navigator.locks) void navigator.locks.request(own, () => new Promise(() => {}));
  /** The entry that was left and taken over: it goes with the own one, and not before. */
  let left: string | null = null;

  return {
    async writeAutosave(bytes) {
      await within("readwrite", (entries) => entries.put(bytes, own));
      await forget(left);
      left = null;
    },
    async clearAutosave() {
      await forget(own);
      await forget(left);
      left = null;
    },
    async leftAutosave() {
      if (!navigator.locks) return null;
      const { held = [] } = await navigator.locks.query();
      const alive = new Set(held.map(({ name }) => name));
      const keys = await within("readonly", (entries) => entries.getAllKeys());
      left = keys.map(String).find((key) => !alive.has(key)) ?? null;
      if (left === null) return null;
      const key = left;
      const bytes: unknown = await within("readonly", (entries) => entries.get(key));
      return bytes instanceof Uint8Array ? bytes : null;
    },
  };
}

async function forget(key: string | null): Promise<void> {
  if (key !== null) await within("readwrite", (entries) => entries.delete(key));
}

/** One transaction. It is done when it is on the disk, or it has changed nothing. */
async function within<T>(
  mode: IDBTransactionMode,
  act: (entries: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(reason(transaction.error));
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("tensorloom", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(reason(request.error));
  });
}

function reason(error: DOMException | null): Error {
  return new Error(error?.message ?? "IndexedDB");
}
