/** How far a program's results may move because numbers are rounded: what tests of float32 results need to know. */
import type { PrimitiveName, Program } from "./program";
import { pcg } from "./random";
import { type ReferenceMemories, runReference } from "./reference";

/** Those whose result is one of the numbers they take, or a whole number. */
const exact: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "load",
  "store",
  "ring_store",
  "constant",
  "iota",
  "random",
  "take_rows",
  "cast",
  "detach",
  "neg",
  "abs",
  "sign",
  "relu",
  "maximum",
  "minimum",
  "less",
  "equal",
  "where",
  "reshape",
  "permute",
  "expand",
  "slice",
  "pad",
  "concat",
  "max",
  "argmax",
  "max_pool2d",
  "max_pool2d_indices",
]);

/** Twice what float32 rounds by: results of exp and the like may be off by more than a rounding. */
const unit = 2 ** -23;

/**
 * Runs the program on the reference executor with every number that is calculated with moved at random by a rounding.
 * How far its memories then lie from those of an undisturbed run is what rounding can do to them: sums of many
 * numbers, differences of nearly equal ones and choices that hang by a hair show by themselves.
 */
export function runRounded(program: Program, memories: ReferenceMemories, seed: number): void {
  let state = pcg(seed);
  runReference(program, memories, (op, values, input) => {
    if (exact.has(op.kind) || input.dtype !== "float32") return values;
    return values.map((value) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return value * (1 + unit * (state / 2 ** 31 - 1));
    });
  });
}
