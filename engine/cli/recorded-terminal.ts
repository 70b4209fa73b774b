/** A terminal that remembers, for tests. */
import type { Language } from "../tensor/text";
import type { Terminal } from "./terminal";

export interface RecordedTerminal extends Terminal {
  readonly stdout: string[];
  readonly stderr: string[];
  /** What the last line of stdout holds as JSON. */
  json(): Record<string, unknown>;
  interrupt(): void;
}

export function recordedTerminal(language: Language = "en", interactive = false): RecordedTerminal {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const listeners = new Set<() => void>();
  return {
    language,
    interactive,
    columns: 80,
    stdout,
    stderr,
    print: (line) => void stdout.push(line),
    note: (line) => void stderr.push(line),
    redraw: (line) => void stderr.push(line),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    json: () => JSON.parse(stdout.at(-1) ?? ""),
    interrupt: () => listeners.forEach((listener) => listener()),
  };
}
