/**
 * The loops of a whole-step kernel: for each primitive that has a kernel of its own, how the lanes of one workgroup
 * compute it. A unit is what one lane does at a time; a lane takes every LANES-th unit.
 */
import { type DType, elementCount } from "../tensor/tensor";
import { addIndex, constantIndex, type Index, scaleIndex, unravelIndex, variableIndex } from "./indexing";
import { numberLiteral } from "./literals";
import type { Node, NodeOf } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import type { StepWriter } from "./whole-step-writer";

export interface StepKernel {
  /** How many units there are. */
  readonly units: number;
  /** Whether all lanes have to take part all the time: they are talking to each other. */
  readonly uniform?: boolean;
  /**
   * Writes one unit.
   * @param unit its number
   * @param finish to be called for every element of the result: where it is, and the WGSL expression of its value
   */
  readonly write: (
    writer: StepWriter,
    unit: Index,
    finish: (writer: StepWriter, place: readonly Index[], value: string) => void,
  ) => void;
}

/** Null where a primitive's loops are not written here: then the ordinary plan computes the program. */
export function stepKernel(node: Node, costs: StepCosts, draft: boolean): StepKernel | null {
  switch (node.kind) {
    case "matmul":
      return matmul(node, costs, draft);
    case "sum":
    case "max":
      return reduction(node, draft);
    case "argmax":
      return argmax(node);
    default:
      return null;
  }
}

interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** Registers hold at most this many sums. */
const largestTile = 64;

/**
 * The tile of a product's result that one lane computes: a larger one reads each operand less often, a smaller one keeps
 * more lanes busy. Tiles divide the result evenly, so that nothing is cut off.
 */
export function chooseTile(batch: number, m: number, n: number, k: number, costs: StepCosts): Tile {
  let best: Tile = { rows: 1, columns: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const rows of divisors(m)) {
    for (const columns of divisors(n)) {
      const sums = rows * columns;
      if (sums > largestTile) continue;
      const loads = quadsOf(columns, inQuads(m, rows, costs)).length;
      const each = (rows + loads) * costs.gather + (columns - loads) * costs.swap + sums * costs.multiply;
      const units = (batch * m * n) / sums;
      const cost = Math.ceil(units / costs.lanes) * (k * (each + costs.round) + sums * 3 * costs.gather);
      if (cost >= least) continue;
      least = cost;
      best = { rows, columns };
    }
  }
  return best;
}

/** Whether four neighbouring lanes compute tiles below one another, and so read the same of the right operand. */
function inQuads(m: number, rows: number, costs: StepCosts): boolean {
  return costs.swap > 0 && (m / rows) % 4 === 0;
}

function divisors(value: number): number[] {
  return Array.from({ length: Math.min(value, 16) }, (_, i) => i + 1).filter((each) => value % each === 0);
}

interface ColumnQuad {
  readonly first: number;
  readonly width: 1 | 2 | 4;
}

/** A tile's columns in groups that the lanes of a quad read together, each lane one column of the group. */
function quadsOf(columns: number, quads: boolean): ColumnQuad[] {
  const groups: ColumnQuad[] = [];
  for (let first = 0; first < columns; first += groups[groups.length - 1].width) {
    const left = columns - first;
    groups.push({ first, width: !quads || left === 1 ? 1 : left < 4 ? 2 : 4 });
  }
  return groups;
}

/** What a lane has to swap with its neighbours for the other columns of its group. */
const swaps = ["quadSwapX", "quadSwapY", "quadSwapDiagonal"];

/** Terms of a product's sums that a round adds: more is more code. */
const mostTerms = 256;
const mostLoads = 16;

/**
 * The lanes of a quad read a column each of the right operand and swap it with each other, which costs less than reading
 * all four each: so the columns of a lane's tile are in an order of its own.
 */
function matmul(node: NodeOf<"matmul">, costs: StepCosts, draft: boolean): StepKernel {
  const [a, b] = node.inputs;
  const lead = node.shape.slice(0, -2);
  const [m, n] = node.shape.slice(-2);
  const k = a.shape[a.shape.length - 1];
  const { rows, columns } = draft ? { rows: 1, columns: 1 } : chooseTile(elementCount(lead), m, n, k, costs);
  const quads = !draft && inQuads(m, rows, costs);
  const groups = quadsOf(columns, quads);
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const plus = (index: Index, by: number) => addIndex(index, constantIndex(by));
  const sums = rows * columns;
  // A short round costs more than what it does: several terms at once.
  const most = Math.floor(draft ? 1 : Math.min(mostTerms / sums, mostLoads / (rows + groups.length)));
  const atOnce = largestDivisor(k, Math.max(1, most));
  return {
    units: elementCount(node.shape) / sums,
    uniform: quads,
    write: (writer, unit, finish) => {
      const at = unravelIndex(unit, draft ? [...lead, m, n] : [...lead, n / columns, m / rows]);
      const first = at.slice(0, -2);
      const [above, beside] = draft ? at.slice(-2) : at.slice(-2).reverse();
      const row = scaleIndex(above, rows);
      const column = scaleIndex(beside, columns);
      /** The lane's own order within a group. */
      const swapped = (width: number, j: number): Index =>
        width === 1
          ? constantIndex(0)
          : writer.index(j === 0 ? `lane & ${width - 1}u` : `(lane & ${width - 1}u) ^ ${j}u`, width - 1);
      const right = (inside: StepWriter, t: Index) =>
        groups.flatMap(({ first: start, width }) => {
          const own = inside.value(b, [...first, t, addIndex(plus(column, start), swapped(width, 0))]);
          inside.cost += (width - 1) * costs.swap;
          return [own, ...swaps.slice(0, width - 1).map((swap) => inside.name(`${swap}(${own})`))];
        });
      for (const i of range(sums)) writer.line(`var sum${i} = ${nothing("float32")};`);
      eachRound(writer, "k", k / atOnce, false, (inside, round) => {
        const terms = range(sums).map((): string[] => []);
        for (const u of range(atOnce)) {
          const t = plus(scaleIndex(round, atOnce), u);
          const left = range(rows).map((i) => inside.value(a, [...first, plus(row, i), t]));
          for (const [j, value] of right(inside, t).entries())
            for (const i of range(rows)) terms[i * columns + j].push(`${left[i]} * ${value}`);
        }
        for (const i of range(sums)) inside.line(`sum${i} = ${[`sum${i}`, ...terms[i]].join(" + ")};`);
        inside.cost += atOnce * sums * costs.multiply;
      });
      if (sums > fewRounds)
        writer.line(
          `var sums = array(${range(sums)
            .map((i) => `sum${i}`)
            .join(", ")});`,
        );
      const together = columns % 4 === 0 ? 4 : columns;
      eachRound(writer, "i", sums / together, sums <= fewRounds, (inside, cell) => {
        const [i, part] = unravelIndex(cell, [rows, columns / together]);
        for (const j of range(together)) {
          inside.cost += cell.terms.length === 0 ? 0 : costs.gather;
          const at = plus(scaleIndex(cell, together), j);
          const { first: start, width } = groups.findLast((group) => group.first <= j) ?? groups[0];
          const beyond = addIndex(scaleIndex(part, together), plus(swapped(width, j - start), start));
          finish(
            inside,
            [...first, addIndex(row, i), addIndex(column, beyond)],
            sums > fewRounds ? inside.name(`sums[${inside.print(at)}]`) : `sum${at.constant}`,
          );
        }
      });
    },
  };
}

function reduction(node: NodeOf<"sum"> | NodeOf<"max">, draft: boolean): StepKernel {
  const [x] = node.inputs;
  const { dims } = node.attributes;
  const sizes = dims.map((dim) => x.shape[dim]);
  const length = elementCount(sizes);
  return {
    units: elementCount(node.shape),
    write: (writer, unit, finish) => {
      const place = unravelIndex(unit, node.shape);
      const element = (inside: StepWriter, at: Index) => {
        const along = unravelIndex(at, sizes);
        return inside.value(
          x,
          place.map((each, dim) => (dims.includes(dim) ? along[dims.indexOf(dim)] : each)),
        );
      };
      const atOnce = draft ? 1 : largestDivisor(length, 4);
      const start = node.kind === "sum" ? nothing(node.dtype) : element(writer, constantIndex(0));
      writer.line(`var total = ${start};`);
      eachRound(writer, "k", length / atOnce, !draft && length <= fewRounds, (inside, round) => {
        for (let u = 0; u < atOnce; u++) {
          const next = element(inside, addIndex(scaleIndex(round, atOnce), constantIndex(u)));
          inside.line(`total = ${combination(node, "total", next)};`);
        }
      });
      finish(writer, place, "total");
    },
  };
}

/** What a reduction makes of what it has so far and the next element. */
export function combination(node: NodeOf<"sum"> | NodeOf<"max">, a: string, b: string): string {
  return node.kind === "sum" ? `${a} + ${b}` : `${node.dtype === "int64" ? "max" : "maximum"}(${a}, ${b})`;
}

/** What a sum begins with: -0, to which anything may be added without a bit of it being different. */
export function nothing(dtype: DType): string {
  return numberLiteral(-0, dtype);
}

function argmax(node: NodeOf<"argmax">): StepKernel {
  const [x] = node.inputs;
  const { dim } = node.attributes;
  return {
    units: elementCount(node.shape),
    write: (writer, unit, finish) => {
      const place = unravelIndex(unit, node.shape);
      const element = (inside: StepWriter, at: Index) =>
        inside.value(
          x,
          place.map((each, i) => (i === dim ? at : each)),
        );
      const isNaN = (value: string) => (x.dtype === "int64" ? "false" : `is_nan(${value})`);
      writer.line(`var largest = ${element(writer, constantIndex(0))};`);
      writer.line("var place = 0;");
      eachRound(writer, "k", x.shape[dim], false, (inside, round) => {
        const next = element(inside, round);
        inside.line(`if (!${isNaN("largest")} && (${next} > largest || ${isNaN(next)})) {`);
        inside.line(`  largest = ${next};`);
        inside.line(`  place = i32(${inside.print(round)});`);
        inside.line("}");
      });
      finish(writer, place, "place");
    },
  };
}

/** Rounds that are few are written out: then what they read is read once for the whole unit. */
const fewRounds = 10;

export function eachRound(
  writer: StepWriter,
  variable: string,
  rounds: number,
  unrolled: boolean,
  write: (inside: StepWriter, round: Index) => void,
): void {
  if (unrolled || rounds === 1) {
    for (let i = 0; i < rounds; i++) write(writer, constantIndex(i));
    return;
  }
  const inside = writer.inner(variable);
  write(inside, variableIndex(variable, rounds - 1));
  writer.line(`for (var ${variable} = 0u; ${variable} < ${rounds}u; ${variable}++) {`);
  writer.line(inside.text());
  writer.line("}");
  writer.cost += rounds * inside.cost;
}

function largestDivisor(value: number, most: number): number {
  for (let each = Math.min(value, most); each > 1; each--) if (value % each === 0) return each;
  return 1;
}
