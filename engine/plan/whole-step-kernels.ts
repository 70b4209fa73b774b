/**
 * The loops of a whole-step kernel: for each primitive that has a kernel of its own, how the lanes of one workgroup
 * compute it. A unit is what one lane does at a time; a lane takes every LANES-th unit.
 */
import { elementCount } from "../tensor/tensor";
import { addIndex, constantIndex, type Index, scaleIndex, unravelIndex, variableIndex } from "./indexing";
import { scalarType } from "./literals";
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
      return reduction(node);
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
 * more lanes busy. Tiles divide the result evenly, so that nothing is cut off,
 * and have up to 4 columns or a multiple of 4.
 */
export function chooseTile(batch: number, m: number, n: number, k: number, costs: StepCosts): Tile {
  let best: Tile = { rows: 1, columns: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const rows of divisors(m)) {
    for (const columns of divisors(n)) {
      if (columns > 4 && columns % 4 !== 0) continue;
      const sums = rows * roundUp(columns, 4);
      if (sums > largestTile) continue;
      const right = inQuads(m, rows, costs)
        ? Math.ceil(columns / 4) * costs.gather + columns * costs.broadcast
        : columns * costs.gather;
      const each = rows * costs.gather + right + sums * costs.multiply + costs.round;
      const units = (batch * m * n) / (rows * columns);
      const cost = Math.ceil(units / costs.lanes) * (k * each + rows * columns * 3 * costs.gather);
      if (cost >= least) continue;
      least = cost;
      best = { rows, columns };
    }
  }
  return best;
}

/** Whether four neighbouring lanes compute tiles below one another, and so read the same of the right operand. */
function inQuads(m: number, rows: number, costs: StepCosts): boolean {
  return costs.broadcast > 0 && (m / rows) % 4 === 0;
}

function divisors(value: number): number[] {
  return Array.from({ length: Math.min(value, 16) }, (_, i) => i + 1).filter((each) => value % each === 0);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/**
 * Sums lie in an array of vectors, each for four columns of a row. A quad's lanes read a quarter of the right operand
 * each and tell it to the others, which costs less than reading it four times.
 */
function matmul(node: NodeOf<"matmul">, costs: StepCosts, draft: boolean): StepKernel {
  const [a, b] = node.inputs;
  const lead = node.shape.slice(0, -2);
  const [m, n] = node.shape.slice(-2);
  const k = a.shape[a.shape.length - 1];
  const { rows, columns } = draft ? { rows: 1, columns: 1 } : chooseTile(elementCount(lead), m, n, k, costs);
  const quads = !draft && inQuads(m, rows, costs);
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const plus = (index: Index, by: number) => addIndex(index, constantIndex(by));
  const vectors = Math.ceil(columns / 4);
  return {
    units: elementCount(node.shape) / (rows * columns),
    uniform: quads,
    write: (writer, unit, finish) => {
      const at = unravelIndex(unit, [...lead, n / columns, m / rows]);
      const first = at.slice(0, -2);
      const row = scaleIndex(at[at.length - 1], rows);
      const column = scaleIndex(at[at.length - 2], columns);
      const right = (inside: StepWriter, t: Index, vector: number) => {
        const width = Math.min(4, columns - vector * 4);
        const element = (j: Index) => inside.value(b, [...first, t, addIndex(plus(column, vector * 4), j)]);
        if (!quads) return range(width).map((j) => element(constantIndex(j)));
        const own = element(
          width === 1 ? constantIndex(0) : inside.index(`min(lane & 3u, ${width - 1}u)`, width - 1),
        );
        inside.cost += width * costs.broadcast;
        return range(width).map((j) => (width === 1 ? own : inside.name(`quadBroadcast(${own}, ${j}u)`)));
      };
      writer.line(`var sums: array<vec4f, ${rows * vectors}>;`);
      // SwiftShader clears a variable of a loop's body once only.
      for (const i of range(rows * vectors)) writer.line(`sums[${i}] = vec4f();`);
      // A short round costs more than what it does: several terms at once.
      const atOnce = largestDivisor(k, Math.max(1, Math.floor(8 / (rows + columns))));
      eachRound(writer, "k", k / atOnce, false, (inside, round) => {
        for (const u of range(atOnce)) {
          const t = plus(scaleIndex(round, atOnce), u);
          const left = range(rows).map((i) => inside.value(a, [...first, plus(row, i), t]));
          for (const j of range(vectors)) {
            const parts = right(inside, t, j);
            const vector = inside.name(`vec4f(${[...parts, "0f", "0f", "0f"].slice(0, 4).join(", ")})`);
            for (const i of range(rows)) inside.line(`sums[${i * vectors + j}] += ${left[i]} * ${vector};`);
          }
        }
        inside.cost += atOnce * rows * vectors * 4 * costs.multiply;
      });
      eachRound(writer, "i", rows * vectors, rows * columns <= fewRounds, (inside, cell) => {
        inside.cost += cell.terms.length === 0 ? 0 : 4 * costs.gather;
        const sum = inside.name(`sums[${inside.print(cell)}]`);
        const [i, vector] = unravelIndex(cell, [rows, vectors]);
        for (const j of range(Math.min(4, columns)))
          finish(
            inside,
            [...first, addIndex(row, i), addIndex(column, plus(scaleIndex(vector, 4), j))],
            `${sum}.${"xyzw"[j]}`,
          );
      });
    },
  };
}

function reduction(node: NodeOf<"sum"> | NodeOf<"max">): StepKernel {
  const [x] = node.inputs;
  const { dims } = node.attributes;
  const sizes = dims.map((dim) => x.shape[dim]);
  const length = elementCount(sizes);
  const combine = (a: string, b: string) =>
    node.kind === "sum" ? `${a} + ${b}` : `${node.dtype === "int64" ? "max" : "maximum"}(${a}, ${b})`;
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
      const atOnce = largestDivisor(length, 4);
      const start = node.kind === "sum" ? `${scalarType(node.dtype)}()` : element(writer, constantIndex(0));
      writer.line(`var total = ${start};`);
      eachRound(writer, "k", length / atOnce, length <= fewRounds, (inside, round) => {
        for (let u = 0; u < atOnce; u++) {
          const next = element(inside, addIndex(scaleIndex(round, atOnce), constantIndex(u)));
          inside.line(`total = ${combine("total", next)};`);
        }
      });
      finish(writer, place, "total");
    },
  };
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

function eachRound(
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
