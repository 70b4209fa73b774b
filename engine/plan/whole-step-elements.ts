/**
 * A kernel's element written out, term by term, where it is needed: for sums that are short, of which a row has few.
 * The terms follow each other as in the loops of `whole-step-kernels.ts`, so that not a bit of the result is different.
 */
import { elementCount } from "../tensor/tensor";
import { constantIndex, type Index, unravelIndex } from "./indexing";
import { numberLiteral } from "./literals";
import type { Node, NodeOf } from "./nodes";
import { combination } from "./whole-step-kernels";
import type { StepWriter } from "./whole-step-writer";

/** How many terms an element has; null for what has no such form. */
export function termsOf(node: Node): number | null {
  switch (node.kind) {
    case "matmul":
      return node.inputs[0].shape[node.inputs[0].shape.length - 1];
    case "sum":
    case "max":
      return elementCount(node.inputs[0].shape) / elementCount(node.shape);
    case "argmax":
      return node.inputs[0].shape[node.attributes.dim];
    default:
      return null;
  }
}

/** WGSL of the element at `place`, or null where the node has no such form. */
export function writeElement(node: Node, place: readonly Index[], writer: StepWriter): string | null {
  switch (node.kind) {
    case "matmul":
      return product(node, place, writer);
    case "sum":
    case "max":
      return reduction(node, place, writer);
    case "argmax":
      return largestPlace(node, place, writer);
    default:
      return null;
  }
}

function product(node: NodeOf<"matmul">, place: readonly Index[], writer: StepWriter): string {
  const [a, b] = node.inputs;
  const lead = place.slice(0, -2);
  const [row, column] = place.slice(-2);
  const terms = counted(a.shape[a.shape.length - 1], (t) => {
    const left = writer.value(a, [...lead, row, t]);
    return `${left} * ${writer.value(b, [...lead, t, column])}`;
  });
  return writer.name(terms.join(" + "));
}

/** How many terms of an element each of so many rows adds to it, or null where it is no sum over the rows of others. */
export function termsOfRow(node: Node, rows: number): number | null {
  const [x] = node.inputs;
  const summed =
    node.kind === "sum"
      ? x.shape[0] === rows && node.attributes.dims.includes(0)
      : node.kind === "matmul" && node.shape.length === 2 && x.shape[1] === rows;
  return summed ? (termsOf(node) ?? 0) / rows : null;
}

/** What a row adds to an element of a sum over rows. */
export function writeShare(node: Node, place: readonly Index[], row: Index, writer: StepWriter): string {
  if (node.kind === "matmul") {
    const [a, b] = node.inputs;
    return `${writer.value(a, [place[0], row])} * ${writer.value(b, [row, place[1]])}`;
  }
  if (node.kind !== "sum") throw new Error(`planner: ${node.kind} is no sum over rows`);
  const [x] = node.inputs;
  const others = node.attributes.dims.filter((dim) => dim > 0);
  const sizes = others.map((dim) => x.shape[dim]);
  const terms = counted(elementCount(sizes), (t) => {
    const along = unravelIndex(t, sizes);
    const at = place.map((each, dim) => (others.includes(dim) ? along[others.indexOf(dim)] : each));
    return writer.value(x, at.with(0, row));
  });
  return terms.reduce((all, term) => writer.name(`${all} + ${term}`));
}

function reduction(node: NodeOf<"sum"> | NodeOf<"max">, place: readonly Index[], writer: StepWriter): string {
  const [x] = node.inputs;
  const { dims } = node.attributes;
  const sizes = dims.map((dim) => x.shape[dim]);
  const terms = counted(elementCount(sizes), (t) => {
    const along = unravelIndex(t, sizes);
    return writer.value(
      x,
      place.map((each, dim) => (dims.includes(dim) ? along[dims.indexOf(dim)] : each)),
    );
  });
  return terms.reduce((all, term) => writer.name(combination(node, all, term)));
}

function largestPlace(node: NodeOf<"argmax">, place: readonly Index[], writer: StepWriter): string {
  const [x] = node.inputs;
  const { dim } = node.attributes;
  const isNaN = (value: string) => (x.dtype === "int64" ? "false" : `is_nan(${value})`);
  const elements = counted(x.shape[dim], (t) =>
    writer.value(
      x,
      place.map((each, i) => (i === dim ? t : each)),
    ),
  );
  let largest = elements[0];
  let found = numberLiteral(0, "int64");
  for (const [i, next] of elements.entries()) {
    if (i === 0) continue;
    const larger = writer.name(`!${isNaN(largest)} && (${next} > ${largest} || ${isNaN(next)})`);
    found = writer.name(`select(${found}, ${numberLiteral(i, "int64")}, ${larger})`);
    largest = writer.name(`select(${largest}, ${next}, ${larger})`);
  }
  return found;
}

function counted<T>(count: number, each: (index: Index) => T): T[] {
  return Array.from({ length: count }, (_, i) => each(constantIndex(i)));
}
