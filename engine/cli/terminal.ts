/** Where a command speaks. Results go to stdout, everything else (progress, errors) to stderr. */
import type { Language, Text } from "../tensor/text";

export interface Terminal {
  readonly language: Language;
  /** Whether a line of stderr can be drawn anew. */
  readonly interactive: boolean;
  /** Width in characters. */
  readonly columns: number;
  /** A line on stdout. */
  print(line: string): void;
  /** A line on stderr. */
  note(line: string): void;
  /** Replaces the last line of stderr; an empty one clears it. Only when `interactive`. */
  redraw(line: string): void;
  /** Calls the listener on the next Ctrl+C; one more ends the program. Returns the function that stops listening. */
  onInterrupt(listener: () => void): () => void;
}

/** Ends a command with one sentence. Thrown by commands and caught in `commands.ts` only. */
export class Stop extends Error {
  constructor(
    readonly text: Text,
    /** 1: it failed; 2: it was called in the wrong way. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(text.en);
  }
}

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    language: /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || "") ? "zh" : "en",
    interactive: stderr.isTTY,
    columns: stderr.columns ?? 80,
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    redraw: (line) => void stderr.write(`\r\u001b[K${line}`),
    onInterrupt(listener) {
      process.once("SIGINT", listener);
      return () => process.off("SIGINT", listener);
    },
  };
}
