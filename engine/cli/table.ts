/** Rows under a head, in columns of the terminal. */

export interface Column {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => width(line[column]))));
  return lines
    .map((line) => line.map((cell, column) => pad(cell, widths[column], columns[column].right)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function pad(cell: string, to: number, right = false): string {
  const space = " ".repeat(to - width(cell));
  return right ? space + cell : cell + space;
}

/** Chinese characters and their punctuation take two places. */
function width(text: string): number {
  return text.length + (text.match(/[\u1100-\u115f\u2e80-\uffdc]/g)?.length ?? 0);
}
