/**
 * Kernels that go over the rows of a tensor: reductions of each row, one after the other where one needs another's
 * result, and what is made of a row's results or of its elements after that. So a softmax, a norm and their gradients
 * are one dispatch each. A row is all elements that are reduced to one.
 */
import { type DType, elementCount } from "../tensor/tensor";
import {
  type Access,
  type GroupContent,
  type Locate,
  movedPlace,
  placeOf,
  storesAreSafe,
  surroundings,
  type WrittenGroup,
  writeOutput,
} from "./accesses";
import {
  addIndex,
  constantIndex,
  type Index,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  unravelIndex,
  variableIndex,
} from "./indexing";
import { scalarType } from "./literals";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeOf } from "./nodes";
import { elementPlace, type Rows, rowsAlong } from "./row-places";
import { rowsKernel } from "./rows-kernel";
import { type AtHand, BodyWriter, type Surroundings } from "./writer";

export type Reduction = NodeOf<"sum"> | NodeOf<"max">;

export function isReduction(node: Node): node is Reduction {
  return node.kind === "sum" || node.kind === "max";
}

export function rowsOf({ inputs: [x], attributes }: Reduction): Rows {
  return rowsAlong(x.shape, attributes.dims);
}

interface Hook {
  readonly name: string;
  readonly writer: BodyWriter;
  readonly statements: string[];
}

/** Null when the nodes cannot be computed by passes over the same rows. */
export function writeRows(
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
): WrittenGroup | null {
  const roots = content.roots.filter(isReduction);
  const rows = rowsOf(roots[0]);
  if (roots.length < content.roots.length || !roots.every((root) => rowsOf(root).key === rows.key))
    return null;
  return writeAlong(rows, roots, content, inMemory, locate);
}

/**
 * Where nothing is reduced: planes of channels, say, along which a norm's factors are the same, or where four elements look
 * at one window of a pooling. Null when the elements do not lie in many long rows, or have nothing in common there.
 */
export function writeElementRows(
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
): WrittenGroup | null {
  const [{ shape }] = content.outputs;
  const dims = shape.map((_, dim) => dim).slice(2);
  const rows = rowsAlong(shape, dims);
  if (dims.length === 0 || rows.count < fewestRows || rows.length < shortestRow) return null;
  const written = writeAlong(rows, [], content, inMemory, locate);
  if (written === null) return null;
  if (dims.length === 2 && shape.slice(2).every((size) => size % 2 === 0)) {
    const fours = writeAlong(rows, [], content, inMemory, locate, shape[3]);
    if (fours !== null && fours.reads.length < 3 * written.reads.length) return fours;
  }
  return written.bodies.get("prepare_element") === "" ? null : written;
}

/** A few for each thread; and what is saved must be worth the row. */
const fewestRows = 256;
const shortestRow = 16;

/** @param width of planes that are gone over in squares of four elements instead of element by element */
function writeAlong(
  rows: Rows,
  roots: readonly Reduction[],
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
  width: number | null = null,
): WrittenGroup | null {
  const { outputs } = content;
  const row = variableIndex("row", rows.count - 1);
  const length = width === null ? rows.length : rows.length / 4;
  const i = variableIndex("i", length - 1);
  const around = surroundings(content, inMemory, locate);
  const atHand: AtHand[] = [];
  const hooks: Hook[] = [];
  const ofRow = new Map<string, { readonly name: string; readonly dtype: DType }>();

  /** A function of the kernel, and before it one that computes what is the same all along a row. */
  const addHook = (name: string): Hook => {
    const writerFor = (hook: string, hoist?: Surroundings["hoist"]) =>
      new BodyWriter({ ...around.in(hook), atHand: [...atHand], hoist });
    const prepare: Hook = { name: `prepare_${name}`, writer: writerFor(`prepare_${name}`), statements: [] };
    const hoist = (node: Node, place: readonly Index[]): string | null => {
      if (!isSteady(node, place)) return null;
      const key = `${node.id}@${place.map((each) => each.key).join(",")}`;
      const known = ofRow.get(key);
      if (known !== undefined) return known.name;
      const variable = { name: `row_${ofRow.size}`, dtype: node.dtype };
      prepare.statements.push(`${variable.name} = ${prepare.writer.value(node, place)};`);
      ofRow.set(key, variable);
      return variable.name;
    };
    const hook = { name, writer: writerFor(name, hoist), statements: [] };
    hooks.push(prepare, hook);
    return hook;
  };

  const phases = inPhases(roots, inMemory);
  for (const [index, phase] of phases.entries()) {
    const { writer, statements } = addHook(`load_${index}`);
    for (const root of phase) {
      const value = writer.value(root.inputs[0], elementPlace(rows, row, i));
      statements.push(`next_${roots.indexOf(root)} = ${value};`);
    }
    for (const root of phase) {
      const coordinates = unravelIndex(row, root.shape);
      atHand.push({ node: root, coordinates, name: `total_${roots.indexOf(root)}` });
    }
  }
  const known = new Map<Node, readonly Index[] | null>(
    atHand.map(({ node, coordinates }) => [node, coordinates]),
  );
  const [finish, element] = [addHook("finish"), addHook("element")];
  const writes: Access[] = [];
  const writeAt = (output: Node, place: readonly Index[], { name, writer, statements }: Hook) => {
    const { access, statement } = writeOutput(output, place, name, writer, locate);
    writes.push(access);
    statements.push(statement);
  };
  const ofElements: Node[] = [];
  for (const output of outputs) {
    const place = elementCount(output.shape) === rows.count ? placeOf(output, known) : null;
    if (place === null) ofElements.push(output);
    else writeAt(output, place, finish);
  }
  for (const at of width === null ? [i] : square(i, width)) {
    element.writer.nextElement();
    for (const output of ofElements) {
      const whole = elementCount(output.shape) === rows.count * rows.length;
      const place = whole ? placeInRows(output, rows, row, at) : null;
      if (place === null) return null;
      writeAt(output, place, element);
    }
  }
  const computed = new Set<Node>([...roots, ...outputs.filter(isStore)]);
  for (const { writer } of hooks) for (const node of writer.computed) computed.add(node);
  // A thread reads in one function what it writes in the same one, or in one that is called later.
  const before = (read: string, write: string) => callOrder(read) <= callOrder(write);
  if (hooks.some(({ writer }) => writer.refused) || !storesAreSafe(around.reads, writes, computed, before))
    return null;
  const variables = [...ofRow.values()].map(({ name, dtype }) => `${name}: ${scalarType(dtype)}`);
  const kernel = rowsKernel(roots[0]?.variant ?? null, {
    reductions: roots.map(({ kind, dtype }) => ({ kind, dtype })),
    phases: phases.map((phase) => phase.map((root) => roots.indexOf(root))),
    variables,
    forElements: element.statements.length > 0,
    length,
    most: width === null ? 4 : 1,
  });
  return {
    kernel,
    constants: { ROWS: rows.count, LENGTH: length, ROUNDS: 1 },
    bodies: new Map(hooks.map(({ name, writer, statements }) => [name, writer.body(...statements)])),
    steady: around.steady,
    reads: around.reads,
    writes,
    computed,
    flops: roots.length * rows.count * rows.length,
    resultHooks: hooks.flatMap(({ name }) => (name.includes("load") ? [] : [name])),
  };
}

/** Where the elements of the i-th square of four lie in a plane. */
function square(i: Index, width: number): Index[] {
  const [y, x] = [quotientIndex(i, width / 2), remainderIndex(i, width / 2)];
  const first = addIndex(scaleIndex(y, 2 * width), scaleIndex(x, 2));
  return [0, 1, width, width + 1].map((offset) => addIndex(first, constantIndex(offset)));
}

function callOrder(hook: string): number {
  const order = ["prepare_finish", "finish", "prepare_element", "element"];
  return order.indexOf(hook);
}

/** Whether a value follows from the row alone, and is not read off a literal. */
function isSteady(node: Node, place: readonly Index[]): boolean {
  const { role } = lowerings[node.kind];
  if (role !== "elementwise" && node.kind !== "load") return false;
  // Besides `row` and `i` there are rows that were looked up, whose names are known in one function only.
  const variables = place.flatMap(({ key }) => key.match(/[A-Za-z_]\w*/g) ?? []);
  return variables.length > 0 && variables.every((name) => name === "row");
}

/** Which reductions can be made in one pass, and which need the results of others. */
function inPhases(roots: readonly Reduction[], inMemory: (node: Node) => boolean): Reduction[][] {
  const phases: Reduction[][] = [];
  let left = [...roots];
  while (left.length > 1) {
    const waiting = new Set<Node>(left);
    const needing = new Map<Node, boolean>();
    const needs = (node: Node): boolean => {
      const known = needing.get(node);
      if (known !== undefined) return known;
      const result = node.inputs.some((input) => !inMemory(input) && (waiting.has(input) || needs(input)));
      needing.set(node, result);
      return result;
    };
    const phase = left.filter((root) => !needs(root));
    phases.push(phase);
    left = left.filter((root) => !phase.includes(root));
  }
  return left.length === 0 ? phases : [...phases, left];
}

/** Where the rows' element lies in a value of the same shape, moved about perhaps before it is stored. */
function placeInRows(node: Node, rows: Rows, row: Index, i: Index): readonly Index[] | null {
  const [x] = node.inputs;
  if (isStore(node)) return placeInRows(x, rows, row, i);
  if (String(node.shape) === String(rows.shape)) return elementPlace(rows, row, i);
  if (node.kind !== "permute" && node.kind !== "reshape") return null;
  const place = placeInRows(x, rows, row, i);
  return place && movedPlace(node, place);
}
