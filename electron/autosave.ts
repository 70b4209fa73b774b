/** The journal of unsaved work: one file in the app's own folder, which outlives the app when it does not end well. */
import { rmSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { writeAtomically } from "./disk";

export interface Autosave {
  write(bytes: Uint8Array): Promise<void>;
  clear(): Promise<void>;
  /** What is in it: at the start, what an earlier run has left. */
  left(): Promise<Uint8Array | null>;
  /** Clears it at once, because the app is ending. */
  forget(): void;
}

export function createAutosave(file: string): Autosave {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, so that a clearing is not overtaken by the writing before it. */
  function next<T>(act: () => Promise<T>): Promise<T> {
    const turn = last.then(act, act);
    last = turn.catch(() => {});
    return turn;
  }
  return {
    write: (bytes) => next(() => writeAtomically(file, bytes, { backup: false })),
    clear: () => next(() => rm(file, { force: true })),
    left: () => next(() => readFile(file).catch(() => null)),
    forget: () => rmSync(file, { force: true }),
  };
}
