/** Small things remembered between starts, as JSON in the app's own folder. Losing one is never an error. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import * as v from "valibot";

export interface StateFile<T> {
  read(): T;
  /** Synchronous, because the app may be closing. */
  write(value: T): void;
}

/** A file that is missing, broken or of another form reads as `fallback`. */
export function stateFile<T>(file: string, schema: v.GenericSchema<unknown, T>, fallback: T): StateFile<T> {
  return {
    read() {
      try {
        return v.parse(schema, JSON.parse(readFileSync(file, "utf8")));
      } catch {
        return fallback;
      }
    },
    write(value) {
      try {
        writeFileSync(`${file}.tmp`, JSON.stringify(value));
        renameSync(`${file}.tmp`, file);
      } catch (error) {
        console.warn(`${file} could not be written: ${String(error)}`);
      }
    },
  };
}
