/** Every view operation against a model without strides: a shape, and the element at each index. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguousType, elementCount, type Shape, type TensorType } from "./tensor";
import {
  chunk,
  expand,
  flatten,
  narrow,
  permute,
  select,
  split,
  squeeze,
  transpose,
  unflatten,
  unsqueeze,
} from "./views";

type Index = readonly number[];

/** The values in row-major order of what `at` says of each index. */
function enumerate(shape: Shape, at: (index: Index) => number): number[] {
  return Array.from({ length: elementCount(shape) }, (_, place) => {
    const index = new Array<number>(shape.length);
    let left = place;
    for (let dim = shape.length - 1; dim >= 0; dim--) {
      index[dim] = left % shape[dim];
      left = Math.floor(left / shape[dim]);
    }
    return at(index);
  });
}

const address =
  ({ stride, offset }: TensorType) =>
  (index: Index) =>
    index.reduce((sum, i, dim) => sum + i * stride[dim], offset);

interface Case {
  readonly x: TensorType;
  /** Numbers to choose by. */
  readonly a: number;
  readonly b: number;
}

/** A tensor of 1 to 4 dimensions, permuted and cut, so that its strides are not those of its shape. */
const cases = fc
  .record({
    shape: fc.array(fc.constantFrom(1, 2, 3, 4, 6), { minLength: 1, maxLength: 4 }),
    a: fc.nat(1000),
    b: fc.nat(1000),
  })
  .map(({ shape, a, b }): Case => {
    const turned = transpose(contiguousType("float32", shape), a % shape.length, b % shape.length);
    const dim = b % shape.length;
    const size = turned.shape[dim];
    return { x: narrow(turned, dim, size > 2 ? 1 : 0, size > 2 ? size - 1 : size), a, b };
  });

/** What the operation gives, the shape it must have, and where the element at each index comes from. */
type Model = (
  given: Case,
) => readonly (readonly [got: TensorType, shape: Shape, from: (index: Index) => Index])[];

function parts(x: TensorType, dim: number, got: readonly TensorType[], sizes: readonly number[]) {
  let start = 0;
  return sizes.map((size, part) => {
    const before = start;
    start += size;
    return [
      got[part],
      x.shape.with(dim, size),
      (index: Index) => index.with(dim, index[dim] + before),
    ] as const;
  });
}

const models: Readonly<Record<string, Model>> = {
  permute: ({ x, a }) => {
    const dims = x.shape.map((_, dim) => (dim + a) % x.shape.length);
    const back = (index: Index) => x.shape.map((_, dim) => index[dims.indexOf(dim)]);
    return [[permute(x, dims), dims.map((dim) => x.shape[dim]), back]];
  },
  transpose: ({ x, a, b }) => {
    const [p, q] = [a % x.shape.length, b % x.shape.length];
    const exchange = (each: Index) => each.with(p, each[q]).with(q, each[p]);
    return [[transpose(x, p, q - x.shape.length), exchange(x.shape), exchange]];
  },
  squeeze: ({ x, a }) => {
    const dim = a % x.shape.length;
    const kept = x.shape.filter((size, at) => at !== dim || size !== 1);
    const from = (index: Index) => (kept.length === x.shape.length ? index : index.toSpliced(dim, 0, 0));
    return [[squeeze(x, dim), kept, from]];
  },
  unsqueeze: ({ x, a }) => {
    const dim = a % (x.shape.length + 1);
    return [[unsqueeze(x, dim), x.shape.toSpliced(dim, 0, 1), (index) => index.toSpliced(dim, 1)]];
  },
  flatten: ({ x, a, b }) => {
    const [first, last] = [a % x.shape.length, b % x.shape.length].sort((left, right) => left - right);
    const merged = x.shape.slice(first, last + 1);
    const from = (index: Index) => {
      let left = index[first];
      const inner = merged.toReversed().map((size) => {
        const i = left % size;
        left = Math.floor(left / size);
        return i;
      });
      return index.toSpliced(first, 1, ...inner.reverse());
    };
    const shape = x.shape.toSpliced(first, merged.length, elementCount(merged));
    return [[flatten(x, first, last), shape, from]];
  },
  unflatten: ({ x, a }) => {
    const dim = a % x.shape.length;
    const outer = x.shape[dim] % 2 === 0 ? 2 : 1;
    const inner = x.shape[dim] / outer;
    const from = (index: Index) => index.toSpliced(dim, 2, index[dim] * inner + index[dim + 1]);
    return [[unflatten(x, dim, [outer, -1]), x.shape.toSpliced(dim, 1, outer, inner), from]];
  },
  expand: ({ x, a }) => {
    const shape = [1 + (a % 3), ...x.shape.map((size) => (size === 1 ? 1 + (a % 4) : size))];
    const from = (index: Index) => index.slice(1).map((i, dim) => (x.shape[dim] === 1 ? 0 : i));
    return [[expand(x, shape), shape, from]];
  },
  narrow: ({ x, a, b }) => {
    const dim = a % x.shape.length;
    const start = b % x.shape[dim];
    const length = 1 + (a % (x.shape[dim] - start));
    return [
      [
        narrow(x, dim, start, length),
        x.shape.with(dim, length),
        (index) => index.with(dim, index[dim] + start),
      ],
    ];
  },
  select: ({ x, a, b }) => {
    const dim = a % x.shape.length;
    const place = b % x.shape[dim];
    return [
      [
        select(x, dim, place - x.shape[dim]),
        x.shape.toSpliced(dim, 1),
        (index) => index.toSpliced(dim, 0, place),
      ],
    ];
  },
  chunk: ({ x, a, b }) => {
    const dim = a % x.shape.length;
    const size = x.shape[dim];
    const each = Math.ceil(size / (1 + (b % 4)));
    const sizes = Array.from({ length: Math.ceil(size / each) }, (_, i) => Math.min(each, size - i * each));
    const got = chunk(x, 1 + (b % 4), dim);
    expect(got).toHaveLength(sizes.length);
    return parts(x, dim, got, sizes);
  },
  split: ({ x, a, b }) => {
    const dim = a % x.shape.length;
    const first = b % (x.shape[dim] + 1);
    const sizes = [first, x.shape[dim] - first];
    return parts(x, dim, split(x, sizes, dim), sizes);
  },
};

describe("view operations against a model without strides", () => {
  it.each(Object.entries(models))("%s", (name, model) => {
    fc.assert(
      fc.property(cases, (given) => {
        for (const [got, shape, from] of model(given)) {
          expect(got.shape).toEqual(shape);
          const wanted = enumerate(shape, (index) => address(given.x)(from(index)));
          // Flatten copies where no strides fit: its elements then lie in row-major order.
          const values = name === "flatten" && !got.view ? enumerate(given.x.shape, address(given.x)) : null;
          expect(
            enumerate(got.shape, (index) => values?.[address(got)(index)] ?? address(got)(index)),
          ).toEqual(wanted);
        }
      }),
      { numRuns: 200 },
    );
  });
});
