/** Random ids stand for paths in everything the renderer holds. They live as long as the app. */
import { randomUUID } from "node:crypto";
import { basename } from "node:path";

export interface FileId {
  readonly id: string;
  readonly name: string;
}

export interface IdTable {
  /** The same path always gets the same id. */
  grant(path: string): FileId;
  /** Null for an id that was never granted. */
  pathOf(id: string): string | null;
}

export function createIdTable(): IdTable {
  const idOf = new Map<string, string>();
  const pathOf = new Map<string, string>();
  return {
    grant(path) {
      const id = idOf.get(path) ?? randomUUID();
      idOf.set(path, id);
      pathOf.set(id, path);
      return { id, name: basename(path) };
    },
    pathOf: (id) => pathOf.get(id) ?? null,
  };
}
