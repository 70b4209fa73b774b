/** A table of cells → a data set: one column is the target, all others are features and must be numbers. */
import type { DataSource } from "../graph/project";
import type { DataResult, Dataset, DataTensor, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";
import { isMissing, parseNumber, readTable, type Table } from "./table";

export type Task = Extract<DataSource, { readonly kind: "csv" }>["task"];

/** What to read as what; null means that it is found by looking. */
export interface CsvSettings {
  readonly target: string | null;
  readonly task: Task | null;
}

export interface CsvData {
  readonly dataset: Dataset;
  readonly table: Table;
  readonly target: string;
  readonly task: Task;
}

/**
 * Classification: `features` (columns) float32, `label` () int64. Regression: `features` (columns), `label` (1)
 * float32. Errors: those of `readTable`, `csv-target`, `csv-no-features`, `csv-missing`, `csv-not-a-number`,
 * `one-class`.
 */
export function readCsv(file: InputFile, settings: CsvSettings): DataResult<CsvData> {
  const read = readTable(file);
  if (!read.ok) return read;
  const table = read.value;
  const target = settings.target ?? guessTarget(table);
  if (!table.columns.includes(target)) return noSuchColumn("csv-target", table, target);
  const task = settings.task ?? guessTask(table, target);
  const dataset = tableDataset(table, target, task);
  return dataset.ok ? succeeded({ dataset: dataset.value, table, target, task }) : dataset;
}

/** The columns named, in that order and wherever they stand in the table: what a trained network takes. */
export function featuresOf(table: Table, columns: readonly string[]): DataResult<DataTensor> {
  const missing = columns.find((name) => !table.columns.includes(name));
  return missing === undefined ? numbers(table, columns) : noSuchColumn("csv-column", table, missing);
}

const targetNames = ["target", "label", "class", "species", "y", "目标", "标签", "类别"];

/** A column that is called like one, or else the last. */
export function guessTarget({ columns }: Table): string {
  const named = columns.find((column) => targetNames.includes(column.toLowerCase()));
  return named ?? columns[columns.length - 1];
}

/** Text and few whole numbers are classes. */
export function guessTask(table: Table, target: string): Task {
  const cells = column(table, target).filter((cell) => !isMissing(cell));
  const values = cells.map(parseNumber);
  const texts = values.filter((value) => value === null).length;
  if (texts > cells.length / 2) return "classification";
  const distinct = new Set(values);
  const few = distinct.size <= Math.min(20, cells.length / 2);
  const whole = values.every((value) => value === null || Number.isInteger(value));
  return few && whole ? "classification" : "regression";
}

function tableDataset(table: Table, target: string, task: Task): DataResult<Dataset> {
  const columns = table.columns.filter((name) => name !== target);
  if (columns.length === 0)
    return failed("csv-no-features", table.file, {
      en: `${table.file} has no column beside the target ${target}. Add columns of numbers that the network can learn from, or check which separator the file uses.`,
      zh: `${table.file} 除了目标列 ${target} 之外没有其他列。请添加可供网络学习的数值列，或检查文件使用的分隔符。`,
    });
  const features = numbers(table, columns);
  if (!features.ok) return features;
  const base = { name: table.file.replace(/\.[^.]*$/, ""), rows: table.rows.length, columns };
  if (task === "regression") {
    const label = numbers(table, [target]);
    if (!label.ok) return label;
    return succeeded({ ...base, classes: [], tensors: { features: features.value, label: label.value } });
  }
  const labels = classes(table, target);
  if (!labels.ok) return labels;
  const label: DataTensor = { shape: [], dtype: "int64", values: labels.value.values };
  return succeeded({ ...base, classes: labels.value.names, tensors: { features: features.value, label } });
}

function numbers(table: Table, columns: readonly string[]): DataResult<DataTensor> {
  const indices = columns.map((name) => table.columns.indexOf(name));
  const values = new Float32Array(table.rows.length * columns.length);
  let next = 0;
  for (const { line, cells } of table.rows) {
    for (const index of indices) {
      const value = parseNumber(cells[index]);
      if (value === null) return badCell(table, line, index, cells[index]);
      values[next++] = value;
    }
  }
  return succeeded({ shape: [columns.length], dtype: "float32", values });
}

/** Names in the order of scikit-learn's LabelEncoder: numbers by value, otherwise by character code. */
function classes(table: Table, target: string): DataResult<{ names: string[]; values: Int32Array }> {
  const index = table.columns.indexOf(target);
  const missing = table.rows.find(({ cells }) => isMissing(cells[index]));
  if (missing) return missingCell(table, missing.line, index);
  const cells = column(table, target);
  const numeric = cells.every((cell) => parseNumber(cell) !== null);
  const labels = numeric ? cells.map((cell) => String(Number(cell))) : cells;
  const names = [...new Set(labels)];
  if (numeric) names.sort((a, b) => Number(a) - Number(b));
  else names.sort();
  if (names.length < 2)
    return failed("one-class", place(table, null, index), {
      en: `Every row has the same ${target}: ${names[0]}. A classifier needs at least two classes; choose another target or add rows of another class.`,
      zh: `所有行的 ${target} 都是 ${names[0]}。分类至少需要两个类别；请选择其他目标列，或添加其他类别的行。`,
    });
  const numberOf = new Map(names.map((name, number) => [name, number]));
  return succeeded({ names, values: Int32Array.from(labels, (label) => numberOf.get(label) ?? 0) });
}

function badCell(table: Table, line: number, index: number, cell: string): DataResult<never> {
  if (isMissing(cell)) return missingCell(table, line, index);
  const name = table.columns[index];
  return failed("csv-not-a-number", place(table, line, index), {
    en: `“${cell}” in line ${line}, column ${name}, is not a number. Write it as a number like 12.5, or remove the column; only the target of a classification may be text.`,
    zh: `第 ${line} 行 ${name} 列的“${cell}”不是数字。请写成 12.5 这样的数字，或删除该列；只有分类的目标列可以是文本。`,
  });
}

function missingCell(table: Table, line: number, index: number): DataResult<never> {
  const name = table.columns[index];
  return failed("csv-missing", place(table, line, index), {
    en: `The value of ${name} in line ${line} is missing. Fill it in, or remove the line or the column.`,
    zh: `第 ${line} 行缺少 ${name} 的值。请补上该值，或删除该行或该列。`,
  });
}

function noSuchColumn(code: "csv-target" | "csv-column", table: Table, name: string): DataResult<never> {
  const columns = table.columns.join(", ");
  return failed(code, table.file, {
    en: `${table.file} has no column ${name}. Its columns are ${columns}: choose one of these, or rename one in the file.`,
    zh: `${table.file} 中没有 ${name} 列。现有的列是 ${columns}：请从中选择，或在文件中改名。`,
  });
}

/** `iris.csv, line 12, column 3 (petal_length)` */
function place(table: Table, line: number | null, index: number): string {
  const column = `column ${index + 1} (${table.columns[index]})`;
  return line === null ? `${table.file}, ${column}` : `${table.file}, line ${line}, ${column}`;
}

export function column(table: Table, name: string): string[] {
  const index = table.columns.indexOf(name);
  return table.rows.map(({ cells }) => cells[index]);
}
