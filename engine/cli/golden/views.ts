/** views.json: chains of view operations, with shape, strides, offset, aliasing, values and errors. */
import { TensorError } from "../../tensor/errors";
import { contiguousType, elementCount, isContiguous, type Shape, type TensorType } from "../../tensor/tensor";
import { type ViewArgument, viewOps } from "../../tensor/view-ops";
import { exactly, failed, type Outcome, outcomeOf, unsupported } from "./subject";

export interface ViewCase {
  readonly id: string;
  readonly shape: Shape;
  readonly ops: readonly ViewStep[];
  readonly error?: { readonly at: number; readonly type: string; readonly message: string };
}

interface ViewStep {
  readonly op: string;
  readonly args: readonly ViewArgument[];
  readonly pick?: number;
  readonly chunks?: number;
  readonly shape: Shape;
  readonly stride: readonly number[];
  readonly contiguous: boolean;
  readonly offset: number;
  readonly view: boolean;
  readonly checksum: number;
}

/** A tensor with its memory: the start holds 0, 1, 2, … */
interface Filled {
  readonly type: TensorType;
  readonly memory: readonly number[];
}

export async function checkViews({ shape, ops, error }: ViewCase): Promise<Outcome> {
  let x: Filled = {
    type: contiguousType("float32", shape),
    memory: Array.from({ length: elementCount(shape) }, (_, i) => i),
  };
  for (const [index, step] of ops.entries()) {
    const apply = viewOps[step.op];
    if (!apply) return unsupported(step.op);
    const where = `${step.op}(${JSON.stringify(step.args).slice(1, -1)})`;
    let results: readonly TensorType[];
    try {
      results = apply(x.type, step.args);
    } catch (raised) {
      if (!(raised instanceof TensorError)) throw raised;
      if (error?.at !== index) return failed(`${where} raises ${raised.torchType}: ${raised.message}`);
      return outcomeOf([
        exactly(`${where}: error type`, raised.torchType, error.type),
        exactly(`${where}: message`, raised.message, error.message),
      ]);
    }
    if (error?.at === index)
      return failed(`${where} works instead of raising ${error.type}: ${error.message}`);
    const type = results[step.pick ?? 0];
    x = { type, memory: type.view ? x.memory : readAll(x) };
    const difference = outcomeOf([
      exactly(`${where}: chunks`, step.chunks === undefined ? undefined : results.length, step.chunks),
      exactly(`${where}: shape`, type.shape, step.shape),
      exactly(`${where}: stride`, type.stride, step.stride),
      exactly(`${where}: offset`, type.offset, step.offset),
      exactly(`${where}: contiguous`, isContiguous(type), step.contiguous),
      exactly(`${where}: view`, type.view, step.view),
      exactly(`${where}: checksum`, checksum(readAll(x)), step.checksum),
    ]);
    if (difference.status === "failed") return difference;
  }
  return { status: "passed" };
}

/** The elements in row-major order, read through the strides. */
function readAll({ type: { shape, stride, offset }, memory }: Filled): number[] {
  let positions = [offset];
  for (const [dim, size] of shape.entries()) {
    positions = positions.flatMap((start) =>
      Array.from({ length: size }, (_, index) => start + index * stride[dim]),
    );
  }
  return positions.map((position) => memory[position]);
}

function checksum(values: readonly number[]): number {
  return values.reduce((sum, value, position) => sum + (position + 1) * value, 0);
}
