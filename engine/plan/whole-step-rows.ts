/**
 * What may be computed row by row, each row written out (see `writeRows` in `whole-step-tasks.ts`): what reads of other
 * values only the same row or what all rows have in common, as far as a row is little code.
 */
import { elementCount } from "../tensor/tensor";
import { type Index, quotientIndex, remainderIndex, variableIndex } from "./indexing";
import type { Node } from "./nodes";
import { termsOf, termsOfRow } from "./whole-step-elements";
import type { StepTask } from "./whole-step-tasks";
import type { StepRead } from "./whole-step-writer";

/** A row of more elements is left to loops. */
const widestRow = 64;
/** What has no kernel is worth a task of rows only where a row of it is as short as this. */
export const fewElements = 4;

/** A task of rows reads and writes at most so many elements that are a row's own. */
export const mostAccesses = 64;

/** Operations that a row of a task takes. */
export function workOf({ outputs, sums, rows }: StepTask): number {
  const each = rows ?? 1;
  const values = outputs.reduce((sum, node) => {
    const width = elementCount(node.shape) / each;
    return width > widestRow ? Number.POSITIVE_INFINITY : sum + width * (termsOf(node) ?? 1);
  }, 0);
  return sums.reduce((sum, node) => sum + elementCount(node.shape) * (termsOfRow(node, each) ?? 1), values);
}

/** Whether a task of so many rows may read it: of a value an element of the same row, or one that all rows have in common. */
export function staysInRow(node: Node, { source, element }: StepRead, rows: number): boolean {
  if (source.kind === "slot") return true;
  if (inRow(node, source.node, element, rows)) return true;
  return isCommon(node, element, rows);
}

/** Whether an element that a unit of the node reads is the same for all rows. */
function isCommon(node: Node, element: Index, rows: number): boolean {
  const within = remainderIndex(unitOf(node), elementCount(node.shape) / rows);
  return !varies({ key: element.key.replaceAll(within.key.replace(/^0\+1\*/, ""), "") });
}

/**
 * How many elements a row of the node reads that are its own, at most: each is much code.
 * @param atHand values that the task computes itself
 */
export function accessesOf(
  node: Node,
  reads: readonly StepRead[],
  rows: number,
  atHand: readonly Node[],
): number {
  const widths = new Map<string, number>();
  for (const { source, element } of reads) {
    if (isCommon(node, element, rows)) continue;
    if (source.kind === "slot") {
      const each = ((termsOf(node) ?? 1) * elementCount(node.shape)) / rows;
      widths.set(`${source.slot.memory} ${source.slot.offset}`, each);
    } else if (!atHand.includes(source.node)) {
      widths.set(String(source.node.id), elementCount(source.node.shape) / rows);
    }
  }
  return [...widths.values()].reduce((sum, width) => sum + width, 0);
}

/** Whether the element of the other value lies in the same row as the unit that reads it. */
export function inRow(node: Node, other: Node, element: Index, rows: number): boolean {
  return isRow(element, other, rows, quotientIndex(unitOf(node), elementCount(node.shape) / rows));
}

/** Whether an element lies in a row. */
export function isRow(
  element: Index,
  { shape }: Node,
  rows: number,
  row = variableIndex("t", rows - 1),
): boolean {
  const size = elementCount(shape);
  return size % rows === 0 && quotientIndex(element, size / rows).key === row.key;
}

export function unitOf(node: Node): Index {
  return variableIndex("t", elementCount(node.shape) - 1);
}

/** The same for the share that a row `t` has in a sum. */
export function sharesRow({ source, element }: StepRead, rows: number): boolean {
  return source.kind === "slot" || isRow(element, source.node, rows) || !varies(element);
}

/** As `accessesOf`, for the share that a row has in a sum. */
export function accessesOfShare(sum: Node, reads: readonly StepRead[], rows: number): number {
  if (!reads.some(({ element }) => varies(element))) return 0;
  return sum.inputs.reduce((all, { shape }) => all + elementCount(shape) / rows, 0);
}

/** Whether an index depends on the row, or on what is looked up for it. */
function varies({ key }: Pick<Index, "key">): boolean {
  return /\b(t|[wxyz]\d+)\b/.test(key);
}
