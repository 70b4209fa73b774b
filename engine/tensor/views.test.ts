import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../golden/views.json";
import { TensorError } from "./errors";
import { contiguousType, elementCount, isContiguous, type TensorType } from "./tensor";
import { type ViewArgument, viewOps } from "./view-ops";
import { contiguous, expand, narrow, permute, reshape, transpose, view, viewBreak } from "./views";

interface GoldenOp {
  readonly op: string;
  readonly args: readonly ViewArgument[];
  readonly pick?: number;
  readonly chunks?: number;
  readonly shape?: readonly number[];
  readonly stride?: readonly number[];
  readonly contiguous?: boolean;
  readonly offset?: number;
  readonly view?: boolean;
  readonly checksum?: number;
}
interface GoldenCase {
  readonly id: string;
  readonly shape: readonly number[];
  readonly ops: readonly GoldenOp[];
  readonly error?: { readonly at: number; readonly type: string; readonly message: string };
}
// The JSON's inferred type is a union of thousands of shapes.
const cases = golden.cases as unknown as readonly GoldenCase[];

/** A tensor with values, element by element: what the strides are held against. */
interface Brute {
  readonly type: TensorType;
  readonly memory: readonly number[];
}

function start(shape: readonly number[]): Brute {
  return {
    type: contiguousType("float32", shape),
    memory: Array.from({ length: elementCount(shape) }, (_, i) => i),
  };
}

/** The elements in row-major order. */
function read({ type, memory }: Brute): number[] {
  const values: number[] = [];
  const walk = (dim: number, at: number): void => {
    if (dim === type.shape.length) values.push(memory[at]);
    else for (let i = 0; i < type.shape[dim]; i++) walk(dim + 1, at + i * type.stride[dim]);
  };
  walk(0, type.offset);
  return values;
}

/** `type` on its input's memory, or on a row-major copy of it. */
function follow(input: Brute, type: TensorType): Brute {
  return { type, memory: type.view ? input.memory : read(input) };
}

describe("golden views", () => {
  it(`match PyTorch in all ${cases.length} cases`, () => {
    expect(cases.length).toBe(3200);
    const failures = cases.flatMap((each) => {
      const failure = run(each);
      return failure === null ? [] : [`${each.id}: ${failure}`];
    });
    expect(failures).toEqual([]);
  });
});

function run(each: GoldenCase): string | null {
  let x = start(each.shape);
  for (const [index, op] of each.ops.entries()) {
    if (each.error?.at === index) return expectError(x, op, each.error);
    const results = viewOps[op.op](x.type, op.args);
    x = follow(x, results[op.pick ?? 0]);
    const got = {
      shape: x.type.shape,
      stride: x.type.stride,
      contiguous: isContiguous(x.type),
      offset: x.type.offset,
      view: x.type.view,
      checksum: read(x).reduce((sum, value, i) => sum + (i + 1) * value, 0),
      chunks: op.op === "chunk" ? results.length : undefined,
    };
    const { shape, stride, contiguous, offset, view, checksum, chunks } = op;
    const want = { shape, stride, contiguous, offset, view, checksum, chunks };
    if (JSON.stringify(got) !== JSON.stringify(want)) {
      return `${op.op}(${JSON.stringify(op.args)}) gave ${JSON.stringify(got)}, not ${JSON.stringify(want)}`;
    }
  }
  return null;
}

function expectError(
  x: Brute,
  op: GoldenOp,
  error: { readonly type: string; readonly message: string },
): string | null {
  try {
    viewOps[op.op](x.type, op.args);
  } catch (caught) {
    if (!(caught instanceof TensorError)) throw caught;
    const same = caught.torchType === error.type && caught.message === error.message;
    return same ? null : `${caught.torchType}: ${caught.message}`;
  }
  return `${op.op} did not fail with ${error.message}`;
}

/** A small tensor after a random chain of operations that need no particular shape. */
const strided = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom("permute", "narrow", "expand"),
        seed: fc.integer({ min: 0, max: 1e6 }),
      }),
      { maxLength: 4 },
    )
    .map((steps) => steps.reduce((x, { kind, seed }) => follow(x, change(x.type, kind, seed)), start(shape))),
);

function change(type: TensorType, kind: string, seed: number): TensorType {
  const rank = type.shape.length;
  const dim = seed % rank;
  switch (kind) {
    case "permute":
      return permute(transpose(type, dim, (seed >> 3) % rank), [...type.shape.keys()].reverse());
    case "narrow": {
      const from = (seed >> 3) % type.shape[dim];
      return narrow(type, dim, from, 1 + ((seed >> 7) % (type.shape[dim] - from)));
    }
    default:
      return expand(
        type,
        type.shape.map((size) => (size === 1 ? 1 + (seed % 3) : -1)),
      );
  }
}

/** Every way to write `count` as a product of up to four sizes would be many; this draws one. */
const factors = (count: number) =>
  fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }).map((drawn) => {
    let left = count;
    const sizes = drawn.map((wish) => {
      const size = left % wish === 0 ? wish : 1;
      left /= size;
      return size;
    });
    return [...sizes, left];
  });

const withShape = strided.chain((x) => fc.tuple(fc.constant(x), factors(elementCount(x.type.shape))));

describe("views against an enumeration of elements", () => {
  it("view succeeds exactly where strides for the new shape exist, and keeps the elements", () => {
    fc.assert(
      fc.property(withShape, ([x, shape]) => {
        const addresses = read({ type: x.type, memory: [...x.memory.keys()] });
        const wanted = stridesOf(addresses, shape);
        const got = attempt(() => view(x.type, shape));
        if (wanted === null) {
          expect(got).toBeInstanceOf(TensorError);
          expect(got).toHaveProperty("code", "view-not-contiguous");
        } else {
          if (got instanceof TensorError) throw got;
          expect(got.view).toBe(true);
          expect(read(follow(x, got))).toEqual(read(x));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reshape always succeeds, keeps the elements, and copies only where view fails", () => {
    fc.assert(
      fc.property(withShape, ([x, shape]) => {
        const got = reshape(x.type, shape);
        expect(read(follow(x, got))).toEqual(read(x));
        expect(got.view).toBe(!(attempt(() => view(x.type, shape)) instanceof TensorError));
      }),
      { numRuns: 300 },
    );
  });

  it("contiguous gives a tensor that is, with the same elements", () => {
    fc.assert(
      fc.property(strided, (x) => {
        const got = contiguous(x.type);
        expect(isContiguous(got)).toBe(true);
        expect(got.view).toBe(isContiguous(x.type));
        expect(read(follow(x, got))).toEqual(read(x));
      }),
    );
  });

  it("transpose exchanges the indices", () => {
    fc.assert(
      fc.property(strided, fc.nat(), fc.nat(), (x, a, b) => {
        const rank = x.type.shape.length;
        const [dim0, dim1] = [a % rank, b % rank];
        const there = transpose(x.type, dim0, dim1 - rank);
        expect(transpose(there, dim1, dim0)).toEqual({ ...x.type, view: true });
        expect(there.shape[dim0]).toBe(x.type.shape[dim1]);
        const sorted = (brute: Brute): number[] => read(brute).sort((left, right) => left - right);
        expect(sorted(follow(x, there))).toEqual(sorted(x));
      }),
    );
  });
});

function attempt<T>(run: () => T): T | TensorError {
  try {
    return run();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
}

/** Strides with which `shape` visits exactly these addresses in row-major order, or null when there are none. */
function stridesOf(addresses: readonly number[], shape: readonly number[]): number[] | null {
  const plain = contiguousType("float32", shape).stride;
  const stride = shape.map((size, dim) => (size > 1 ? addresses[plain[dim]] - addresses[0] : 0));
  const type: TensorType = { dtype: "float32", shape, stride, offset: addresses[0], view: true };
  const memory = Array.from({ length: Math.max(...addresses) + 1 }, (_, i) => i);
  return read({ type, memory }).every((address, i) => address === addresses[i]) ? stride : null;
}

describe("where a view breaks", () => {
  it("is between the dimensions that a transpose exchanged", () => {
    const x = transpose(contiguousType("float32", [8, 16, 196]), 1, 2);
    expect(viewBreak(x, [-1, 3136])).toEqual({ dim: 1, into: 1, expected: 3136, actual: 1 });
    expect(viewBreak(x, [8, 196, 4, 4])).toBeNull();
  });

  it("is where a narrowed tensor has a gap", () => {
    const x = narrow(contiguousType("float32", [4, 6]), 1, 0, 3);
    expect(viewBreak(x, [1, 12, 1])).toEqual({ dim: 0, into: 1, expected: 3, actual: 6 });
  });

  it("is named whenever view refuses, and mending that stride gets past it", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 });
    const permuted = sizes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    fc.assert(
      fc.property(permuted, sizes, ([shape, order], wanted) => {
        const x = permute(contiguousType("float32", shape), order);
        const target = elementCount(wanted) === elementCount(shape) ? wanted : [elementCount(shape)];
        const broken = viewBreak(x, target);
        if (!broken) {
          expect(() => view(x, target)).not.toThrow();
          return;
        }
        expect(() => view(x, target)).toThrow(TensorError);
        const { dim, into, expected, actual } = broken;
        expect(actual).toBe(x.stride[dim]);
        expect(target[into]).toBeGreaterThan(1);
        const mended = { ...x, stride: x.stride.with(dim, expected) };
        expect(viewBreak(mended, target)?.dim ?? -1).toBeLessThan(dim);
      }),
    );
  });
});
