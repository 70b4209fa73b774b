/** Text with separators (CSV, TSV) → a table of cells that knows the line each row came from. */
import Papa from "papaparse";
import type { DataResult, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";

export interface Table {
  readonly file: string;
  /** Unique, in the order of the file; `column_1`, `column_2`, … when the file has no header. */
  readonly columns: readonly string[];
  /** Every row has as many cells as there are columns. */
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Where the row starts in the file, from 1. */
  readonly line: number;
  /** Without white space around them. */
  readonly cells: readonly string[];
}

/**
 * Finds the separator and whether there is a header by looking. Fields may be quoted, lines may end in CRLF, empty
 * lines do not count. Errors: `csv-encoding`, `csv-empty`, `csv-quotes`, `csv-ragged`, `csv-only-header`.
 */
export function readTable({ path, bytes }: InputFile): DataResult<Table> {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const text = decodeText(bytes);
  if (text === null)
    return failed("csv-encoding", file, {
      en: `${file} is not UTF-8 text. Save it as “CSV UTF-8” and open it again.`,
      zh: `${file} 不是 UTF-8 文本。请另存为“CSV UTF-8”后重新打开。`,
    });
  const separator = findSeparator(text);
  const parsed = Papa.parse<string[]>(text, { delimiter: separator, newline: "\n" });
  const lines = withLineNumbers(parsed.data);

  const quotes = parsed.errors.find((error) => error.type === "Quotes");
  if (quotes) {
    const line = lines[Math.min(quotes.row ?? 0, lines.length - 1)].line;
    return failed("csv-quotes", `${file}, line ${line}`, {
      en: `A quotation mark in line ${line} is not closed or stands in the wrong place. A field in quotes starts and ends with ", and a " inside it is written "".`,
      zh: `第 ${line} 行的引号没有闭合或位置不对。带引号的字段以 " 开始和结束，字段内的 " 写作 ""。`,
    });
  }

  const filled = withoutEmptyColumns(lines.filter(({ cells }) => cells.some((cell) => cell !== "")));
  if (filled.length === 0)
    return failed("csv-empty", file, {
      en: `${file} is empty. Choose a file with a row of column names and rows of values.`,
      zh: `${file} 是空文件。请选择一个包含列名行和数据行的文件。`,
    });
  const width = filled[0].cells.length;
  const ragged = filled.find(({ cells }) => cells.length !== width);
  if (ragged)
    return failed("csv-ragged", `${file}, line ${ragged.line}`, {
      en: `Line ${ragged.line} has ${ragged.cells.length} values, but line ${filled[0].line} has ${width}. Add what is missing, remove what is too much, or put quotes around a value that contains the separator “${separator}”.`,
      zh: `第 ${ragged.line} 行有 ${ragged.cells.length} 个值，而第 ${filled[0].line} 行有 ${width} 个。请补上缺少的值、删除多余的值，或给包含分隔符“${separator}”的值加上引号。`,
    });

  const header = startsWithHeader(filled);
  const rows = header ? filled.slice(1) : filled;
  if (rows.length === 0)
    return failed("csv-only-header", file, {
      en: `${file} has column names but no rows below them. Add rows of values.`,
      zh: `${file} 只有列名，没有数据行。请添加数据行。`,
    });
  const names = filled[0].cells.map((cell, index) => (header && cell !== "" ? cell : `column_${index + 1}`));
  return succeeded({ file, columns: unique(names), rows });
}

/** A decimal number that float32 can hold; null for anything else. */
export function parseNumber(cell: string): number | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return null;
  const value = Number(cell);
  return Number.isFinite(Math.fround(value)) ? value : null;
}

/** What spreadsheets, R, pandas and UCI write for a value that is not there. */
export function isMissing(cell: string): boolean {
  return /^(|\?|na|n\/a|#n\/a|nan|null|none)$/i.test(cell);
}

/** UTF-8, or UTF-16 when a byte-order mark says so; null when it is neither. */
function decodeText(bytes: Uint8Array): string | null {
  const mark = bytes.length >= 2 ? bytes[0] * 256 + bytes[1] : 0;
  const encoding = mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text.replaceAll(/\r\n?/g, "\n");
  } catch {
    return null;
  }
}

/** The one that cuts the first lines into the same number of fields; empty lines would mislead the guess. */
function findSeparator(text: string): string {
  const start = Papa.parse<string[]>(text, {
    delimitersToGuess: [",", ";", "\t", "|"],
    skipEmptyLines: "greedy",
    preview: 20,
  });
  return start.meta.delimiter;
}

/** A quoted field may hold line breaks, so a row's number is not its line's. */
function withLineNumbers(data: readonly string[][]): TableRow[] {
  let line = 1;
  return data.map((fields) => {
    const row = { line, cells: fields.map((field) => field.trim()) };
    line += fields.reduce((breaks, field) => breaks + field.split("\n").length - 1, 1);
    return row;
  });
}

/** Spreadsheets leave separators at the ends of lines: columns without a name and without a value. */
function withoutEmptyColumns(rows: readonly TableRow[]): readonly TableRow[] {
  const used = Math.max(0, ...rows.map(({ cells }) => cells.findLastIndex((cell) => cell !== "") + 1));
  const isTail = rows.every(({ cells }) => cells.length === rows[0].cells.length);
  return isTail ? rows.map(({ line, cells }) => ({ line, cells: cells.slice(0, used) })) : rows;
}

/** A header is text above numbers; where nothing is a number, the first row is taken for one. */
function startsWithHeader([first, ...rest]: readonly TableRow[]): boolean {
  const isText = (cell: string) => parseNumber(cell) === null && !isMissing(cell);
  if (!first.cells.some((cell) => parseNumber(cell) !== null)) return true;
  return first.cells.some((cell, column) => {
    const numbers = rest.filter(({ cells }) => parseNumber(cells[column]) !== null).length;
    return isText(cell) && numbers > rest.length / 2;
  });
}

/** A second `a` becomes `a.1`, as in pandas. */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let copy = 1; taken.has(free); copy++) free = `${name}.${copy}`;
    taken.add(free);
    return free;
  });
}
