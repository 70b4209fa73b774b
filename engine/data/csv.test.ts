import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { guessTarget, readCsv } from "./csv";
import { readTable } from "./table";

const guess = { target: null, task: null };

function csv(text: string, path = "a.csv") {
  return { path, bytes: new TextEncoder().encode(text) };
}

async function sample(name: string) {
  return { path: name, bytes: new Uint8Array(await readFile(`assets/datasets/${name}`)) };
}

function errorOf(text: string, settings: Parameters<typeof readCsv>[1] = guess) {
  const result = readCsv(csv(text), settings);
  if (result.ok) throw new Error("it was read");
  return result.error;
}

function dataOf(text: string, settings: Parameters<typeof readCsv>[1] = guess) {
  const result = readCsv(csv(text), settings);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value;
}

test.each([
  ["iris.csv", "species", "classification", 150, 4, ["setosa", "versicolor", "virginica"]],
  ["wine.csv", "cultivar", "classification", 178, 13, ["cultivar_0", "cultivar_1", "cultivar_2"]],
  ["breast_cancer.csv", "diagnosis", "classification", 569, 30, ["benign", "malignant"]],
  ["diabetes.csv", "progression", "regression", 442, 10, []],
])("%s is understood without settings", async (name, target, task, rows, columns, classes) => {
  const result = readCsv(await sample(name), guess);
  if (!result.ok) throw new Error(result.error.message.en);
  expect(result.value).toMatchObject({ target, task });
  const { dataset } = result.value;
  expect(dataset).toMatchObject({ name: name.replace(".csv", ""), rows, classes });
  expect(dataset.tensors.features).toMatchObject({ shape: [columns], dtype: "float32" });
  expect(dataset.tensors.features.values).toHaveLength(rows * columns);
  expect(dataset.tensors.label.shape).toEqual(task === "regression" ? [1] : []);
});

test("values and labels are those of the file", async () => {
  const result = readCsv(await sample("iris.csv"), guess);
  if (!result.ok) throw new Error(result.error.message.en);
  const { features, label } = result.value.dataset.tensors;
  expect(Array.from(features.values.slice(0, 4))).toEqual([5.1, 3.5, 1.4, 0.2].map(Math.fround));
  expect(label.values).toBeInstanceOf(Int32Array);
  expect([label.values[0], label.values[60], label.values[149]]).toEqual([0, 1, 2]);
});

test.each([
  ["commas", "a,b,y\n1,2,u\n3,4,v\n"],
  ["semicolons", "a;b;y\n1;2;u\n3;4;v\n"],
  ["tabs and CRLF", "a\tb\ty\r\n1\t2\tu\r\n3\t4\tv\r\n"],
  ["bars, a byte-order mark and blank lines", "\ufeffa|b|y\n\n1|2|u\n\n3|4|v\n\n"],
  ["quotes and spaces", '"a", b ,y\n"1", 2 ,u\n3,4,"v"'],
  ["separators at line ends", "a,b,y,,\n1,2,u,,\n3,4,v,,\n,,,,\n"],
])("reads %s", (_, text) => {
  const { dataset } = dataOf(text);
  expect(dataset.columns).toEqual(["a", "b"]);
  expect(Array.from(dataset.tensors.features.values)).toEqual([1, 2, 3, 4]);
  expect(dataset.classes).toEqual(["u", "v"]);
});

test("reads UTF-16 as spreadsheets save it", () => {
  const text = "\ufeffa\t标签\n1\t好\n2\t坏\n";
  const bytes = new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);
  const result = readCsv({ path: "a.txt", bytes }, guess);
  expect(result.ok && result.value.dataset.classes).toEqual(["坏", "好"].sort());
});

test("a quoted field keeps its separators, quotes and line breaks", () => {
  const { dataset } = dataOf('x,label\n1,"a, b"\n2,"say ""c""\nd"\n');
  expect(dataset.classes).toEqual(["a, b", 'say "c"\nd']);
});

test("without a header columns are numbered", () => {
  const { dataset, target } = dataOf("1,2,u\n3,4,v\n");
  expect(dataset.rows).toBe(2);
  expect([...dataset.columns, target]).toEqual(["column_1", "column_2", "column_3"]);
});

test("a header may hold numbers above numbers of its kind only", () => {
  expect(dataOf("x,2020,y\n1,2,u\n3,4,v\n").dataset.columns).toEqual(["x", "2020"]);
});

test("columns of the same name are told apart", () => {
  const table = readTable(csv("a,a,y\n1,2,3\n"));
  expect(table.ok && table.value.columns).toEqual(["a", "a.1", "y"]);
});

test.each([
  [["a", "b"], "b"],
  [["Target", "b"], "Target"],
  [["species", "b"], "species"],
  [["a", "y", "b"], "y"],
])("the target of %s is %s", (columns, target) => {
  expect(guessTarget({ file: "", columns, rows: [] })).toBe(target);
});

test.each([
  ["whole numbers that repeat are classes", "x,y\n1,10\n2,2\n3,10\n4,2\n", ["2", "10"]],
  ["whole numbers that do not repeat are measured", "x,y\n1,10\n2,2\n3,11\n4,3\n", []],
  ["fractions are measured", "x,y\n1,0.5\n2,1\n3,0.5\n4,1\n", []],
  ["1 and 1.0 are one class", "x,y\n1,1\n2,0\n3,1.0\n4,0\n", ["0", "1"]],
])("%s", (_, text, classes) => {
  expect(dataOf(text).dataset.classes).toEqual(classes);
});

test("the task can be chosen", () => {
  const { dataset } = dataOf("x,y\n1,1\n2,0\n3,1\n4,0\n", { target: "y", task: "regression" });
  expect(dataset.tensors.label).toMatchObject({ shape: [1], dtype: "float32" });
});

test.each([
  ["an empty file", "", "csv-empty", "a.csv", "empty"],
  ["blank lines only", "\n \n", "csv-empty", "a.csv", "empty"],
  ["a header alone", "a,b,y\n", "csv-only-header", "a.csv", "no rows"],
  ["a short row", "a,b,y\n1,2,u\n\n3,4\n", "csv-ragged", "a.csv, line 4", "has 2 values, but line 1 has 3"],
  [
    "a long row after a line break in quotes",
    'a,y\n1,"u\nw"\n2,v,9\n',
    "csv-ragged",
    "a.csv, line 4",
    "has 3 values",
  ],
  ["a quote that is not closed", 'a,y\n1,u\n2,"v\n3,u\n', "csv-quotes", "a.csv, line 3", "not closed"],
  ["a missing value", "a,b,y\n1,2,u\n3,,v\n", "csv-missing", "a.csv, line 3, column 2 (b)", "missing"],
  [
    "a question mark for a value",
    "a,b,y\n1,2,u\n3,?,v\n",
    "csv-missing",
    "a.csv, line 3, column 2 (b)",
    "missing",
  ],
  ["a missing label", "a,b,y\n1,2,u\n3,4,\n", "csv-missing", "a.csv, line 3, column 3 (y)", "missing"],
  [
    "text among numbers",
    "a,b,y\n1,2,u\n3,four,v\n",
    "csv-not-a-number",
    "a.csv, line 3, column 2 (b)",
    "“four”",
  ],
  [
    "a column of text",
    "a,b,y\n1,red,u\n3,blue,v\n",
    "csv-not-a-number",
    "a.csv, line 2, column 2 (b)",
    "“red”",
  ],
  [
    "a number too large for float32",
    "a,y\n1e39,u\n3,v\n",
    "csv-not-a-number",
    "a.csv, line 2, column 1 (a)",
    "1e39",
  ],
  ["one class", "a,y\n1,u\n3,u\n", "one-class", "a.csv, column 2 (y)", "the same y: u"],
  ["one column", "y\nu\nv\n", "csv-no-features", "a.csv", "no column beside"],
])("%s is an error that says where", (_, text, code, where, words) => {
  const error = errorOf(text);
  expect(error).toMatchObject({ code, where });
  expect(error.message.en).toContain(words);
  expect(error.message.zh).not.toBe("");
});

test("a target that does not exist is an error that lists the columns", () => {
  const error = errorOf("a,b,y\n1,2,u\n", { target: "z", task: null });
  expect(error.code).toBe("csv-target");
  expect(error.message.en).toContain("a, b, y");
});

test("a text target cannot be predicted as a number", () => {
  expect(errorOf("a,y\n1,u\n2,v\n", { target: "y", task: "regression" })).toMatchObject({
    code: "csv-not-a-number",
    where: "a.csv, line 2, column 2 (y)",
  });
});

test("what is not text is an error", () => {
  const result = readCsv({ path: "a.csv", bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 0xff, 0) }, guess);
  expect(result).toMatchObject({ ok: false, error: { code: "csv-encoding" } });
});
