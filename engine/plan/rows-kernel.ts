/** The text of a kernel that goes over rows, with hooks that are still empty; see `rows.ts`. */
import { type Constants, type Kernel, type Threads, usualThreads } from "../../shaders/index";
import type { DType } from "../tensor/tensor";
import { scalarType } from "./literals";
import type { RowsVariant } from "./variants";

export interface RowsParts {
  readonly reductions: readonly { readonly kind: "sum" | "max"; readonly dtype: DType }[];
  /** Which reductions are made in one pass, by their index. */
  readonly phases: readonly (readonly number[])[];
  /** What is kept for a row: `row_0: f32`. */
  readonly variables: readonly string[];
  /** Whether something is left to be done for each element after the last pass. */
  readonly forElements: boolean;
  /** How often a row's function is called. */
  readonly length: number;
  /** How many of these calls are in one turn of the loop at most. */
  readonly most: number;
}

interface Sharing {
  /** Threads that share a row. */
  readonly threads: number;
  readonly directive: string;
  /** Which of them this is. */
  readonly place: string;
  readonly row: string;
  /** Joins the threads' results, so that each has the whole. */
  readonly join: (numbers: readonly number[], combine: Combine) => string;
  /** Between what all read and what the first writes. */
  readonly beforeWriting: string;
}

type Combine = (number: number, a: string, b: string) => string;

// Rows past the end repeat the last one, so that every thread meets the barriers and swaps; they do not write.
const sharing: Readonly<Record<RowsVariant, Sharing>> = {
  thread: {
    threads: 1,
    directive: "",
    place: "0u",
    row: "group * THREADS + lane",
    join: () => "",
    beforeWriting: "",
  },
  quad: {
    threads: 4,
    directive: "enable subgroups;\n\n",
    place: "lane & 3u",
    row: "group * (THREADS / 4u) + (lane >> 2u)",
    join: (numbers, combine) =>
      numbers
        .flatMap((k) => ["X", "Y"].map((to) => [k, combine(k, `total_${k}`, `quadSwap${to}(total_${k})`)]))
        .map(([k, joined]) => `  total_${k} = ${joined};\n`)
        .join(""),
    beforeWriting: "",
  },
  workgroup: {
    threads: 64,
    directive: "",
    place: "lane",
    row: "group",
    join: joinInHalves,
    beforeWriting: "      workgroupBarrier();\n",
  },
};

/** @param variant a thread takes a row when null */
export function rowsKernel(variant: RowsVariant | null, parts: RowsParts): Kernel {
  const taken = sharing[variant ?? "thread"];
  // A turn of a loop costs as much as a read or two.
  const fits = (n: number) => n <= parts.most && parts.length % (n * taken.threads) === 0;
  const atOnce = [4, 2, 1].find(fits) ?? 1;
  const written = new Map<number, string>();
  // Most of the kernels that are tried out are never written.
  const sourceOf = (atOnce: number): string => {
    const source = written.get(atOnce) ?? rowsSource(taken, parts, atOnce);
    written.set(atOnce, source);
    return source;
  };
  return {
    name: variant === "workgroup" ? "rows_long" : "rows",
    get source() {
      return sourceOf(atOnce);
    },
    get compact() {
      return atOnce === 1 ? undefined : sourceOf(1);
    },
    workgroups: ({ ROWS, ROUNDS, THREADS = usualThreads }) =>
      Math.ceil((ROWS * taken.threads) / THREADS / ROUNDS),
    ...(variant !== "workgroup" && {
      over: (c: Constants & Threads, workgroups: number) => ({
        ...c,
        ROUNDS: Math.ceil((c.ROWS * taken.threads) / c.THREADS / workgroups),
      }),
    }),
  };
}

/** @param atOnce elements of a row in each turn of a loop */
function rowsSource(taken: Sharing, parts: RowsParts, atOnce: number): string {
  const { reductions, phases, variables, forElements } = parts;
  const { threads, directive, place, row, join, beforeWriting } = taken;
  const combine: Combine = (number, a, b) => {
    const { kind, dtype } = reductions[number];
    if (kind === "sum") return `${a} + ${b}`;
    return `${dtype === "int64" ? "max" : "maximum"}(${a}, ${b})`;
  };
  const forEach = (numbers: readonly number[], text: (number: number) => string) =>
    numbers.map((number) => `${text(number)}\n`).join("");
  const declarations = reductions.flatMap(({ dtype }, k) => [
    `var<private> total_${k}: ${scalarType(dtype)};`,
    `var<private> next_${k}: ${scalarType(dtype)};`,
    ...(threads === 64 ? [`var<workgroup> partial_${k}: array<${scalarType(dtype)}, 64>;`] : []),
  ]);
  const heads = [
    ...phases.flatMap((_, phase) => [`prepare_load_${phase}(row: u32)`, `load_${phase}(row: u32, i: u32)`]),
    "prepare_finish(row: u32)",
    "finish(row: u32)",
    "prepare_element(row: u32)",
    "element(row: u32, i: u32)",
  ];
  const along = (text: (i: string) => string) => {
    const places = Array.from({ length: atOnce }, (_, n) => (n === 0 ? "i" : `i + ${n * threads}u`));
    return `for (var i = place; i < LENGTH; i += ${atOnce * threads}u) {\n${places.map(text).join("")}`;
  };
  const passes = phases.map((numbers, phase) => {
    const load = (i: string) => `      load_${phase}(row, ${i});\n`;
    const add = forEach(numbers, (k) => `      total_${k} = ${combine(k, `total_${k}`, `next_${k}`)};`);
    // A sum begins with nothing, a maximum with the first element.
    const hasMaximum = numbers.some((k) => reductions[k].kind === "max");
    const begin = forEach(
      numbers,
      (k) => `    total_${k} = ${reductions[k].kind === "sum" ? "0" : `next_${k}`};`,
    );
    return `    prepare_load_${phase}(row);
${hasMaximum ? load("place") : ""}${begin}    ${along((i) => `${load(i)}${add}`)}    }
${join(numbers, combine)}`;
  });
  const elements = `      prepare_element(row);
      ${along((i) => `        element(row, ${i});\n`)}      }
`;
  return `${directive}const THREADS = ${usualThreads}u;
const ROWS = 1u;
const LENGTH = 1u;
// Rows that a thread goes over.
const ROUNDS = 1u;
const GRID_WIDTH = 65535u;

${[...declarations, ...variables.map((variable) => `var<private> ${variable};`)].join("\n")}

${heads.map((head) => `fn ${head} {\n}\n`).join("\n")}
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var round = 0u; round < ROUNDS; round++) {
    let group = (workgroup.x + workgroup.y * GRID_WIDTH) * ROUNDS + round;
    let own = ${row};
    let row = min(own, ROWS - 1u);
    let place = ${place};
${passes.join("")}    if (own < ROWS) {
      prepare_finish(row);
${beforeWriting}      if (place == 0u) {
        finish(row);
      }
${forElements ? elements : ""}    }
  }
}
`;
}

function joinInHalves(numbers: readonly number[], combine: Combine): string {
  const forEach = (text: (number: number) => string) => numbers.map((k) => `${text(k)}\n`).join("");
  return `${forEach((k) => `  partial_${k}[lane] = total_${k};`)}  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (lane < half) {
${forEach((k) => `      partial_${k}[lane] = ${combine(k, `partial_${k}[lane]`, `partial_${k}[lane + half]`)};`)}    }
    workgroupBarrier();
  }
${forEach((k) => `  total_${k} = partial_${k}[0];`)}`;
}
