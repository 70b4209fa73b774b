/** Data sets that are computed instead of read. The same settings give the same rows, on every machine. */
import type { SyntheticName, SyntheticSource } from "../graph/project";
import { uniform } from "../program/random";
import { elementCount, type Shape } from "../tensor/tensor";
import type { Dataset } from "./dataset";

interface SyntheticSet {
  /** One sample's shape. */
  readonly shape: Shape;
  /** One name for each number of a sample. */
  readonly columns: readonly string[];
  /** Of the classes, in the order of their numbers; empty for targets that are numbers. */
  readonly classes: readonly string[];
  readonly sample: (place: Place) => Sample;
}

interface Sample {
  /** Before noise. */
  readonly features: readonly number[];
  /** A class's number, or the targets. */
  readonly target: number | readonly number[];
}

interface Place {
  readonly row: number;
  /** The row's own random numbers on [0, 1), counted from 0. */
  readonly random: (index: number) => number;
}

const plane = { shape: [2], columns: ["x1", "x2"] } as const;

const sets: Readonly<Record<SyntheticName, SyntheticSet>> = {
  and: gate((a, b) => a * b),
  or: gate((a, b) => Math.max(a, b)),
  xor: gate((a, b) => Math.abs(a - b)),
  blobs: {
    ...plane,
    classes: ["left", "right", "top"],
    sample: ({ row }) => ({
      features: [
        [-2, -1],
        [2, -1],
        [0, 2],
      ][row % 3],
      target: row % 3,
    }),
  },
  circles: {
    ...plane,
    classes: ["outer", "inner"],
    sample: ({ row, random }) => ({
      features: onCircle(row % 2 === 0 ? 1 : 0.5, random(0)),
      target: row % 2,
    }),
  },
  // The half circles of scikit-learn's make_moons.
  moons: {
    ...plane,
    classes: ["upper", "lower"],
    sample: ({ row, random }) => {
      const [x, y] = onCircle(1, random(0) / 2);
      return row % 2 === 0 ? { features: [x, y], target: 0 } : { features: [1 - x, 0.5 - y], target: 1 };
    },
  },
  spirals: {
    ...plane,
    classes: ["first", "second", "third"],
    sample: ({ row, random }) => {
      const radius = 0.1 + 0.9 * random(0);
      return { features: onCircle(radius, (row % 3) / 3 + 0.8 * radius), target: row % 3 };
    },
  },
  waves: waves(),
  // Small enough to be worked through with pencil and paper.
  sample: {
    shape: [2],
    columns: ["i1", "i2"],
    classes: [],
    sample: () => ({ features: [5, 10], target: [0.01, 0.99] }),
  },
};

/**
 * `features` float32 and `label`: () int64 for classes, otherwise (targets) float32. Classes take turns, so that each
 * has its share of the rows whatever their number. The noise is normal and added to every feature.
 */
export function synthesize({ set, rows, noise, seed }: SyntheticSource): Dataset {
  const { shape, columns, classes, sample } = sets[set];
  const width = elementCount(shape);
  const features = new Float32Array(rows * width);
  const targets: number[] = [];
  for (let row = 0; row < rows; row++) {
    const made = sample({ row, random: (index) => uniform(seed, row, 0, index) });
    made.features.forEach((value, i) => {
      features[row * width + i] = value + noise * normal(seed, row, i);
    });
    targets.push(...[made.target].flat());
  }
  const label =
    classes.length > 0
      ? { shape: [], dtype: "int64" as const, values: Int32Array.from(targets) }
      : { shape: [targets.length / rows], dtype: "float32" as const, values: Float32Array.from(targets) };
  return {
    name: set,
    rows,
    classes,
    columns,
    tensors: { features: { shape, dtype: "float32", values: features }, label },
  };
}

/** The first rows as text, and the names above them. */
export function tabulate(dataset: Dataset, rows: number): { columns: string[]; rows: string[][] } {
  const { features, label } = dataset.tensors;
  const row = (values: Float32Array | Int32Array, index: number) => {
    const width = values.length / dataset.rows;
    return Array.from(values.subarray(index * width, (index + 1) * width));
  };
  const targets = (index: number) =>
    row(label.values, index).map((value) => dataset.classes[value] ?? shortNumber(value));
  const names = Array.from({ length: elementCount(label.shape) }, (_, i) =>
    i === 0 ? "label" : `label_${i + 1}`,
  );
  return {
    columns: [...dataset.columns, ...names],
    rows: Array.from({ length: Math.min(rows, dataset.rows) }, (_, index) => [
      ...row(features.values, index).map(shortNumber),
      ...targets(index),
    ]),
  };
}

/** The four rows of a truth table, over and over. */
function gate(truth: (a: number, b: number) => number): SyntheticSet {
  return {
    ...plane,
    classes: [],
    sample: ({ row }) => {
      const [a, b] = [Math.floor((row % 4) / 2), row % 2];
      return { features: [a, b], target: [truth(a, b)] };
    },
  };
}

/** Sequences (T, 1) of one period's length each its own, begun anywhere; the class is the form. */
function waves(): SyntheticSet {
  const length = 16;
  const forms: Readonly<Record<string, (phase: number) => number>> = {
    sine: (phase) => Math.sin(2 * Math.PI * phase),
    square: (phase) => (phase < 0.5 ? 1 : -1),
    sawtooth: (phase) => 2 * phase - 1,
  };
  return {
    shape: [length, 1],
    columns: Array.from({ length }, (_, t) => `t${t + 1}`),
    classes: Object.keys(forms),
    sample: ({ row, random }) => {
      const target = row % 3;
      const period = 6 + 6 * random(0);
      const form = Object.values(forms)[target];
      const features = Array.from({ length }, (_, t) => form((random(1) + t / period) % 1));
      return { features, target };
    },
  };
}

/** @param turn of a whole one, from the right and counter-clockwise */
function onCircle(radius: number, turn: number): [number, number] {
  return [radius * Math.cos(2 * Math.PI * turn), radius * Math.sin(2 * Math.PI * turn)];
}

/** Mean 0, standard deviation 1 (Box and Muller 1958). Not of the numbers that place the sample. */
function normal(seed: number, row: number, element: number): number {
  const draw = (index: number) => uniform(seed, row, 1, 2 * element + index);
  return Math.sqrt(-2 * Math.log(1 - draw(0))) * Math.cos(2 * Math.PI * draw(1));
}

function shortNumber(value: number): string {
  return String(Number(value.toFixed(3)));
}
