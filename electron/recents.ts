/** Paths that a person chose last, newest first: projects, or data. */
import { existsSync } from "node:fs";
import * as v from "valibot";
import { stateFile } from "./state-file";

export interface Recents {
  /** Those that still exist. */
  paths(): readonly string[];
  has(path: string): boolean;
  add(path: string): void;
}

/** @param kept how many are remembered */
export function createRecents(file: string, kept: number): Recents {
  const state = stateFile(file, v.array(v.string()), []);
  let all = state.read();
  return {
    paths: () => all.filter((path) => existsSync(path)),
    has: (path) => all.includes(path),
    add(path) {
      all = [path, ...all.filter((other) => other !== path)].slice(0, kept);
      state.write(all);
    },
  };
}
