/** Split and Chunk have eight outputs, of which as many exist as there are parts. */
import type { Builder, Value } from "../program/builder";
import { TensorError } from "../tensor/errors";
import { elementCount, type TensorType } from "../tensor/tensor";

export const partPorts = {
  y1: "(*)",
  y2: "(*)",
  y3: "(*)",
  y4: "(*)",
  y5: "(*)",
  y6: "(*)",
  y7: "(*)",
  y8: "(*)",
} as const;

type Parts<T> = Readonly<Record<keyof typeof partPorts, T>>;

/** @throws TensorError too-many-parts, in our own words: PyTorch's lists have no end */
export function checkCount(parts: readonly TensorType[]): Parts<TensorType> {
  const ports = Object.keys(partPorts).length;
  if (parts.length > ports) {
    const message = `this gives ${parts.length} parts, and there are outputs for ${ports}`;
    throw new TensorError("too-many-parts", "ValueError", message);
  }
  return byPort(parts);
}

/** Takes the parts out of x by their types, whose offsets tell where each begins: x is contiguous here. */
export function slices(ops: Builder, x: Value, dim: number, parts: readonly TensorType[]): Parts<Value> {
  const step = elementCount(x.shape.slice(dim + 1));
  const zeros = x.shape.map(() => 0);
  return byPort(parts.map(({ shape, offset }) => ops.slice(x, zeros.with(dim, offset / step), shape)));
}

function byPort<T>(parts: readonly T[]): Parts<T> {
  const ports = Object.keys(partPorts);
  // Ports without a part are left out; the checker says so where one is wired.
  return Object.fromEntries(parts.map((part, i) => [ports[i], part])) as Parts<T>;
}
