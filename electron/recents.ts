/** The projects opened or saved last, newest first. */
import { existsSync } from "node:fs";
import * as v from "valibot";
import { stateFile } from "./state-file";

const kept = 10;

export interface Recents {
  /** Those that still exist. */
  paths(): readonly string[];
  has(path: string): boolean;
  add(path: string): void;
}

export function createRecents(file: string): Recents {
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
